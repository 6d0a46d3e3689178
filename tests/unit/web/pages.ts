/** A page with one line, for tests that need a page and do not care which. */

import type { OcrLine, OcrPage, Quad } from "../../../web/src/shared/types.js";

/** The corners of an upright box. */
export function box(left: number, top: number, right: number, bottom: number): Quad {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

export const LINE: OcrLine = {
  text: "one two",
  confidence: 0.9,
  quad: box(10, 20, 110, 40),
  orientation_degrees: 0,
  recognizer: "a-recognizer",
  words: [
    { text: "one", confidence: 0.9, quad: box(10, 20, 50, 40) },
    { text: "two", confidence: 0.9, quad: box(60, 20, 110, 40) },
  ],
};

export const PAGE: OcrPage = {
  schema: 1,
  width: 200,
  height: 100,
  text: "one two",
  lines: [LINE],
  blocks: [{ lines: [0], rows: [[0]], quad: LINE.quad }],
  tables: [],
  timings_ms: {},
  backend: { requested: "auto", used: "wasm", detail: "1 thread", fallbacks: [], kernels: "stock" },
  models: { profile: "a-profile" },
  notices: [],
};
