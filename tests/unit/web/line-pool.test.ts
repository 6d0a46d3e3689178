/** The pool of line workers: what it starts and ends, and who reads when a worker fails. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { BridgeTensor } from "../../../web/src/line-worker/model.js";
import type { ModelNames } from "../../../web/src/line-worker/protocol.js";
import { OcrError } from "../../../web/src/shared/errors.js";
import type { Bytes } from "../../../web/src/worker/asset-store.js";
import { LinePool, LinesUnread, type PooledWorker } from "../../../web/src/worker/line-pool.js";
import { LineWorkerLost } from "../../../web/src/worker/line-worker-host.js";
import { settled } from "./fake-worker.js";

const NAMES: ModelNames = { inputNames: ["image"], outputNames: ["labels"] };
const MODEL = "models/tiny.onnx";
const OTHER = "models/small.onnx";

/** Inputs that can be told apart, and the outputs that come of them. */
const batch = (name: string): BridgeTensor[] => [
  { name, dtype: "uint8", dims: [1], data: new Uint8Array(1) },
];
const namesOf = (tensors: readonly BridgeTensor[]): string[] => tensors.map(({ name }) => name);

/** A run that waits for the test to end it. */
interface Run {
  readonly name: string;
  finish(): void;
  fail(error: Error): void;
}

class FakeLineWorker implements PooledWorker {
  readonly loaded: string[] = [];
  readonly runs: Run[] = [];
  isEnded = false;
  #abandon: ((error: Error) => void) | undefined;

  constructor(readonly lose: () => void) {}

  namesOf(path: string): ModelNames | undefined {
    return this.loaded.includes(path) ? NAMES : undefined;
  }

  async load(path: string): Promise<ModelNames> {
    this.loaded.push(path);
    return NAMES;
  }

  run(path: string, inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]> {
    assert.ok(this.loaded.includes(path), "it was loaded before");
    assert.ok(!this.isEnded, "it lives");
    return new Promise((resolve, reject) => {
      this.#abandon = reject;
      this.runs.push({ name: inputs[0]!.name, finish: () => resolve(inputs), fail: reject });
    });
  }

  end(): void {
    this.isEnded = true;
    this.#abandon?.(new LineWorkerLost("it was ended"));
  }

  get current(): Run {
    return this.runs.at(-1) ?? assert.fail("nothing runs");
  }
}

interface Setting {
  readonly pool: LinePool;
  readonly workers: FakeLineWorker[];
  readonly fetched: string[];
}

function poolOf(
  size: number,
  more: { start?: () => Promise<void>; load?: () => void; idleMs?: number } = {},
): Setting {
  const workers: FakeLineWorker[] = [];
  const fetched: string[] = [];
  const pool = new LinePool({
    size,
    start: async (onLost) => {
      await more.start?.();
      const worker = new FakeLineWorker(onLost);
      workers.push(worker);
      return worker;
    },
    loadModel: async (path) => {
      more.load?.();
      fetched.push(path);
      return new Uint8Array(1) as Bytes;
    },
    ...(more.idleMs === undefined ? {} : { idleMs: more.idleMs }),
  });
  return { pool, workers, fetched };
}

test("a worker starts when there is something for it, and no more than there may be", async () => {
  const { pool, workers, fetched } = poolOf(2);
  assert.equal(workers.length, 0);
  const results = ["a", "b", "c"].map((name) => pool.run(MODEL, batch(name)));
  await settled();
  assert.deepEqual(
    workers.map(({ current }) => current.name),
    ["a", "b"],
  );
  workers[1]!.current.finish();
  await settled();
  assert.equal(workers[1]!.current.name, "c");
  workers.forEach(({ current }) => current.finish());
  assert.deepEqual((await Promise.all(results)).map(namesOf), [["a"], ["b"], ["c"]]);
  assert.deepEqual(fetched, [MODEL, MODEL]);
  pool.close();
});

