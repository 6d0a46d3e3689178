/** Parallel downloads are one number. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import type { Progress } from "../../../web/src/shared/types.js";
import { ByteProgress } from "../../../web/src/worker/byte-progress.js";

test("bytes are summed over what was announced, and seldom enough to cost nothing", (context) => {
  let now = 1000;
  context.mock.method(performance, "now", () => now);
  const heard: Progress[] = [];
  const progress = new ByteProgress((event) => heard.push(event));
  progress.expect(100);
  progress.expect(50);
  progress.receive("a", 10);
  now += 49;
  progress.receive("a", 20);
  now += 1;
  progress.receive("b", 30);
  assert.deepEqual(heard, [
    { stage: "load", item: "a", done: 10, total: 150 },
    { stage: "load", item: "b", done: 60, total: 150 },
  ]);
});

test("that everything is here is told at once", (context) => {
  context.mock.method(performance, "now", () => 0);
  const listener = mock.fn((_progress: Progress) => undefined);
  const progress = new ByteProgress(listener);
  progress.expect(3);
  for (let byte = 0; byte < 3; byte += 1) progress.receive("a", 1);
  assert.deepEqual(
    listener.mock.calls.map(({ arguments: [event] }) => event.done),
    [1, 3],
  );
});
