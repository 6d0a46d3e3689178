/** Every call settles, whatever becomes of the worker. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { OcrClient } from "../../../web/src/client/ocr-client.js";
import type { Progress } from "../../../web/src/shared/types.js";
import { FakeBitmap, FakeWorker, INFO, installPage, settled } from "./fake-worker.js";
import { PAGE } from "./pages.js";

const IMAGE = new Blob(["an image"]);

beforeEach(installPage);

/** A client whose engine runs, with its worker. */
async function running(): Promise<{ client: OcrClient; worker: FakeWorker }> {
  const client = new OcrClient();
  const starting = client.start();
  FakeWorker.last.started();
  await starting;
  return { client, worker: FakeWorker.last };
}

/** A canvas becomes a bitmap when the test says so. */
function slowBitmap(): { image: HTMLCanvasElement; finish(): FakeBitmap } {
  const bitmap = new FakeBitmap();
  let finish!: () => void;
  const made = new Promise<FakeBitmap>((resolve) => (finish = () => resolve(bitmap)));
  Object.assign(globalThis, { createImageBitmap: () => made });
  return {
    image: new HTMLCanvasElement(),
    finish: () => {
      finish();
      return bitmap;
    },
  };
}

test("nothing is loaded before it is needed, and then once", async () => {
  const client = new OcrClient({ backend: "wasm", threads: 2 });
  assert.equal(FakeWorker.made.length, 0);
  const both = [client.start(), client.start()];
  assert.equal(FakeWorker.made.length, 1);
  FakeWorker.last.started();
  assert.deepEqual(await Promise.all(both), [INFO, INFO]);
  const { config } = FakeWorker.last.request("start");
  assert.deepEqual([config.backend, config.threads, "profile" in config], ["wasm", 2, false]);
});

test("the site's folder is the one that was named, against the page's address", async () => {
  for (const [baseUrl, expected] of [
    ["/ocr", "https://example.org/ocr/"],
    ["ocr/", "https://example.org/app/ocr/"],
    [new URL("https://example.org/x"), "https://example.org/x/"],
  ] as const) {
    const client = new OcrClient({ baseUrl });
    client.start().catch(() => undefined);
    assert.equal(FakeWorker.last.request("start").config.baseUrl, expected);
    assert.equal(FakeWorker.last.url, `${expected}assets/worker.js`);
    client.dispose();
  }
});

test("what was chosen for an image goes with it, and nothing else", async () => {
  const { client, worker } = await running();
  const chosen = { languages: ["ja"], alternatives: true, indent: true, furigana: "brackets" } as const;
  client.recognize(IMAGE, { ...chosen, onProgress: () => undefined }).catch(() => undefined);
  client.recognize(IMAGE).catch(() => undefined);
  await settled();
  const requests = worker.requests.filter((request) => request.kind === "recognize");
  assert.deepEqual(
    requests.map(({ options }) => options),
    [chosen, {}],
  );
  client.dispose();
});

test("a page comes back to the call that asked for it, and progress on the way", async () => {
  const { client, worker } = await running();
  const heard: Progress[] = [];
  const reading = client.recognize(IMAGE, { languages: ["de"], onProgress: (event) => heard.push(event) });
  const other = client.recognize(IMAGE);
  await settled();
  const [first, second] = worker.requests.filter((request) => request.kind === "recognize");
  assert.deepEqual(first, {
    kind: "recognize",
    id: first!.id,
    image: IMAGE,
    options: { languages: ["de"] },
    streams: false,
  });
  const progress: Progress = { stage: "detect", item: "", done: 1, total: 1 };
  worker.say({ kind: "progress", id: second!.id, progress: { ...progress, done: 0 } });
  worker.say({ kind: "progress", id: first!.id, progress });
  worker.say({ kind: "recognized", id: second!.id, page: { ...PAGE, text: "other" }, heap_bytes: 0 });
  worker.say({ kind: "recognized", id: first!.id, page: PAGE, heap_bytes: 0 });
  assert.equal(await reading, PAGE);
  assert.equal((await other).text, "other");
  assert.deepEqual(heard, [progress]);
});

test("a worker that dies while an image is made ready for it fails the call, and the next starts afresh", async () => {
  const { client, worker } = await running();
  const { image, finish } = slowBitmap();
  const reading = client.recognize(image);
  await settled();
  worker.die("out of memory");
  const bitmap = finish();
  await assert.rejects(reading, { code: "worker_failed", cause: "The worker failed: out of memory." });
  assert.equal(bitmap.isClosed, true);
  const again = client.recognize(IMAGE);
  FakeWorker.last.started();
  await settled();
  assert.notEqual(FakeWorker.last, worker);
  FakeWorker.last.say({
    kind: "recognized",
    id: FakeWorker.last.request("recognize").id,
    page: PAGE,
    heap_bytes: 0,
  });
  assert.equal(await again, PAGE);
});

