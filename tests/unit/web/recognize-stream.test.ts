/** Lines come while a page is read, the page comes last, and whoever leaves ends the reading. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { OcrClient, type RecognizeEvent } from "../../../web/src/client/ocr-client.js";
import type { LineDraft, LinesRead } from "../../../web/src/shared/types.js";
import { FakeWorker, installPage, settled } from "./fake-worker.js";
import { PAGE } from "./pages.js";

const IMAGE = new Blob(["an image"]);

beforeEach(installPage);

async function running(): Promise<{ client: OcrClient; worker: FakeWorker }> {
  const client = new OcrClient();
  const starting = client.start();
  FakeWorker.last.started();
  await starting;
  return { client, worker: FakeWorker.last };
}

function lines(...ids: number[]): LinesRead {
  const line = PAGE.lines[0]!;
  return { lines: ids.map((id): LineDraft => ({ ...line, id, provisional: false })), withdrawn: [] };
}

test("lines come as they are told, and the page comes last", async () => {
  const { client, worker } = await running();
  const stream = client.recognizeStream(IMAGE);
  const first = stream.next();
  await settled();
  const { id, streams } = worker.request("recognize");
  assert.equal(streams, true);
  worker.say({ kind: "lines", id, read: lines(1, 2) });
  assert.deepEqual((await first).value, { kind: "lines", ...lines(1, 2) });
  // What is told while nobody asks waits for whoever does.
  worker.say({ kind: "lines", id, read: lines(3) });
  worker.say({ kind: "lines", id, read: { lines: [], withdrawn: [1] } });
  worker.say({ kind: "recognized", id, page: PAGE, heap_bytes: 0 });
  await settled();
  const rest: RecognizeEvent[] = [];
  for await (const event of stream) rest.push(event);
  assert.deepEqual(rest, [
    { kind: "lines", ...lines(3) },
    { kind: "lines", lines: [], withdrawn: [1] },
    { kind: "page", page: PAGE },
  ]);
});

test("a listener hears of lines without a stream, and who has none is not told of any", async () => {
  const { client, worker } = await running();
  const heard: LinesRead[] = [];
  const reading = client.recognize(IMAGE, { onLines: (read) => heard.push(read) });
  await settled();
  const { id, streams } = worker.request("recognize");
  assert.equal(streams, true);
  worker.say({ kind: "lines", id, read: lines(7) });
  worker.say({ kind: "recognized", id, page: PAGE, heap_bytes: 0 });
  assert.equal(await reading, PAGE);
  assert.deepEqual(heard, [lines(7)]);
  client.recognize(IMAGE).catch(() => undefined);
  await settled();
  assert.equal(worker.request("recognize").streams, false);
  client.dispose();
});

test("leaving the loop cancels the reading", async () => {
  const { client, worker } = await running();
  setImmediate(() => worker.say({ kind: "lines", id: worker.request("recognize").id, read: lines(1) }));
  for await (const event of client.recognizeStream(IMAGE)) {
    assert.equal(event.kind, "lines");
    break;
  }
  const { id } = worker.request("recognize");
  assert.deepEqual(worker.requests.at(-1), { kind: "cancel", id });
});

test("an error comes out of the loop, behind what was told before it; so does a signal", async () => {
  const { client, worker } = await running();
  const stream = client.recognizeStream(IMAGE);
  const first = stream.next();
  await settled();
  const { id } = worker.request("recognize");
  const error = {
    code: "out_of_memory",
    stage: "recognize",
    message: "",
    cause: "Full.",
    remedy: "",
  } as const;
  worker.say({ kind: "lines", id, read: lines(1) });
  worker.say({ kind: "failed", id, error });
  assert.equal((await first).value?.kind, "lines");
  await assert.rejects(stream.next(), { code: "out_of_memory" });

  const controller = new AbortController();
  const cancelled = client.recognizeStream(IMAGE, { signal: controller.signal }).next();
  await settled();
  controller.abort();
  await assert.rejects(cancelled, { name: "AbortError" });
  controller.abort();
  await assert.rejects(client.recognizeStream(IMAGE, { signal: controller.signal }).next(), {
    name: "AbortError",
  });
});
