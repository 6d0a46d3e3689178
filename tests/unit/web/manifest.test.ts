/** Which files a family needs, by the manifest that the site serves. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { type Manifest, filesOf, isServed } from "../../../web/src/shared/manifest.js";

const SERVED = JSON.parse(
  readFileSync(new URL("../../../models/manifest.json", import.meta.url), "utf8"),
) as Manifest;

const model = (file: string): { product: { file: string } } => ({ product: { file } });
const family = { title: "", description: "", detector: "d", recognizer: "r", classifier: "c" };
const SMALL: Manifest = {
  default: "one",
  families: {
    one: family,
    two: { ...family, detector: "absent" },
    three: { ...family, recognizer: "known" },
  },
  models: {
    d: model("d.onnx"),
    r: { ...model("r.onnx"), charset: { file: "r.json" } },
    c: model("c.onnx"),
    known: { product: null },
  },
};

test("a family needs its three models and the characters of its recogniser", () => {
  const files = { models: ["models/d.onnx", "models/r.onnx", "models/c.onnx"], charsets: ["models/r.json"] };
  assert.deepEqual(filesOf(SMALL, "one"), files);
  assert.deepEqual(filesOf(SMALL), files);
});

test("nothing is fetched for a family that does not exist", () => {
  assert.deepEqual(filesOf(SMALL, "none"), { models: [], charsets: [] });
});

test("a family is served when every model of it was prepared", () => {
  const served = Object.values(SMALL.families).map((one) => isServed(SMALL, one));
  assert.deepEqual(served, [true, false, false]);
});

test("the default family of the site is served, with three models and a charset", () => {
  const { models, charsets } = filesOf(SERVED);
  assert.deepEqual([models.length, charsets.length], [3, 1]);
  assert.equal(isServed(SERVED, SERVED.families[SERVED.default]!), true);
});
