/** Names that people see: of languages, of files, of several results in one. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { joinTexts } from "../../../web/src/element/export-files.js";
import { fileName } from "../../../web/src/client/fetch-image.js";
import { languageNames, nameLanguages } from "../../../web/src/page/languages.js";
import { PAGE } from "./pages.js";

test("languages are named in English; what is no code stays as it is", () => {
  assert.equal(languageNames(["de", "zh-Hans", "not a code"]), "German, Simplified Chinese, not a code");
  assert.equal(languageNames([]), "");
});

test("languages are listed by name", () => {
  assert.deepEqual(nameLanguages(["sv", "zh-Hant", "af", "sr-Latn"]), [
    ["af", "Afrikaans"],
    ["sr-Latn", "Serbian (Latin)"],
    ["sv", "Swedish"],
    ["zh-Hant", "Traditional Chinese"],
  ]);
});

test("an image is called by the last part of its address", () => {
  const cases = {
    "/images/receipt.jpg": "receipt.jpg",
    "https://example.org/a/b.png?size=2#top": "b.png",
    "/images/b.png#top": "b.png",
    "caf%C3%A9.png": "café.png",
    "100%.png": "100%.png",
    "https://example.org/": "image",
    "": "image",
  };
  assert.deepEqual(Object.keys(cases).map(fileName), Object.values(cases));
});

test("several texts stand under the names of their images", () => {
  const results = [
    { name: "a.png", page: { ...PAGE, text: "first\nline" } },
    { name: "b.png", page: { ...PAGE, text: "" } },
    { name: "c.png", page: { ...PAGE, text: "third" } },
  ];
  assert.equal(joinTexts(results), "=== a.png ===\nfirst\nline\n\n=== b.png ===\n\n=== c.png ===\nthird");
});
