/** The states of an element, and what it tells of them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Reading, type ReadingSteps } from "../../../web/src/element/reading.js";
import { OcrError } from "../../../web/src/shared/errors.js";
import type { OcrPage, Progress } from "../../../web/src/shared/types.js";
import { PAGE } from "./pages.js";

const IMAGE = new Blob(["one"]);
const PROGRESS: Progress = { stage: "detect", item: "", done: 0, total: 1 };

/** A reading that writes down what it tells, with the state that holds then. */
function listened(): { reading: Reading; heard: string[] } {
  const heard: string[] = [];
  const tell = (what: string) => (): void => void heard.push(`${what}: ${reading.state}`);
  const reading: Reading = new Reading({
    onStart: tell("start"),
    onProgress: tell("progress"),
    onLines: tell("lines"),
    onResult: tell("result"),
    onError: tell("error"),
    onCancelled: tell("cancelled"),
  });
  return { reading, heard };
}

const reads = (page: OcrPage): ReadingSteps => ({
  load: () => Promise.resolve(IMAGE),
  recognize: (_image, { onProgress, onLines }) => {
    onProgress?.(PROGRESS);
    onLines?.({ lines: [], withdrawn: [] });
    return Promise.resolve(page);
  },
});

const fails = (error: Error): ReadingSteps => ({ ...reads(PAGE), recognize: () => Promise.reject(error) });

/** Goes on until it is cancelled, and then ends with an error of whatever kind. */
const lasts: ReadingSteps = {
  load: () => Promise.resolve(IMAGE),
  recognize: (_image, { signal }) =>
    new Promise((_, reject) => {
      const end = (): void => reject(new Error("ended"));
      if (signal?.aborted) end();
      signal?.addEventListener("abort", end);
    }),
};

test("a reading starts, goes on, and is done", async () => {
  const { reading, heard } = listened();
  assert.equal(reading.state, "empty");
  assert.equal(await reading.run(reads(PAGE)), PAGE);
  assert.deepEqual(heard, ["start: reading", "progress: reading", "lines: reading", "result: done"]);
  assert.deepEqual([reading.image, reading.page, reading.error], [IMAGE, PAGE, null]);
});

test("an error is kept until the next reading, whatever was thrown", async () => {
  const { reading, heard } = listened();
  await assert.rejects(reading.run(fails(new Error("odd"))), { code: "internal" });
  assert.deepEqual(heard, ["start: reading", "error: failed"]);
  assert.equal(reading.error?.code, "internal");
  const known = new OcrError("image_empty", "Empty.", "", "decode");
  await assert.rejects(reading.run(fails(known)), known);
  assert.equal(reading.error, known);
  await reading.run(reads(PAGE));
  assert.equal(reading.error, null);
});

test("what was cancelled is cancelled, and no error, however it ended", async () => {
  const { reading, heard } = listened();
  const running = reading.run(lasts);
  await Promise.resolve();
  reading.cancel();
  await assert.rejects(running, { name: "AbortError" });
  assert.deepEqual(heard, ["start: reading", "cancelled: cancelled"]);
  assert.equal(reading.error, null);
});

test("cancelling to read an image again leaves its earlier result", async () => {
  const { reading, heard } = listened();
  await reading.run(reads(PAGE));
  reading.replace(IMAGE);
  const again = reading.run(lasts);
  assert.equal(reading.page, PAGE);
  reading.cancel();
  await assert.rejects(again, { name: "AbortError" });
  assert.deepEqual(heard.slice(-1), ["cancelled: done"]);
  assert.equal(reading.page, PAGE);
});

test("another image takes the earlier result away, also one that is not here yet", async () => {
  for (const next of [new Blob(["two"]), null]) {
    const { reading } = listened();
    await reading.run(reads(PAGE));
    reading.replace(next);
    assert.deepEqual([reading.image, reading.page], [next, null]);
  }
});

test("a reading that was replaced says nothing, and its late result is nobody's", async () => {
  const { reading, heard } = listened();
  let finish!: (page: OcrPage) => void;
  let report: ((progress: Progress) => void) | undefined;
  const first = reading.run({
    ...reads(PAGE),
    recognize: (_image, { onProgress }) => {
      report = onProgress;
      return new Promise((resolve) => (finish = resolve));
    },
  });
  await new Promise(setImmediate);
  const other = { ...PAGE, text: "other" };
  const second = reading.run(reads(other));
  report?.(PROGRESS);
  finish(PAGE);
  await assert.rejects(first, { name: "AbortError" });
  assert.equal(await second, other);
  assert.deepEqual(heard, [
    "start: reading",
    "start: reading",
    "progress: reading",
    "lines: reading",
    "result: done",
  ]);
  assert.equal(reading.page, other);
});

test("after it was cancelled a reading reports no progress", async () => {
  const { reading, heard } = listened();
  let report: ((progress: Progress) => void) | undefined;
  const running = reading.run({
    load: lasts.load,
    recognize: (image, options) => {
      report = options.onProgress;
      return lasts.recognize(image, options);
    },
  });
  await new Promise(setImmediate);
  reading.cancel();
  report?.(PROGRESS);
  await assert.rejects(running, { name: "AbortError" });
  assert.equal(heard.includes("progress: reading"), false);
});
