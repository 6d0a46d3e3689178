/** Whatever happens in whatever order: every promise settles, no worker is left, and the next good image is read. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import fc from "fast-check";

import { OcrClient } from "../../../web/src/client/ocr-client.js";
import { TurnQueue } from "../../../web/src/client/turn-queue.js";
import type { OcrImage } from "../../../web/src/client/ocr-image.js";
import { FakeBitmap, FakeWorker, installPage, settled } from "./fake-worker.js";
import { PAGE } from "./pages.js";

beforeEach(installPage);

/** Let more time pass than any limit of the client's. */
function waitLong(): void {
  for (let passed_ms = 0; passed_ms < 400_000; passed_ms += 5_000) mock.timers.tick(5_000);
}

const FAULTS = [
  "image_undecodable",
  "engine_crashed",
  "backend_crashed",
  "out_of_memory",
  "asset_missing",
] as const;

/** What happens next. `which` picks one of those that there are. */
const EVENT = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("start", "read", "draw", "odd"), which: fc.nat(9) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("abort", "bitmap"), which: fc.nat(9) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom("answer", "tell", "fail"), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("die", "garble", "wait"), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("dispose"), which: fc.nat(9) }) },
);

/** A client, what was asked of it, and bitmaps that are ready when the test says so. */
class World {
  readonly client = new OcrClient({ backend: "wasm" });
  readonly calls: Promise<unknown>[] = [];
  readonly outcomes: unknown[] = [];
  readonly aborts: AbortController[] = [];
  readonly bitmaps: { bitmap: FakeBitmap; finish(isGood: boolean): void }[] = [];
  isDisposed = false;

  constructor() {
    Object.assign(globalThis, {
      createImageBitmap: () =>
        new Promise<FakeBitmap>((resolve, reject) => {
          const bitmap = new FakeBitmap();
          const finish = (isGood: boolean): void => {
            if (!isGood) bitmap.close(); // it never came to be
            return isGood ? resolve(bitmap) : reject(new Error("tainted"));
          };
          this.bitmaps.push({ bitmap, finish });
        }),
    });
  }

  happen({ kind, which }: { kind: string; which: number }): void {
    const signal = { signal: this.#signal() };
    const worker = FakeWorker.made.at(-1);
    const open = openRequests(worker);
    const id = open[which % Math.max(1, open.length)]?.id;
    if (kind === "start") this.#ask(this.client.start(signal));
    else if (kind === "read") this.#ask(this.client.recognize(new Blob(["an image"]), signal));
    else if (kind === "draw") this.#ask(this.client.recognize({} as HTMLCanvasElement, signal));
    else if (kind === "odd") this.#ask(this.client.recognize(ODD[which % ODD.length] as OcrImage));
    else if (kind === "abort") this.aborts[which % Math.max(1, this.aborts.length)]?.abort();
    else if (kind === "bitmap") this.bitmaps[which % Math.max(1, this.bitmaps.length)]?.finish(which % 3 > 0);
    else if (kind === "wait") waitLong();
    else if (kind === "dispose") this.dispose();
    else if (worker === undefined || worker.isTerminated) return;
    else if (kind === "die") worker.die("injected");
    else if (kind === "garble") worker.garble();
    else if (id === undefined) return;
    else if (kind === "answer") answer(worker, id);
    else if (kind === "tell") {
      worker.say({ kind: "progress", id, progress: { stage: "detect", item: "", done: 0, total: 1 } });
    } else {
      const code = FAULTS[which % FAULTS.length] ?? "internal";
      worker.say({ kind: "failed", id, error: { code, stage: "load", message: "", cause: "", remedy: "" } });
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.client.dispose();
  }

  #signal(): AbortSignal {
    const controller = new AbortController();
    this.aborts.push(controller);
    return controller.signal;
  }

  #ask(call: Promise<unknown>): void {
    this.calls.push(call);
    call.then(
      (value) => this.outcomes.push(value),
      (error: unknown) => this.outcomes.push(error),
    );
  }
}

const ODD: readonly unknown[] = [null, undefined, "a text", 5];