test("a client that is disposed of while an image is made ready says so", async () => {
  const { client } = await running();
  const { image, finish } = slowBitmap();
  const reading = client.recognize(image);
  await settled();
  client.dispose();
  assert.equal(finish().isClosed, false);
  await assert.rejects(reading, { code: "disposed" });
});

test("a worker that dies fails everything that is pending", async () => {
  const { client, worker } = await running();
  const readings = [client.recognize(IMAGE), client.recognize(IMAGE)];
  await settled();
  worker.die("");
  for (const reading of readings) await assert.rejects(reading, { code: "worker_failed" });
  assert.equal(worker.isTerminated, true);
});

test("an error of one image leaves the worker alive; a crash of the engine does not", async () => {
  const { client, worker } = await running();
  for (const [code, isTerminated] of [
    ["image_undecodable", false],
    ["engine_crashed", true],
  ] as const) {
    const reading = client.recognize(IMAGE);
    await settled();
    const error = { code, stage: "decode", message: "", cause: "Bad.", remedy: "" } as const;
    worker.say({ kind: "failed", id: worker.request("recognize").id, error });
    await assert.rejects(reading, { code });
    assert.equal(worker.isTerminated, isTerminated);
  }
});

test("a start that fails is tried again by the next call", async () => {
  const client = new OcrClient();
  const starting = client.start();
  const error = { code: "asset_missing", stage: "load", message: "", cause: "Gone.", remedy: "" } as const;
  FakeWorker.last.say({ kind: "failed", id: FakeWorker.last.request("start").id, error });
  await assert.rejects(starting, { code: "asset_missing" });
  const again = client.start();
  assert.equal(FakeWorker.made.length, 2);
  FakeWorker.last.started();
  assert.equal(await again, INFO);
});

test("a cancelled call rejects at once, tells the worker, and what still comes of it is nobody's", async () => {
  const { client, worker } = await running();
  const controller = new AbortController();
  const reading = client.recognize(IMAGE, { signal: controller.signal });
  await settled();
  const { id } = worker.request("recognize");
  controller.abort();
  await assert.rejects(reading, { name: "AbortError" });
  assert.deepEqual(worker.requests.at(-1), { kind: "cancel", id });
  worker.say({ kind: "recognized", id, page: PAGE, heap_bytes: 0 });
  assert.equal(worker.isTerminated, false);
});

test("a call that is cancelled while its image is made ready sends nothing", async () => {
  const { client, worker } = await running();
  const { image, finish } = slowBitmap();
  const controller = new AbortController();
  const reading = client.recognize(image, { signal: controller.signal });
  await settled();
  controller.abort();
  const bitmap = finish();
  await assert.rejects(reading, { name: "AbortError" });
  assert.equal(bitmap.isClosed, true);
  assert.equal(
    worker.requests.some(({ kind }) => kind === "recognize"),
    false,
  );
});

test("a bitmap crosses by transfer, a copy of the caller's", async () => {
  const { client, worker } = await running();
  const own = new FakeBitmap();
  client.recognize(own as unknown as ImageBitmap).catch(() => undefined);
  await settled();
  const { image } = worker.request("recognize");
  assert.notEqual(image, own);
  assert.deepEqual(worker.transferred, [image]);
  assert.equal(own.isClosed, false);
  client.dispose();
});

test("pixels that cannot be read are an error of the image", async () => {
  const { client } = await running();
  Object.assign(globalThis, { createImageBitmap: () => Promise.reject(new Error("tainted")) });
  await assert.rejects(client.recognize(new HTMLCanvasElement()), {
    code: "image_undecodable",
    stage: "decode",
    cause: "The image has no readable pixels (tainted).",
  });
});

test("another backend that takes over is told, and answers no call", async () => {
  const heard: string[] = [];
  const client = new OcrClient({ onBackendChange: ({ used }) => heard.push(used) });
  const starting = client.start();
  FakeWorker.last.started();
  await starting;
  FakeWorker.last.say({
    kind: "backend",
    use: { requested: "auto", used: "wasm", detail: "", fallbacks: [], kernels: "stock" },
  });
  assert.deepEqual(heard, ["wasm"]);
});

test("after its end a client refuses every call", async () => {
  const { client, worker } = await running();
  client.dispose();
  assert.equal(worker.isTerminated, true);
  await assert.rejects(client.start(), { code: "disposed" });
  await assert.rejects(client.recognize(IMAGE), { code: "disposed" });
  assert.equal(FakeWorker.made.length, 1);
});
