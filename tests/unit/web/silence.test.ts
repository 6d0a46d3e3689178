/** Nothing is waited for without an end: neither a store that does not answer, nor a download that stalls. */

import assert from "node:assert/strict";
import { type TestContext, beforeEach, test } from "node:test";

import { download, downloadText } from "../../../web/src/worker/download.js";
import { KeptFiles } from "../../../web/src/worker/kept-files.js";

const SOON_MS = 30;
const never = (): Promise<never> => new Promise(() => undefined);

beforeEach((context) => {
  if ("mock" in context) context.mock.method(console, "warn", () => undefined);
});

function withCaches(cache: Partial<Cache> | (() => Promise<never>)): void {
  const open = typeof cache === "function" ? cache : async () => cache;
  Object.assign(globalThis, { caches: { open } });
}

test("a store that never opens keeps nothing", async () => {
  withCaches(never);
  const files = new KeptFiles("files", SOON_MS);
  assert.equal(await files.read("a"), undefined);
  await files.write("a", "content");
  assert.deepEqual(await files.addresses(""), []);
  assert.equal(await files.isOpen(), false);
});

test("a store that is silent once is not asked again", async () => {
  let asked = 0;
  const match = (): Promise<never> => {
    asked += 1;
    return never();
  };
  withCaches({ match });
  const files = new KeptFiles("files", SOON_MS);
  assert.equal(await files.read("a"), undefined);
  assert.equal(await files.read("b"), undefined);
  assert.equal(asked, 1);
  assert.equal(await files.isOpen(), false);
});

test("a store that cannot find one file may know the next", async () => {
  const match = async (address: unknown): Promise<Response> => {
    if (address === "a") throw new Error("Unexpected internal error");
    return new Response("kept");
  };
  withCaches({ match });
  const files = new KeptFiles("files", SOON_MS);
  assert.equal(await files.read("a"), undefined);
  assert.equal(new TextDecoder().decode(await files.read("b")), "kept");
});

/** Answer every request with these parts, and then with nothing more. */
function serve(context: TestContext, parts: readonly string[], isWhole: boolean): void {
  context.mock.method(globalThis, "fetch", async (_url: URL, { signal }: RequestInit) => {
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        for (const part of parts) stream.enqueue(new TextEncoder().encode(part));
        if (isWhole) stream.close();
        signal?.addEventListener("abort", () => !isWhole && stream.error(signal.reason));
      },
    });
    return new Response(body);
  });
}

const ADDRESS = new URL("https://example.org/file");

async function collect(silenceMs: number): Promise<number> {
  let bytes = 0;
  for await (const part of download(ADDRESS, "file", "no-store", silenceMs)) bytes += part.length;
  return bytes;
}

test("a download that stalls is unreachable, and says so", async (context) => {
  serve(context, ["begin"], false);
  await assert.rejects(collect(SOON_MS), {
    code: "asset_unreachable",
    message: /file could not be fetched: .*nothing came for 0.03 seconds/,
  });
});

test("a server that takes the request and says nothing is unreachable", async (context) => {
  context.mock.method(
    globalThis,
    "fetch",
    (_url: URL, { signal }: RequestInit) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error))),
  );
  await assert.rejects(collect(SOON_MS), { code: "asset_unreachable" });
});

test("a download comes whole, in as many parts as it has", async (context) => {
  serve(context, ["one", "two", "three"], true);
  assert.equal(await collect(SOON_MS), 11);
  serve(context, ["Grü", "ße"], true);
  assert.equal(await downloadText(ADDRESS, "file", "no-cache"), "Grüße");
});

test("a worker that was busy for long looks at what came meanwhile before it gives up", async (context) => {
  serve(context, ["one", "two"], true);
  let bytes = 0;
  for await (const part of download(ADDRESS, "file", "no-store", SOON_MS)) {
    bytes += part.length;
    const until = performance.now() + 3 * SOON_MS;
    while (performance.now() < until); // as Python does
  }
  assert.equal(bytes, 6);
});