type Open = { readonly kind: string; readonly id: number };

/** What a worker was asked and has not answered. */
function openRequests(worker: FakeWorker | undefined): Open[] {
  return (worker?.requests ?? []).flatMap((request) =>
    request.kind === "ping" || request.kind === "cancel" || worker?.answered.has(request.id) ? [] : [request],
  );
}

function answer(worker: FakeWorker, id: number): void {
  const request = openRequests(worker).find((one) => one.id === id);
  worker.answered.add(id);
  if (request?.kind === "start") worker.started();
  else worker.say({ kind: "recognized", id, page: PAGE, heap_bytes: 0 });
}

test("every call settles, with a result or an error that has a name, and the next image is read", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(performance, "now", () => Date.now());
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(EVENT, { maxLength: 40 }), async (events) => {
        FakeWorker.made = [];
        const world = new World();
        for (const event of events) {
          world.happen(event);
          await settled();
        }
        // Nothing comes any more: neither from the worker, nor of the bitmaps. A worker that was given up is followed by
        // one whose own limits begin then.
        for (let workers = 0; workers < 2; workers += 1) {
          waitLong();
          await settled();
        }
        assert.equal(world.outcomes.length, world.calls.length, "a promise stays open");
        for (const outcome of world.outcomes) {
          const isTyped = outcome instanceof Error && ["OcrError", "AbortError"].includes(outcome.name);
          assert.ok(!(outcome instanceof Error) || isTyped, String(outcome));
          assert.notEqual((outcome as { code?: string }).code, "internal", String(outcome));
        }
        assert.ok(
          FakeWorker.made.filter(({ isTerminated }) => !isTerminated).length <= 1,
          "two workers live",
        );

        for (const { finish } of world.bitmaps) finish(true);
        await settled();
        assert.ok(
          world.bitmaps.every(({ bitmap }) => bitmap.isClosed || isWithWorker(bitmap)),
          "a bitmap leaks",
        );
        if (!world.isDisposed) await readGood(world.client);
        world.dispose();
        assert.ok(
          FakeWorker.made.every(({ isTerminated }) => isTerminated),
          "a worker is left",
        );
      }),
      { numRuns: 300 },
    );
  } finally {
    mock.timers.reset();
    mock.restoreAll();
  }
});

function isWithWorker(bitmap: FakeBitmap): boolean {
  return FakeWorker.made.some(({ transferred }) => transferred.includes(bitmap as unknown as Transferable));
}

async function readGood(client: OcrClient): Promise<void> {
  const reading = client.recognize(new Blob(["a good image"]));
  for (let round = 0; round < 2; round += 1) {
    await settled();
    for (const { id } of openRequests(FakeWorker.last)) answer(FakeWorker.last, id);
  }
  assert.equal(await reading, PAGE);
}

test("turns are taken in order, one at a time, by all who still want theirs", async () => {
  const task = fc.record({ fails: fc.boolean(), isAborted: fc.boolean(), steps: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(fc.array(task, { maxLength: 20 }), async (tasks) => {
      const turns = new TurnQueue();
      const order: number[] = [];
      let running = 0;
      const outcomes = tasks.map(({ fails, isAborted, steps }, index) =>
        turns.run(
          async () => {
            running += 1;
            assert.equal(running, 1, "two at a time");
            for (let step = 0; step < steps; step += 1) await Promise.resolve();
            order.push(index);
            running -= 1;
            if (fails) throw new Error("it failed");
            return index;
          },
          isAborted ? AbortSignal.abort() : undefined,
        ),
      );
      const expected = tasks.map(({ fails, isAborted }) => !fails && !isAborted);
      const fulfilled = (await Promise.allSettled(outcomes)).map(({ status }) => status === "fulfilled");
      assert.deepEqual(fulfilled, expected);
      await turns.run(async () => undefined); // all turns before are over
      assert.deepEqual(
        order,
        tasks.flatMap(({ isAborted }, index) => (isAborted ? [] : [index])),
      );
    }),
    { numRuns: 100 },
  );
});
