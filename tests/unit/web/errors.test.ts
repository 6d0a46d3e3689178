/** Errors keep what they say on their way between the threads. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { OcrError, describeError } from "../../../web/src/shared/errors.js";

test("an error is the same after it has crossed as JSON", () => {
  const error = new OcrError("asset_missing", "It is gone.", "Reload the page.", "load", "at line 1");
  assert.equal(error.message, "It is gone. Reload the page.");
  const crossed = OcrError.fromJSON(JSON.parse(JSON.stringify(error)));
  assert.deepEqual(crossed.toJSON(), error.toJSON());
  assert.ok(crossed instanceof OcrError);
  assert.equal("traceback" in new OcrError("a", "b", "c", "load").toJSON(), false);
});

test("an error of another copy of the class, from a script that is bundled alone, stays what it is", () => {
  class Elsewhere extends Error {
    override readonly name = "OcrError";
    override readonly cause = "The PDF is encrypted.";
    readonly code = "pdf_encrypted";
    readonly remedy = "Give its password.";
    readonly stage = "decode";
  }
  const known = OcrError.from(new Elsewhere("both"), "load");
  assert.ok(known instanceof OcrError);
  assert.deepEqual(
    [known.code, known.stage, known.cause],
    ["pdf_encrypted", "decode", "The PDF is encrypted."],
  );
});

test("what was not meant to be thrown is internal, and keeps where it came from", () => {
  const known = new OcrError("a", "b", "c", "load");
  assert.equal(OcrError.from(known, "detect"), known);
  const unknown = OcrError.from(new TypeError("x is undefined"), "detect");
  assert.deepEqual([unknown.code, unknown.stage], ["internal", "detect"]);
  assert.match(unknown.cause, /x is undefined\.$/);
  assert.match(unknown.traceback ?? "", /errors\.test/);
  assert.equal(OcrError.from("words", "load").traceback, "words");
});

test("an error is said in one line: the last, which of a Python traceback says what it is", () => {
  assert.equal(
    describeError(new Error("Traceback:\n  File x\nValueError: bad input.\n")),
    "ValueError: bad input",
  );
  assert.equal(describeError(new DOMException("", "AbortError")), "AbortError");
  assert.equal(describeError(undefined), "undefined");
});

test("an error of another file's copy of the class is an instance as well, and nothing else is", () => {
  const Other = class extends Error {
    override readonly name = "OcrError";
    readonly code = "pdf_damaged";
    readonly remedy = "Download it again.";
  };
  const error: unknown = new Other("Page 3 of the PDF cannot be read.");
  assert.ok(error instanceof OcrError);
  for (const other of [
    new Error("OcrError"),
    { name: "OcrError", code: "a", remedy: "b" },
    null,
    "OcrError",
  ]) {
    assert.equal((other as unknown) instanceof OcrError, false);
  }
});
