/** Words and numbers for people. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { OcrPage, Stage } from "../../../web/src/shared/types.js";
import { say } from "../../../web/src/words/words.js";
import {
  backendName,
  describeBackend,
  describeNotice,
  describeProgress,
  formatBytes,
  formatConfidence,
  formatDuration,
  readingTime,
  summarize,
} from "../../../web/src/element/wording.js";
import { LINE, PAGE } from "./pages.js";

test("a count takes the plural for every number but one", () => {
  assert.deepEqual(
    [0, 1, 2, 12_345].map((count) => say("lines", { count })),
    ["0 lines", "1 line", "2 lines", "12,345 lines"],
  );
});

test("bytes are kB below a tenth of a megabyte, never 0 for what is there", () => {
  assert.deepEqual([1, 99_999, 100_000, 1_234_567, 30_000_000].map(formatBytes), [
    "1 kB",
    "100 kB",
    "0.1 MB",
    "1.2 MB",
    "30.0 MB",
  ]);
});

test("durations change their unit where the next one says as much", () => {
  const cases: [number, string][] = [
    [0, "0.0 s"],
    [0.2, "1 ms"],
    [68, "68 ms"],
    [99.4, "100 ms"],
    [99.5, "0.1 s"],
    [1449, "1.4 s"],
    [9949, "9.9 s"],
    [9950, "10 s"],
    [59_499, "59 s"],
    [59_500, "1 min 0 s"],
    [65_000, "1 min 5 s"],
    [3_600_000, "60 min 0 s"],
  ];
  assert.deepEqual(
    cases.map(([elapsedMs]) => formatDuration(elapsedMs)),
    cases.map(([, words]) => words),
  );
});

test("a confidence is never rounded up to certainty", () => {
  assert.deepEqual([0, 0.805, 0.9999, 1].map(formatConfidence), ["0%", "80%", "99%", "100%"]);
});

test("loading counts megabytes", () => {
  const words = describeProgress({ stage: "load", item: "models/a.onnx", done: 500_000, total: 2_000_000 });
  assert.deepEqual(words, { title: "Getting ready", detail: "0.5 MB of 2.0 MB", fraction: 0.25 });
});

test("once everything is loaded the engine starts, which has no extent", () => {
  for (const [done, total] of [
    [0, 0],
    [7, 7],
    [8, 7],
  ] as const) {
    const words = describeProgress({ stage: "load", item: "x", done, total });
    assert.deepEqual(words, { title: "Starting the engine", detail: "", fraction: null });
  }
});

test("reading counts lines, and every stage has words of its own", () => {
  assert.deepEqual(describeProgress({ stage: "recognize", item: "", done: 3, total: 12 }), {
    title: "Reading",
    detail: "3 of 12 lines",
    fraction: 0.25,
  });
  assert.equal(describeProgress({ stage: "recognize", item: "", done: 0, total: 0 }).fraction, null);
  assert.equal(describeProgress({ stage: "detect", item: "", done: 1, total: 2 }).fraction, null);
  const stages: Stage[] = ["load", "decode", "detect", "crop", "orient", "recognize", "layout"];
  const titles = stages.map((stage) => describeProgress({ stage, item: "", done: 1, total: 2 }).title);
  assert.equal(new Set(titles).size, stages.length);
  assert.ok(titles.every(Boolean));
});

test("a backend is called what people call it; an unknown one what it calls itself", () => {
  assert.deepEqual(["webgpu", "wasm", "webnn", "abacus"].map(backendName), [
    "WebGPU",
    "WASM",
    "WebNN",
    "abacus",
  ]);
});

test("what ran is said with its detail, and why not another as sentences", () => {
  const fallbacks = [
    { from: "webgpu", to: "wasm", reason: "There is no GPU. " },
    { from: "webnn", to: "wasm", reason: "It is switched off" },
  ];
  assert.deepEqual(
    describeBackend({ requested: "auto", used: "wasm", detail: "4 threads", fallbacks, kernels: null }),
    {
      name: "WASM, 4 threads",
      reasons: "There is no GPU. It is switched off.",
    },
  );
  assert.deepEqual(
    describeBackend({ requested: "wasm", used: "wasm", detail: "", fallbacks: [], kernels: null }),
    {
      name: "WASM",
      reasons: "",
    },
  );
});

test("what a result lacks is said beside its text", () => {
  const unread = { code: "script_unknown", message: "Not read.", quads: [LINE.quad] };
  assert.equal(describeNotice(unread), "Not read.");
  assert.equal(describeNotice({ ...unread, quads: [] }), "Not read.");
  assert.equal(describeNotice({ ...unread, quads: [LINE.quad, LINE.quad] }), "Not read. (2 lines)");
  assert.equal(summarize({ ...PAGE, lines: [], notices: [{ ...unread, quads: [] }] }), "No text found");
  assert.equal(summarize({ ...PAGE, lines: [], notices: [unread] }), "No text could be read");
});

test("the time of a reading leaves the start of the engine out", () => {
  const page: OcrPage = { ...PAGE, timings_ms: { load: 30_000, detect: 400, recognize: 1000 } };
  assert.equal(readingTime(page), 1400);
  assert.equal(summarize(page), "1 line in 1.4 s");
  assert.equal(summarize({ ...page, lines: [LINE, LINE] }), "2 lines in 1.4 s");
  assert.equal(summarize({ ...page, lines: [] }), "No text found");
});
