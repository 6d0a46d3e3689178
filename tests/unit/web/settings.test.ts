/** What the browser kept of the settings is looked at before it is believed. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseStored } from "../../../web/src/page/settings.js";

for (const stored of [
  null,
  5,
  "en",
  [],
  true,
  { languages: "en" },
  { backend: 5, profile: null, languages: {} },
]) {
  test(`${JSON.stringify(stored)} says nothing`, () => assert.deepEqual(parseStored(stored), {}));
}

test("what is of the right type is taken, whatever stands beside it", () => {
  assert.deepEqual(
    parseStored({ backend: "wasm", profile: 3, languages: ["en", 5, null, "de"], newer: {} }),
    {
      backend: "wasm",
      languages: ["en", "de"],
    },
  );
});
