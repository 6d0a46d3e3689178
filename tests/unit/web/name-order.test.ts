/** The order of the files in an archive, which CPython must give them as well. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { compareNames } from "../../../web/src/documents/name-order.js";

test("names are sorted by their numbers, whatever the case of their letters", () => {
  const names = ["b", "a10", "a2", "A3", "10", "²5.png", "a_1", "a-1", "a", "a 2"];
  const sorted = ["10", "a", "a2", "A3", "a10", "a 2", "a-1", "a_1", "b", "²5.png"];
  assert.deepEqual([...names].sort(compareNames), sorted);
});
