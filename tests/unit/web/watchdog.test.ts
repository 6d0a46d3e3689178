/** A worker is given up when it is silent, and not while it works. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { OcrClient } from "../../../web/src/client/ocr-client.js";
import { FakeWorker, installPage, settled } from "./fake-worker.js";
import { PAGE } from "./pages.js";

const IMAGE = new Blob(["an image"]);
const SECOND_MS = 1000;

beforeEach(() => {
  installPage();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(performance, "now", () => Date.now());
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

async function reading(): Promise<{ client: OcrClient; worker: FakeWorker; page: Promise<unknown> }> {
  const client = new OcrClient();
  const starting = client.start();
  const worker = FakeWorker.last;
  worker.started();
  await starting;
  const page = client.recognize(IMAGE);
  page.catch(() => undefined);
  await settled();
  return { client, worker, page };
}

/** Let time pass. The worker does `meanwhile` after each of the watchdog's questions. */
function pass(seconds: number, meanwhile: () => void = () => undefined): void {
  for (let passed = 0; passed < seconds; passed += 5) {
    mock.timers.tick(5 * SECOND_MS);
    meanwhile();
  }
}

test("a worker that hears of nothing is ended, and the next call starts another", async () => {
  const { client, worker, page } = await reading();
  pass(55);
  assert.equal(worker.isTerminated, false);
  pass(10);
  await assert.rejects(page, { code: "worker_silent", cause: /said nothing for 60 seconds/ });
  assert.equal(worker.isTerminated, true);
  const again = client.start();
  FakeWorker.last.started();
  await again;
  assert.notEqual(FakeWorker.last, worker);
});

test("a worker whose script never comes is given up", async () => {
  const starting = new OcrClient().start();
  pass(90);
  await assert.rejects(starting, { code: "worker_silent" });
});

test("a worker that runs a model may be silent for as long as that may take", async () => {
  const { worker, page } = await reading();
  worker.say({ kind: "computing", limit_ms: 200 * SECOND_MS });
  pass(190);
  assert.equal(worker.isTerminated, false);
  worker.say({ kind: "recognized", id: worker.request("recognize").id, page: PAGE, heap_bytes: 0 });
  assert.equal(await page, PAGE);
});

test("a worker that answers and gets on with nothing is ended", async () => {
  const { worker, page } = await reading();
  pass(290, () => worker.say({ kind: "alive" }));
  assert.equal(worker.isTerminated, false);
  pass(10, () => worker.say({ kind: "alive" }));
  await assert.rejects(page, { code: "worker_silent", cause: /got on with nothing/ });
});

test("a worker from which nothing is expected is not asked, and may be silent for ever", async () => {
  const { worker, page } = await reading();
  worker.say({ kind: "recognized", id: worker.request("recognize").id, page: PAGE, heap_bytes: 0 });
  await page;
  pass(1000);
  assert.equal(worker.isTerminated, false);
  assert.equal(
    worker.requests.some(({ kind }) => kind === "ping"),
    false,
  );
});

test("a page that stood still itself does not blame the worker", async () => {
  const { worker } = await reading();
  mock.timers.tick(3_600 * SECOND_MS);
  worker.say({ kind: "alive" });
  pass(30);
  assert.equal(worker.isTerminated, false);
});

test("a worker that has grown large gives way to a fresh one when it has had nothing to do", async () => {
  const { client, worker, page } = await reading();
  worker.say({ kind: "recognized", id: worker.request("recognize").id, page: PAGE, heap_bytes: 900_000_000 });
  await page;
  const other = client.recognize(IMAGE);
  await settled();
  pass(15, () => worker.say({ kind: "alive" }));
  assert.equal(worker.isTerminated, false, "it reads");
  worker.say({ kind: "recognized", id: worker.request("recognize").id, page: PAGE, heap_bytes: 0 });
  await other;
  pass(10);
  assert.equal(worker.isTerminated, true);
  assert.equal(FakeWorker.made.length, 2);
  const next = client.recognize(IMAGE);
  FakeWorker.last.started();
  await settled();
  FakeWorker.last.say({
    kind: "recognized",
    id: FakeWorker.last.request("recognize").id,
    page: PAGE,
    heap_bytes: 0,
  });
  assert.equal(await next, PAGE);
});

test("a worker that goes on with what was cancelled gives way to another, which reads what waits", async () => {
  const { client, worker, page } = await reading();
  const controller = new AbortController();
  worker.say({ kind: "recognized", id: worker.request("recognize").id, page: PAGE, heap_bytes: 0 });
  await page;
  const cancelled = client.recognize(IMAGE, { signal: controller.signal });
  await settled();
  controller.abort();
  await assert.rejects(cancelled, { name: "AbortError" });
  const next = client.recognize(IMAGE);
  await settled();
  mock.timers.tick(3 * SECOND_MS);
  await settled();
  assert.equal(worker.isTerminated, true);
  const fresh = FakeWorker.last;
  assert.notEqual(fresh, worker);
  fresh.started();
  await settled();
  fresh.say({ kind: "recognized", id: fresh.request("recognize").id, page: PAGE, heap_bytes: 0 });
  assert.equal(await next, PAGE);
  assert.equal(FakeWorker.made.length, 2);
});

test("a worker that hears of what was cancelled in time is kept", async () => {
  const { client, worker, page } = await reading();
  worker.say({ kind: "recognized", id: worker.request("recognize").id, page: PAGE, heap_bytes: 0 });
  await page;
  const controller = new AbortController();
  client.recognize(IMAGE, { signal: controller.signal }).catch(() => undefined);
  await settled();
  controller.abort();
  await settled();
  worker.say({ kind: "alive" });
  mock.timers.tick(30 * SECOND_MS);
  assert.equal(worker.isTerminated, false);
  assert.equal(FakeWorker.made.length, 1);
});
