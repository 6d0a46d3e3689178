/** Which files a profile needs, by the manifest that the site serves. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { type Manifest, filesOf, isServed } from "../../../web/src/shared/manifest.js";

const SERVED = JSON.parse(
  readFileSync(new URL("../../../models/manifest.json", import.meta.url), "utf8"),
) as Manifest;

const model = (file: string): { product: { file: string } } => ({ product: { file } });
const profile = { title: "", description: "", detector: "d", recognizer: "r", classifier: "c" };
const SMALL: Manifest = {
  default: "one",
  profiles: {
    one: profile,
    two: { ...profile, detector: "absent" },
    three: { ...profile, recognizer: "known" },
    four: { ...profile, sure_recognizer: "s" },
    five: { ...profile, sure_recognizer: "known" },
  },
  models: {
    d: model("d.onnx"),
    r: { ...model("r.onnx"), charset: { file: "r.json" } },
    c: model("c.onnx"),
    s: { ...model("s.onnx"), charset: { file: "s.json" } },
    known: { product: null },
  },
};

test("a profile needs its three models and the characters of its recogniser", () => {
  const models = ["models/d.onnx", "models/c.onnx"];
  const files = { models, readers: ["models/r.onnx"], late: [], charsets: ["models/r.json"] };
  assert.deepEqual(filesOf(SMALL, "one"), files);
  assert.deepEqual(filesOf(SMALL), files);
});

test("a sure recogniser can come later, its characters cannot", () => {
  const { models, readers, late, charsets } = filesOf(SMALL, "four");
  const one = filesOf(SMALL, "one");
  assert.deepEqual([models, readers], [one.models, one.readers]);
  assert.deepEqual([late, charsets], [["models/s.onnx"], ["models/r.json", "models/s.json"]]);
});

test("nothing is fetched for a profile that does not exist", () => {
  assert.deepEqual(filesOf(SMALL, "none"), { models: [], readers: [], late: [], charsets: [] });
});

test("a profile is served when every model of it was prepared", () => {
  const served = Object.values(SMALL.profiles).map((one) => isServed(SMALL, one));
  assert.deepEqual(served, [true, false, false, true, false]);
});

test("the default profile of the site is served, with three models and one that can come later", () => {
  const { models, readers, late, charsets } = filesOf(SERVED);
  assert.deepEqual([models.length, readers.length, late.length, charsets.length], [2, 1, 1, 2]);
  assert.equal(isServed(SERVED, SERVED.profiles[SERVED.default]!), true);
});