test("a single batch takes a single worker, and the model's names come from it", async () => {
  const { pool, workers } = poolOf(4);
  assert.equal(await pool.load(MODEL), NAMES);
  const result = pool.run(MODEL, batch("a"));
  await settled();
  workers[0]!.current.finish();
  await result;
  assert.equal(workers.length, 1);
  pool.close();
});

test("waking starts all workers with the model that reads every line", async () => {
  const { pool, workers } = poolOf(3);
  pool.wake();
  await settled();
  assert.equal(workers.length, 0, "nobody knows yet what they will read with");
  await pool.load(MODEL);
  pool.wake();
  pool.wake();
  await settled();
  assert.deepEqual(
    workers.map(({ loaded }) => loaded),
    [[MODEL], [MODEL], [MODEL]],
  );
  pool.close();
});

test("lines go to the free worker that has their model", async () => {
  const { pool, workers } = poolOf(2);
  await pool.load(MODEL);
  pool.wake();
  await settled();
  const sure = pool.run(OTHER, batch("sure"));
  await settled();
  const user = workers.find(({ runs }) => runs.length > 0)!;
  user.current.finish();
  await sure;
  const again = pool.run(OTHER, batch("again"));
  await settled();
  assert.equal(user.current.name, "again");
  user.current.finish();
  await again;
  pool.close();
});

test("the lines of a worker that fails are read by another one", async () => {
  const { pool, workers } = poolOf(2);
  const result = pool.run(MODEL, batch("a"));
  await settled();
  workers[0]!.current.fail(new LineWorkerLost("it ended"));
  await settled();
  assert.ok(workers[0]!.isEnded);
  assert.equal(workers[1]!.current.name, "a");
  workers[1]!.current.finish();
  assert.deepEqual(namesOf(await result), ["a"]);
  assert.deepEqual([pool.size, pool.refusal], [2, undefined]);
  pool.close();
});

test("lines that two workers could not read are left to whoever asked", async () => {
  const { pool, workers } = poolOf(2);
  const result = pool.run(MODEL, batch("a"));
  for (const index of [0, 1]) {
    await settled();
    workers[index]!.current.fail(new Error("no such node"));
  }
  await assert.rejects(result, (error) => error instanceof LinesUnread && /no such node/.test(error.message));
  pool.close();
});

test("an idle worker that dies is replaced when there are lines", async () => {
  const { pool, workers } = poolOf(1);
  await pool.load(MODEL);
  workers[0]!.lose();
  const result = pool.run(MODEL, batch("a"));
  await settled();
  workers[1]!.current.finish();
  assert.deepEqual(namesOf(await result), ["a"]);
  pool.close();
});

test("where memory is short there are fewer workers", async () => {
  const { pool, workers } = poolOf(2);
  const result = pool.run(MODEL, batch("a"));
  await settled();
  workers[0]!.current.fail(new Error("std::bad_alloc"));
  await settled();
  assert.equal(pool.size, 1);
  workers[1]!.current.finish();
  await result;
  assert.equal(pool.refusal, undefined);
  pool.close();
});

test("workers that cannot start are not waited for, and the pool says why there are none", async () => {
  const { pool } = poolOf(2, { start: () => Promise.reject(new Error("the policy forbids it")) });
  await assert.rejects(pool.load(MODEL), LinesUnread);
  assert.deepEqual([pool.size, pool.refusal], [0, "The line workers cannot be used: the policy forbids it."]);
  await assert.rejects(pool.run(MODEL, batch("a")), LinesUnread);
});

test("workers that get another program are tried again", async () => {
  let isBroken = true;
  const start = async (): Promise<void> => {
    if (isBroken) throw new Error("it does not compile");
  };
  const { pool, workers } = poolOf(2, { start });
  await assert.rejects(pool.load(MODEL), LinesUnread);
  isBroken = false;
  pool.renew();
  assert.deepEqual([pool.size, pool.refusal], [2, undefined]);
  const result = pool.run(MODEL, batch("a"));
  await settled();
  workers[0]!.current.finish();
  assert.deepEqual(namesOf(await result), ["a"]);
  pool.close();
});

