/**
 * Files of the site that fail in each of five ways: a typed error or the right text, and the next call works.
 *
 * Two files are tried in every run of the tests; PY_OCR_EVERY_FAULT=1 tries them all, in some minutes.
 */

import type { APIResponse, Route } from "@playwright/test";

import { inWorker } from "./faults.js";
import { fixture } from "./paths.js";
import { Reader, valueOf } from "./reader.js";
import { expect, test, watch } from "./test.js";

const NOTE = fixture("note.png");
const TEXT = "Hello world\nInvoice 2026";

/** The whole file, also where the browser has it and only asks whether it has changed. */
async function whole(route: Route): Promise<APIResponse> {
  const { "if-none-match": _tag, "if-modified-since": _date, ...headers } = route.request().headers();
  return route.fetch({ headers });
}

/** In each of these ways a file fails. Whoever has to wait for it is in a worker whose clock is faster. */
const WAYS: Readonly<Record<string, (route: Route) => Promise<void>>> = {
  missing: (route) => route.fulfill({ status: 404, body: "not found" }),
  refused: (route) => route.fulfill({ status: 500, body: "sorry" }),
  truncated: async (route) => {
    const response = await whole(route);
    const body = await response.body();
    await route.fulfill({ response, body: body.subarray(0, body.length >> 1) });
  },
  corrupted: async (route) => {
    const response = await whole(route);
    const body = await response.body();
    // Whoever looks why a module did not come asks for its headers only, and has no bytes.
    const start = body.length >> 2;
    body.fill(0x5a, start, Math.min(body.length, start + 64));
    await route.fulfill({ response, body });
  },
  stalled: async () => undefined,
};

/** The limits of downloads and modules pass twenty times as fast; all others stay. */
const FAST_CLOCK = `const wait = globalThis.setTimeout;
globalThis.setTimeout = (then, ms, ...rest) => wait(then, ms === 30000 || ms === 90000 ? ms / 20 : ms, ...rest);`;

const EVERY_FILE = [
  "assets.json",
  "assets/line-worker.js",
  "models/manifest.json",
  "models/golden.json",
  "models/ppocr-v6-small-det.onnx",
  "models/ppocr-v6-tiny-rec.onnx",
  "models/ppocr-v6-small-rec.onnx",
  "models/ppocr-v2-cls.onnx",
  "ort/*.mjs",
  "ort/*.wasm",
  "pyodide/pyodide.asm.mjs",
  "pyodide/pyodide.asm.wasm",
  "pyodide/python_stdlib.zip.deflate",
  "pyodide/pyodide-lock.json",
  "wheels/numpy-*",
  "wheels/py_ocr-*",
];
/** A file whose bytes are fetched and verified, and one that is imported. */
const SOME_FILES = ["models/ppocr-v6-tiny-rec.onnx", "pyodide/pyodide.asm.mjs"];
const FILES = process.env["PY_OCR_EVERY_FAULT"] ? EVERY_FILE : SOME_FILES;

for (const file of FILES) {
  test(`${file} that fails in any way is a typed error or no fault, and the next call works`, async ({
    browser,
    site,
  }) => {
    test.setTimeout(240_000);
    const context = await browser.newContext();
    watch(context);
    await inWorker(context, FAST_CLOCK);
    const reader = await Reader.open(await context.newPage(), site.url, { backend: "wasm", lineWorkers: 2 });
    const url = `**/${file}`;
    const seen: Record<string, string> = {};
    for (const [way, fail] of Object.entries(WAYS)) {
      await context.route(url, fail);
      const outcome = await reader.read(NOTE);
      // A module is not verified: where its middle is a comment, it does what it did.
      if ("value" in outcome) expect(outcome.value.text, way).toBe(TEXT);
      else expect(outcome.error.name, `${way}: ${outcome.error.message}`).toBe("OcrError");
      seen[way] = "value" in outcome ? "text" : (outcome.error.code ?? "");
      expect(seen[way], way).not.toBe("internal");
      await context.unroute(url);
    }
    expect(valueOf(await reader.read(NOTE)).text).toBe(TEXT);
    test.info().annotations.push({ type: "outcomes", description: JSON.stringify(seen) });
    await context.close();
  });
}
