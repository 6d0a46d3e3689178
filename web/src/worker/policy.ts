/** What a page's policy (CSP) may forbid, found out before anything waits for it without an end. */

import { OcrError } from "../shared/errors.js";

/** The smallest module there is: its magic number and version. */
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/** Throw OcrError where WebAssembly may not be compiled. Pyodide would say so on the console only, and wait for ever. */
export function requireWebAssembly(): void {
  try {
    new WebAssembly.Module(EMPTY_MODULE);
  } catch (error) {
    throw new OcrError(
      "policy_blocks_wasm",
      `The page's policy forbids WebAssembly (${error instanceof Error ? error.name : String(error)}).`,
      "Add 'wasm-unsafe-eval' to script-src of the Content-Security-Policy that assets/worker.js is served with, " +
        "and of the page's own where the worker is of another origin.",
      "load",
    );
  }
}