test("where the second worker cannot start the first one goes on", async () => {
  let starts = 0;
  const start = async (): Promise<void> => {
    if ((starts += 1) > 1) throw new Error("no more");
  };
  const { pool, workers } = poolOf(2, { start });
  const results = ["a", "b"].map((name) => pool.run(MODEL, batch(name)));
  await settled();
  assert.deepEqual([pool.size, pool.refusal], [1, undefined]);
  workers[0]!.current.finish();
  await settled();
  workers[0]!.current.finish();
  assert.deepEqual((await Promise.all(results)).map(namesOf), [["a"], ["b"]]);
  pool.close();
});

test("workers that fail again and again are given up, and nobody waits", async () => {
  const { pool, workers } = poolOf(2);
  const results = ["a", "b", "c"].map((name) => pool.run(MODEL, batch(name)));
  const outcomes = Promise.allSettled(results);
  for (let turn = 0; turn < 4; turn += 1) {
    await settled();
    workers.find(({ isEnded }) => !isEnded)!.current.fail(new Error("broken"));
  }
  for (const outcome of await outcomes) {
    assert.ok(outcome.status === "rejected" && outcome.reason instanceof LinesUnread);
  }
  assert.equal(pool.size, 0);
  assert.ok(workers.every(({ isEnded }) => isEnded));
});

test("failures with readings between them are no reason to give up", async () => {
  const { pool, workers } = poolOf(1);
  for (let turn = 0; turn < 6; turn += 1) {
    const result = pool.run(MODEL, batch("a"));
    await settled();
    workers.at(-1)!.current.fail(new LineWorkerLost("it ended"));
    await settled();
    workers.at(-1)!.current.finish();
    await result;
  }
  assert.equal(pool.size, 1);
  pool.close();
});

test("a file that cannot be had is no worker's fault", async () => {
  const error = new OcrError("asset_unreachable", "The file is gone.", "Try again.", "load");
  const load = (): void => {
    throw error;
  };
  const { pool, workers } = poolOf(1, { load });
  await assert.rejects(pool.load(MODEL), error);
  assert.deepEqual([pool.size, workers.length, workers[0]!.isEnded], [1, 1, false]);
  pool.close();
});

test("closing ends the workers, what they read and what waited; lines start new ones", async () => {
  const { pool, workers } = poolOf(1);
  const results = ["a", "b"].map((name) => pool.run(MODEL, batch(name)));
  const outcomes = Promise.allSettled(results);
  await settled();
  pool.close();
  for (const outcome of await outcomes) {
    assert.ok(outcome.status === "rejected" && !(outcome.reason instanceof LinesUnread));
  }
  assert.ok(workers[0]!.isEnded);
  const again = pool.run(MODEL, batch("c"));
  await settled();
  workers[1]!.current.finish();
  assert.deepEqual(namesOf(await again), ["c"]);
  pool.close();
});

test("a worker that is still starting when all are ended is ended as well", async () => {
  let go: () => void = () => assert.fail("it does not start");
  const { pool, workers } = poolOf(1, { start: () => new Promise((resolve) => (go = resolve)) });
  const outcome = Promise.allSettled([pool.run(MODEL, batch("a"))]);
  pool.close();
  go();
  await outcome;
  await settled();
  assert.deepEqual(
    workers.map(({ isEnded }) => isEnded),
    [true],
  );
});

test("without lines the workers are ended after a while, and not before", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { pool, workers } = poolOf(1, { idleMs: 1000 });
  const result = pool.run(MODEL, batch("a"));
  await settled();
  context.mock.timers.tick(5000);
  assert.equal(workers[0]!.isEnded, false, "it reads");
  workers[0]!.current.finish();
  await result;
  await settled();
  context.mock.timers.tick(999);
  assert.equal(workers[0]!.isEnded, false);
  context.mock.timers.tick(1);
  assert.equal(workers[0]!.isEnded, true);
});
