/** A line worker as the engine's worker sees it: every question has an end, whatever the worker does. */

import assert from "node:assert/strict";
import { type TestContext, beforeEach, test } from "node:test";

import type { BridgeTensor } from "../../../web/src/line-worker/model.js";
import type { LineAnswer, LineRequest, Program } from "../../../web/src/line-worker/protocol.js";
import {
  LINE_LIMITS,
  LineWorker,
  LineWorkerLost,
  type WorkerPort,
} from "../../../web/src/worker/line-worker-host.js";
import { settled } from "./fake-worker.js";

const PROGRAM = { api: "ort.mjs", glue: "glue.mjs" } as Program;
const NAMES = { inputNames: ["image"], outputNames: ["labels"] };
const PATH = "models/tiny.onnx";
const INPUT: BridgeTensor = { name: "image", dtype: "uint8", dims: [1, 2, 2, 3], data: new Uint8Array(12) };

/** A worker that answers when the test says so. */
class FakePort implements WorkerPort {
  onmessage: WorkerPort["onmessage"] = null;
  onerror: WorkerPort["onerror"] = null;
  onmessageerror: WorkerPort["onmessageerror"] = null;
  readonly requests: LineRequest[] = [];
  readonly transferred: Transferable[] = [];
  isTerminated = false;

  postMessage(request: LineRequest, transfer: unknown = []): void {
    this.requests.push(request);
    this.transferred.push(...(transfer as Transferable[]));
  }

  terminate(): void {
    this.isTerminated = true;
  }

  answer(data: LineAnswer): void {
    this.onmessage!.call(this as never, { data } as MessageEvent);
  }

  die(message: string): void {
    this.onerror!.call(this as never, { message } as ErrorEvent);
  }
}

/** Who waits for the lock that the worker holds. */
let watching: { name: string; free(): void }[] = [];

beforeEach(() => {
  watching = [];
  const request = (name: string, held: () => void): Promise<void> => {
    watching.push({ name, free: held });
    return Promise.resolve();
  };
  Object.defineProperty(globalThis, "navigator", { value: { locks: { request } }, configurable: true });
});

async function started(port: FakePort, lost: Error[] = []): Promise<LineWorker> {
  const starting = LineWorker.start(port, PROGRAM, (reason) => lost.push(reason));
  port.answer({ kind: "started" });
  return starting;
}

async function loaded(port: FakePort, lost: Error[] = []): Promise<LineWorker> {
  const worker = await started(port, lost);
  const loading = worker.load(PATH, new Uint8Array(3));
  port.answer({ kind: "loaded", names: NAMES });
  await loading;
  return worker;
}

test("it is started with the program, loads models and runs them", async () => {
  const port = new FakePort();
  const worker = await started(port);
  const [start] = port.requests;
  assert.ok(start?.kind === "start");
  assert.equal(start.program, PROGRAM);
  assert.equal(worker.namesOf(PATH), undefined);
  const model = new Uint8Array(3);
  const loading = worker.load(PATH, model);
  port.answer({ kind: "loaded", names: NAMES });
  assert.equal(await loading, NAMES);
  assert.equal(worker.namesOf(PATH), NAMES);
  assert.deepEqual(port.transferred, [model.buffer], "the weights are handed over, not copied");
  const running = worker.run(PATH, [INPUT]);
  const output: BridgeTensor = { ...INPUT, name: "labels" };
  port.answer({ kind: "ran", outputs: [output] });
  assert.deepEqual(await running, [output]);
  assert.deepEqual(port.transferred, [model.buffer], "the lines stay, for another worker");
});

test("what went wrong in the worker keeps its name and its words, and the worker lives", async () => {
  const port = new FakePort();
  const worker = await loaded(port);
  const running = worker.run(PATH, [INPUT]);
  port.answer({ kind: "failed", name: "RuntimeError", message: "unreachable" });
  await assert.rejects(running, { name: "RuntimeError", message: "unreachable" });
  assert.equal(port.isTerminated, false);
});

test("a worker that cannot be loaded does not start, and is ended", async () => {
  const port = new FakePort();
  const starting = LineWorker.start(port, PROGRAM, () => assert.fail("it never was"));
  port.die("blocked by the policy");
  await assert.rejects(starting, /blocked by the policy/);
  assert.ok(port.isTerminated);
});

const ENDS = {
  "the lock that it held is free": () => watching[0]!.free(),
  "the browser says that it failed": (port: FakePort) => port.die("out of memory"),
} as const;

for (const [how, end] of Object.entries(ENDS)) {
  test(`that it died is known at once when ${how}`, async () => {
    const port = new FakePort();
    const lost: Error[] = [];
    const worker = await loaded(port, lost);
    const start = port.requests[0]!;
    assert.ok(start.kind === "start");
    assert.equal(watching[0]!.name, start.lock);
    const running = worker.run(PATH, [INPUT]);
    end(port);
    await assert.rejects(running, LineWorkerLost);
    assert.equal(lost.length, 1);
    await assert.rejects(worker.run(PATH, [INPUT]), LineWorkerLost);
  });
}

test("who ends it hears nothing more of it", async () => {
  const port = new FakePort();
  const worker = await loaded(port, { push: () => assert.fail("it was ended on purpose") } as never);
  const running = worker.run(PATH, [INPUT]);
  worker.end();
  watching[0]!.free();
  await assert.rejects(running, LineWorkerLost);
  assert.ok(port.isTerminated);
});

/** Let so many milliseconds pass. */
type Wait = (milliseconds: number) => Promise<void>;

function clock(context: TestContext): Wait {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  return async (milliseconds) => {
    context.mock.timers.tick(milliseconds);
    await settled();
  };
}

test("one that hangs is given up when its time and the grace are over", async (context) => {
  const wait = clock(context);
  const port = new FakePort();
  const lost: Error[] = [];
  const worker = await loaded(port, lost);
  const megapixel: BridgeTensor = { ...INPUT, dims: [10, 100, 1000, 3] };
  const outcome = Promise.allSettled([worker.run(PATH, [megapixel])]);
  await wait(LINE_LIMITS.run + LINE_LIMITS.runPerMegapixel);
  await wait(LINE_LIMITS.grace - 1);
  assert.equal(port.isTerminated, false);
  await wait(1);
  assert.equal(port.isTerminated, true);
  assert.match(lost[0]!.message, /did not answer within 75 s/);
  assert.equal((await outcome)[0]!.status, "rejected");
});

test("an answer that was on its way when time was up still counts", async (context) => {
  const wait = clock(context);
  const port = new FakePort();
  const worker = await loaded(port);
  const running = worker.run(PATH, [INPUT]);
  await wait(LINE_LIMITS.run + 1000);
  port.answer({ kind: "ran", outputs: [] });
  assert.deepEqual(await running, []);
  await wait(LINE_LIMITS.grace);
  assert.equal(port.isTerminated, false);
});

test("one that does not start in time is ended", async (context) => {
  const wait = clock(context);
  const port = new FakePort();
  const outcome = Promise.allSettled([LineWorker.start(port, PROGRAM, () => undefined)]);
  await wait(LINE_LIMITS.start);
  await wait(LINE_LIMITS.grace);
  assert.equal((await outcome)[0]!.status, "rejected");
  assert.ok(port.isTerminated);
});

test("without locks it is watched by the clock alone", async () => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  const port = new FakePort();
  const worker = await loaded(port);
  const running = worker.run(PATH, [INPUT]);
  port.answer({ kind: "ran", outputs: [] });
  assert.deepEqual(await running, []);
});
