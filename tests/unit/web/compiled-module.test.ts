/** A module that is compiled already is handed to whoever would compile a file. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { IN_PLACE_OF_BINARY, instantiateCompiled } from "../../../web/src/line-worker/compiled-module.js";

/** (module (func (export "answer") (result i32) (i32.const `value`))) */
const file = (value: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f],
    ...[0x03, 0x02, 0x01, 0x00, 0x07, 0x0a, 0x01, 0x06, 0x61, 0x6e, 0x73, 0x77, 0x65, 0x72, 0x00, 0x00],
    ...[0x0a, 0x06, 0x01, 0x04, 0x00, 0x41, value, 0x0b],
  ]);

const answer = ({ exports }: WebAssembly.Instance): number => (exports["answer"] as () => number)();

test("nobody's file stands for the module that was given last, and files stay files", async () => {
  for (const value of [7, 8]) {
    const module = await WebAssembly.compile(file(value));
    instantiateCompiled(module);
    // ONNX Runtime's glue makes a copy first.
    const { instance, module: given } = await WebAssembly.instantiate(new Uint8Array(IN_PLACE_OF_BINARY));
    assert.equal(given, module);
    assert.equal(answer(instance), value);
  }
  assert.equal(answer((await WebAssembly.instantiate(file(9))).instance), 9);
  assert.equal(answer(await WebAssembly.instantiate(await WebAssembly.compile(file(10)))), 10);
});
