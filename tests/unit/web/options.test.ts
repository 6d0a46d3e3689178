/** What cannot be is an error before anything starts. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { OcrClient, type OcrClientOptions, type OcrImage } from "../../../web/src/client/ocr-client.js";
import { FakeImageData, FakeWorker, installPage } from "./fake-worker.js";

const IMAGE = new Blob(["an image"]);

beforeEach(installPage);

const BAD_CLIENTS: readonly unknown[] = [
  { threads: 1000 },
  { threads: 0 },
  { threads: 1.5 },
  { threads: "x" },
  { lineWorkers: -3 },
  { lineWorkers: NaN },
  { maxMegapixels: 0 },
  { maxMegapixels: 121 },
  { maxMegapixels: "12" },
  { kernels: "fastest" },
  { profile: 5 },
  { backend: {} },
  { params: 5 },
  { params: { detection: { long_side_px: "1280" } } },
  { params: { detection: () => 1 } },
  { onBackendChange: "log" },
  { baseUrl: "https://[" },
  "wasm",
  null,
];

for (const options of BAD_CLIENTS) {
  test(`a client made with ${shown(options)} says so at every call, and starts nothing`, async () => {
    const client = new OcrClient(options as OcrClientOptions);
    for (const call of [client.start(), client.recognize(IMAGE)]) {
      await assert.rejects(call, { code: "option_invalid", stage: "load" });
    }
    assert.equal(FakeWorker.made.length, 0);
    client.dispose();
  });
}

const BAD_CALLS: readonly unknown[] = [
  { languages: [null] },
  { languages: [{}] },
  { languages: [() => 1] },
  { languages: 5 },
  { languages: "en" },
  { signal: "x" },
  { alternatives: 1 },
  { indent: "yes" },
  { furigana: "hide" },
  { onProgress: {} },
  { onLines: true },
  null,
];

for (const options of BAD_CALLS) {
  test(`a call with ${shown(options)} says so, and starts nothing`, async () => {
    const client = new OcrClient();
    await assert.rejects(client.recognize(IMAGE, options as object), { code: "option_invalid" });
    assert.equal(FakeWorker.made.length, 0);
  });
}

/** Pixels that were handed over elsewhere. */
function detached(): unknown {
  const image = new FakeImageData(2, 2);
  structuredClone(image.data.buffer, { transfer: [image.data.buffer as ArrayBuffer] });
  return image;
}

for (const [name, image] of [
  ["null", null],
  ["undefined", undefined],
  ["an object", { width: 1 }],
  ["an ImageData that was handed over elsewhere", detached],
] as const) {
  test(`${name} is no image, and starts nothing`, async () => {
    const given = (typeof image === "function" ? image() : image) as OcrImage;
    await assert.rejects(new OcrClient().recognize(given), { code: "image_shape", stage: "decode" });
    assert.equal(FakeWorker.made.length, 0);
  });
}

test("a worker that the browser refuses to make is a worker that failed, and the next call tries again", async () => {
  const refuse = class {
    constructor() {
      throw new DOMException("not of this origin", "SecurityError");
    }
  };
  Object.assign(globalThis, { Worker: refuse });
  const client = new OcrClient({ baseUrl: "https://elsewhere.example/" });
  await assert.rejects(client.start(), { code: "worker_failed", cause: /not of this origin/ });
  Object.assign(globalThis, { Worker: FakeWorker });
  const starting = client.start();
  FakeWorker.last.started();
  await starting;
  client.dispose();
});

function shown(options: unknown): string {
  return JSON.stringify(options, (_, value: unknown) => (typeof value === "function" ? "a function" : value));
}
