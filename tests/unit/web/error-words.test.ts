/** Errors in a visitor's words: what happened, and a button that helps. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { errorWords } from "../../../web/src/element/error-words.js";
import { OcrError } from "../../../web/src/shared/errors.js";

const error = (code: string, cause = "Something of the code."): OcrError =>
  new OcrError(code, cause, "Check assets/worker.js.", "load");

test("without a network, what needs one says so, and nothing of scripts and policies", () => {
  for (const code of ["worker_failed", "asset_unreachable", "image_unreachable"]) {
    const { title, text, remedy, original } = errorWords(error(code), false);
    assert.equal(title, "You are offline");
    assert.doesNotMatch(text, /worker\.js|policy/);
    assert.equal(remedy, "retry");
    assert.match(original ?? "", /worker\.js/);
  }
  assert.notEqual(errorWords(error("image_empty"), false).title, "You are offline");
});

test("a device out of memory is told what helps there", () => {
  for (const cause of [
    "The worker failed: Uncaught RangeError: Out of memory.",
    "Array buffer allocation failed",
  ]) {
    const { title, text } = errorWords(error("worker_failed", cause), true);
    assert.equal(title, "This device ran out of memory");
    assert.match(text, /smaller image/);
  }
});

test("a worker that died is no business of the visitor's", () => {
  const { title, text } = errorWords(error("worker_failed"), true);
  assert.equal(title, "The engine stopped unexpectedly");
  assert.doesNotMatch(text, /worker\.js/);
});

test("the button tries again only where that can help", () => {
  const codes = ["image_empty", "image_undecodable", "image_truncated", "image_too_large", "image_shape"];
  for (const code of codes) assert.equal(errorWords(error(code), true).remedy, "other");
  for (const code of ["asset_unreachable", "worker_silent", "internal"])
    assert.equal(errorWords(error(code), true).remedy, "retry");
});
