/** Whatever becomes of line workers, in whatever order: every batch is read, or told to be unread. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import fc from "fast-check";

import type { BridgeTensor } from "../../../web/src/line-worker/model.js";
import type { ModelNames } from "../../../web/src/line-worker/protocol.js";
import type { Bytes } from "../../../web/src/worker/asset-store.js";
import { LinePool, LinesUnread, type PooledWorker } from "../../../web/src/worker/line-pool.js";
import { LineWorkerLost } from "../../../web/src/worker/line-worker-host.js";
import { settled } from "./fake-worker.js";

const NAMES: ModelNames = { inputNames: ["image"], outputNames: ["labels"] };
const MODEL = "models/tiny.onnx";
const OUT_OF_MEMORY = new Error("std::bad_alloc");

/** A worker whose runs end as the test says, or never. */
class Unreliable implements PooledWorker {
  isEnded = false;
  #names: ModelNames | undefined;
  #settle: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(readonly lose: () => void) {}

  namesOf(): ModelNames | undefined {
    return this.#names;
  }

  async load(): Promise<ModelNames> {
    return (this.#names = NAMES);
  }

  run(_path: string, inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]> {
    assert.ok(!this.isEnded, "a worker that was ended is used");
    return new Promise((resolve, reject) => (this.#settle = { resolve: () => resolve(inputs), reject }));
  }

  finish(): void {
    this.#settle?.resolve();
  }

  fail(error: Error): void {
    this.#settle?.reject(error);
  }

  end(): void {
    this.isEnded = true;
    this.fail(new LineWorkerLost("it was ended"));
  }
}

const EVENT = fc.record({
  kind: fc.constantFrom(
    "run",
    "run",
    "run",
    "finish",
    "finish",
    "fail",
    "memory",
    "lose",
    "wake",
    "close",
    "renew",
  ),
  which: fc.nat(9),
});

test("every batch is read or told to be unread, and no worker is left", async () => {
  mock.method(console, "warn", () => undefined); // of every fault
  await fc.assert(
    fc.asyncProperty(fc.array(EVENT, { maxLength: 40 }), fc.nat(3), async (events, size) => {
      const made: Unreliable[] = [];
      const pool = new LinePool({
        size,
        loadModel: async () => new Uint8Array(1) as Bytes,
        start: async (onLost) => {
          if (made.length % 5 === 4) throw new Error("it does not start");
          const worker = new Unreliable(onLost);
          made.push(worker);
          return worker;
        },
      });
      const batches: Promise<unknown>[] = [];
      let open = 0;
      for (const { kind, which } of events) {
        const worker = made[which % Math.max(1, made.length)];
        if (kind === "run") {
          const data = new Uint8Array([batches.length]);
          const inputs: BridgeTensor[] = [{ name: `${batches.length}`, dtype: "uint8", dims: [1], data }];
          open += 1;
          const reading = pool.run(MODEL, inputs).finally(() => (open -= 1));
          batches.push(reading.then((outputs) => assert.equal(outputs, inputs, "another batch's outputs")));
          batches.at(-1)?.catch(() => undefined);
        } else if (kind === "finish") worker?.finish();
        else if (kind === "fail") worker?.fail(new Error("injected"));
        else if (kind === "memory") worker?.fail(OUT_OF_MEMORY);
        else if (kind === "lose" && worker?.isEnded === false) {
          worker.end();
          worker.lose();
        } else if (kind === "wake") pool.wake();
        else if (kind === "close") pool.close();
        else if (kind === "renew") pool.renew();
        await settled();
        assert.ok(made.filter(({ isEnded }) => !isEnded).length <= size, "more workers than there may be");
      }
      for (let round = 0; open > 0; round += 1) {
        assert.ok(round <= 3 * events.length, "a batch stays open");
        for (const worker of made) worker.finish();
        await settled();
      }
      for (const outcome of await Promise.allSettled(batches)) {
        if (outcome.status === "fulfilled") continue;
        const { reason } = outcome as { reason: unknown };
        const isTold = reason instanceof LinesUnread || /were ended/.test(String(reason));
        assert.ok(isTold, String(reason));
      }
      pool.close();
      await settled();
      assert.ok(
        made.every(({ isEnded }) => isEnded),
        "a worker is left",
      );
    }),
    { numRuns: 300 },
  );
});
