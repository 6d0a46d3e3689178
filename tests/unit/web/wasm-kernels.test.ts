/** Which kernels a runtime gets, and what becomes of those that do not fit. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import type { KernelChoice } from "../../../web/src/shared/types.js";
import type { AssetStore } from "../../../web/src/worker/asset-store.js";
import { WasmKernels, bestKernels } from "../../../web/src/worker/wasm-kernels.js";

const BUILT = new URL("../../../.build/kernels/", import.meta.url);
const RUNTIME = new URL(
  "../../../node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm",
  import.meta.url,
);

/** A store that has the patch files, changed on the way. */
function storeOf(change = (text: string): string => text): AssetStore {
  const store: Pick<AssetStore, "loadText" | "checksum"> = {
    loadText: async (path) => change(await readFile(new URL(path.replace("ort/", ""), BUILT), "utf8")),
    checksum: (path) => `checksum of ${path}`,
  };
  return store as AssetStore;
}

const runtime = async (): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await readFile(RUNTIME));

for (const set of ["simd", "relaxed-simd"] as const) {
  test(`${set} kernels are put into the runtime`, async () => {
    const kernels = new WasmKernels(storeOf(), set);
    const stock = await runtime();
    const spliced = await kernels.applyTo(stock);
    assert.notEqual(spliced.length, stock.length);
    assert.deepEqual([kernels.set, kernels.refusal], [set, undefined]);
    assert.equal(kernels.identity, `${set} checksum of ort/kernels.${set}.json`);
  });
}

test("a runtime that has the kernels already is known by its name, where the site has it", () => {
  const listed = new Set(["ort/ort-wasm-simd-threaded.relaxed-simd.wasm", "ort/ort-wasm-simd-threaded.wasm"]);
  const checksum = (path: string): string => (listed.has(path) ? "its checksum" : "");
  const ready = (set: KernelChoice): string | undefined =>
    new WasmKernels({ ...storeOf(), checksum } as AssetStore, set).ready;
  assert.equal(ready("relaxed-simd"), "ort/ort-wasm-simd-threaded.relaxed-simd.wasm");
  assert.equal(ready("stock"), "ort/ort-wasm-simd-threaded.wasm");
  assert.equal(ready("simd"), undefined);
});

test("auto takes relaxed SIMD where the engine compiles it, and asks for nothing when it is stock", async () => {
  const validates = (answer: boolean) => (_bytes: BufferSource) => answer;
  const { validate } = WebAssembly;
  try {
    for (const [answer, set] of [
      [true, "relaxed-simd"],
      [false, "simd"],
    ] as const) {
      WebAssembly.validate = validates(answer);
      assert.equal(bestKernels(), set);
      assert.equal(new WasmKernels(storeOf(), "auto").set, set);
    }
  } finally {
    WebAssembly.validate = validate;
  }
  const unasked = storeOf(() => assert.fail("the patch file was read"));
  const kernels = new WasmKernels(unasked, "stock");
  const binary = new Uint8Array(8);
  assert.equal(await kernels.applyTo(binary), binary);
  assert.deepEqual([kernels.identity, kernels.refusal], ["", undefined]);
});

for (const [what, change, reason] of [
  [
    "another runtime",
    (text: string) => text.replaceAll(/"stock_sha256": "../gu, '"stock_sha256": "zz'),
    "sgemm",
  ],
  ["another schema", (text: string) => text.replace('"schema": 1', '"schema": 2'), "schema 2 is not known"],
  ["no JSON", (text: string) => text.slice(0, -3), "the patch file cannot be read"],
] as const) {
  test(`a patch file of ${what} leaves the runtime as it is, and says why`, async () => {
    const kernels = new WasmKernels(storeOf(change), "simd");
    const stock = await runtime();
    assert.equal(await kernels.applyTo(stock), stock);
    assert.equal(kernels.set, "stock");
    assert.ok(kernels.refusal?.startsWith("The faster kernels do not fit the file of ONNX Runtime: "));
    assert.ok(kernels.refusal?.includes(reason));
  });
}

test("kernels that there are not are refused with the names of those that there are", () => {
  assert.throws(() => new WasmKernels(storeOf(), "fast" as KernelChoice), {
    name: "OcrError",
    code: "option_invalid",
    remedy: "Choose one of: auto, relaxed-simd, simd, stock.",
  });
});
