/** Splicing function bodies into a WebAssembly file. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { type BodyPatch, SpliceError, spliceBodies } from "../../../web/src/worker/wasm-splice.js";

/** Two functions, which return 7 and 8, and a custom section behind them. */
const MODULE = bytes(
  [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  [0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f],
  [0x03, 0x03, 0x02, 0x00, 0x00],
  [0x07, 0x09, 0x02, 0x01, 0x61, 0x00, 0x00, 0x01, 0x62, 0x00, 0x01],
  [0x0a, 0x0b, 0x02, 0x04, 0x00, 0x41, 0x07, 0x0b, 0x04, 0x00, 0x41, 0x08, 0x0b],
  [0x00, 0x03, 0x01, 0x78, 0x2a],
);
/** Of the size before a body of 128 to 16,383 bytes. */
const BODY_SIZE_BYTES = 2;
const RETURNS_8 = bytes([0x00, 0x41, 0x08, 0x0b]);

function bytes(...parts: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flat());
}

function replacing(stock: Uint8Array, body: Uint8Array<ArrayBuffer>): BodyPatch {
  const stockSha256 = createHash("sha256").update(stock).digest("hex");
  return { name: "kernel", stockBytes: stock.length, stockSha256, body };
}

async function results(file: Uint8Array<ArrayBuffer>): Promise<number[]> {
  const { instance } = await WebAssembly.instantiate(file);
  const { a, b } = instance.exports as Record<"a" | "b", () => number>;
  return [a(), b()];
}

test("a body is replaced by a longer one, and by one so long that the sizes grow", async () => {
  assert.deepEqual(await results(MODULE), [7, 8]);
  for (const nops of [0, 1, 200, 20_000]) {
    const body = bytes([0x00], Array<number>(nops).fill(0x01), [0x41, 0x09, 0x0b]);
    const spliced = await spliceBodies(MODULE, [replacing(RETURNS_8, body)]);
    assert.deepEqual(await results(spliced), [7, 9]);
    const [section] = WebAssembly.Module.customSections(await WebAssembly.compile(spliced), "x");
    assert.deepEqual([...new Uint8Array(section!)], [0x2a]);
  }
});

test("a body that is not there is refused by its name", async () => {
  const patches = [replacing(RETURNS_8, RETURNS_8), replacing(bytes([0x00, 0x41, 0x0a, 0x0b]), RETURNS_8)];
  await assert.rejects(spliceBodies(MODULE, patches), {
    name: "SpliceError",
    message: "it lacks the known bodies of kernel",
  });
});

test("a file that is cut off anywhere is refused, and so is one without code", async () => {
  const codeEnds = MODULE.length - 5;
  for (let length = 8; length < codeEnds; length += 1) {
    const cut = spliceBodies(MODULE.slice(0, length), [replacing(RETURNS_8, RETURNS_8)]);
    await assert.rejects(cut, SpliceError, `${length} bytes`);
  }
});

test("of ONNX Runtime's file nothing but the bodies changes", async () => {
  const runtime = "../../../node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm";
  const file = new Uint8Array(await readFile(new URL(runtime, import.meta.url)));
  const patchFile = new URL("../../../.build/kernels/kernels.simd.json", import.meta.url);
  const { kernels } = JSON.parse(await readFile(patchFile, "utf8")) as {
    kernels: { stock_bytes: number; stock_sha256: string; body: string }[];
  };
  const patches = kernels.map(({ stock_bytes, stock_sha256, body }) => ({
    name: "",
    stockBytes: stock_bytes,
    stockSha256: stock_sha256,
    body: new Uint8Array(Buffer.from(body, "base64")),
  }));
  assert.equal(patches.length, 3);
  const spliced = await spliceBodies(file, patches);
  assert.ok(WebAssembly.validate(spliced));

  // Between the bodies both files are the same, but for the size of the section, which has four bytes.
  const places = patches.map((patch) => ({ ...patch, at: Buffer.from(spliced).indexOf(patch.body) }));
  places.sort((one, other) => one.at - other.at);
  const differences: number[] = [];
  let from = 0;
  let to = 0;
  for (const { at, body, stockBytes, stockSha256 } of places) {
    assert.ok(at > to);
    const sizesAt = at - BODY_SIZE_BYTES;
    for (; to < sizesAt; to += 1, from += 1) if (file[from] !== spliced[to]) differences.push(to);
    from += BODY_SIZE_BYTES;
    const stock = file.subarray(from, from + stockBytes);
    assert.equal(createHash("sha256").update(stock).digest("hex"), stockSha256);
    from += stockBytes;
    to = at + body.length;
  }
  assert.ok(differences.length <= 4);
  assert.ok(Buffer.from(spliced.subarray(to)).equals(file.subarray(from)));
});
