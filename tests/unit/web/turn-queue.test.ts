/** One thing after the other, whatever becomes of each. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { TurnQueue } from "../../../web/src/client/turn-queue.js";
import { untilAborted } from "../../../web/src/client/abort.js";

/** A promise with its handles outside. */
function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: Error): void } {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((...handles) => ([resolve, reject] = handles));
  return { promise, resolve, reject };
}

/** Let everything run that waits for nothing but its turn. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a task starts when the one before has ended, in the order of asking", async () => {
  const queue = new TurnQueue();
  const [first, second] = [deferred<number>(), deferred<number>()];
  const started: string[] = [];
  const results = [first, second].map(({ promise }, index) =>
    queue.run(() => {
      started.push(`${index}`);
      return promise;
    }),
  );
  await settled();
  assert.deepEqual(started, ["0"]);
  second.resolve(2);
  await settled();
  assert.deepEqual(started, ["0"]);
  first.resolve(1);
  assert.deepEqual(await Promise.all(results), [1, 2]);
  assert.deepEqual(started, ["0", "1"]);
});

test("a task that fails tells its owner and holds up nobody", async () => {
  const queue = new TurnQueue();
  const failing = queue.run(() => Promise.reject(new Error("no")));
  const next = queue.run(() => Promise.resolve("yes"));
  await assert.rejects(failing, /no/);
  assert.equal(await next, "yes");
});

test("a task that is given up while it waits is never run, and rejects at once", async () => {
  const queue = new TurnQueue();
  const first = deferred<number>();
  const running = queue.run(() => first.promise);
  const controller = new AbortController();
  let ran = false;
  const waiting = queue.run(() => Promise.resolve((ran = true)), controller.signal);
  const third = queue.run(() => Promise.resolve("third"));
  controller.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  first.resolve(1);
  assert.equal(await running, 1);
  assert.equal(await third, "third");
  assert.equal(ran, false);
});

test("what goes on keeps its turn until it really ends, although its owner no longer waits", async () => {
  const queue = new TurnQueue();
  const first = deferred<number>();
  const controller = new AbortController();
  const given = queue.run(() => first.promise, controller.signal);
  await settled();
  controller.abort();
  await assert.rejects(given, { name: "AbortError" });
  let ran = false;
  const next = queue.run(() => Promise.resolve((ran = true)));
  await settled();
  assert.equal(ran, false);
  first.reject(new Error("cancelled"));
  await next;
  assert.equal(ran, true);
});

test("a signal that has aborted already rejects, and one that never does changes nothing", async () => {
  await assert.rejects(untilAborted(new Promise(() => undefined), AbortSignal.abort()), {
    name: "AbortError",
  });
  const { signal } = new AbortController();
  assert.equal(await untilAborted(Promise.resolve(7), signal), 7);
  await assert.rejects(untilAborted(Promise.reject(new Error("own")), signal), /own/);
});
