/** Files that were used are gone, not merely forgotten. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { discard } from "../../../web/src/line-worker/discard.js";

test("the memory of a file is free at once where the engine can do that, and twice does no harm", () => {
  const file = new Uint8Array(1000);
  discard(file);
  discard(file);
  const { transfer } = ArrayBuffer.prototype as { transfer?: unknown };
  assert.equal(file.length, transfer === undefined ? 1000 : 0);
});
