/** Nothing unverified is handed out or kept, and nothing is fetched twice. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";

import type { Progress } from "../../../web/src/shared/types.js";
import { AssetStore } from "../../../web/src/worker/asset-store.js";

const BASE = "https://example.org/ocr/";

/** What the site has, by path; a number is a status in place of a file. */
let site: Map<string, string | number>;
let fetched: string[];
/** What the browser has in its own cache, by path; with the machine code, if it was compiled from there. */
let browserCache: Map<string, { text: string; type: string }>;
let cache: Map<string, Response>;
let hasCache: boolean;
/** What asking the cache for a file does, in place of looking for it. */
let matching: ((key: string) => Promise<Response | undefined>) | undefined;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** List these files as the site's own, and serve them. */
function publish(files: Readonly<Record<string, string>>): void {
  const entries = Object.entries(files).map(([path, text]) => {
    site.set(path, text);
    return [path, { sha256: sha256(text), bytes: text.length }] as const;
  });
  site.set("assets.json", JSON.stringify({ version: 1, files: Object.fromEntries(entries) }));
}

/** What a fetch that must not ask the server gives: marked, to tell it from the same bytes from elsewhere. */
function keptByBrowser(path: string, integrity?: string): Response {
  const kept = browserCache.get(path);
  if (kept === undefined) throw new TypeError("Failed to fetch");
  if (integrity !== `sha256-${createHash("sha256").update(kept.text).digest("base64")}`)
    throw new TypeError("Failed to fetch");
  return new Response(kept.text, { headers: { "content-type": kept.type, kept: "by the browser" } });
}

beforeEach((context) => {
  site = new Map();
  fetched = [];
  browserCache = new Map();
  cache = new Map();
  hasCache = true;
  matching = undefined;
  const address = (key: string | Request): string => (typeof key === "string" ? key : key.url);
  Object.assign(globalThis, {
    isSecureContext: true,
    fetch: async (url: URL | string, { cache: mode, integrity }: RequestInit = {}) => {
      const path = String(url).replace(BASE, "");
      if (mode === "only-if-cached") return keptByBrowser(path, integrity);
      fetched.push(path);
      const found = site.get(path);
      if (found === undefined) throw new TypeError("Failed to fetch");
      if (typeof found === "number") return new Response("", { status: found });
      if (mode !== "no-store") browserCache.set(path, { text: found, type: "application/wasm" });
      return new Response(found);
    },
    caches: {
      open: async () => {
        if (!hasCache) throw new Error("a private window");
        return {
          match: (key: string) => matching?.(key) ?? Promise.resolve(cache.get(key)?.clone()),
          put: async (key: string, response: Response) => void cache.set(key, response),
          delete: async (key: string | Request) => cache.delete(address(key)),
          keys: async () => [...cache.keys()].map((url) => new Request(url)),
        };
      },
    },
  });
  if ("mock" in context) context.mock.method(console, "warn", () => undefined);
});

const open = (onProgress: (progress: Progress) => void = () => undefined): Promise<AssetStore> =>
  AssetStore.open(BASE, onProgress);

async function load(store: AssetStore, path: string): Promise<string> {
  return new TextDecoder().decode(await store.load(path));
}

test("a file is handed out once it is verified, and the next visit fetches it no more", async () => {
  publish({ "models/a.onnx": "weights" });
  const store = await open();
  assert.equal(await load(store, "models/a.onnx"), "weights");
  await store.sweep();
  fetched = [];
  assert.equal(await load(await open(), "models/a.onnx"), "weights");
  assert.deepEqual(fetched, ["assets.json"]);
});

for (const [what, content, said] of [
  ["another file of the same length", "weighty", /its checksum differs/],
  ["a shorter file", "weigh", /only 5 of 7 bytes came/],
  ["a longer file", "weights, and more", /it is longer than listed/],
  ["an empty file", "", /it is empty/],
] as const) {
  test(`${what} is corrupted, and is not kept`, async () => {
    publish({ "a.bin": "weights" });
    site.set("a.bin", content);
    const store = await open();
    await assert.rejects(store.load("a.bin"), { code: "asset_corrupt", stage: "load", message: said });
    await store.sweep();
    assert.equal(cache.size, 0);
    site.set("a.bin", "weights");
    assert.equal(await load(store, "a.bin"), "weights", "the next try is a fresh one");
  });
}

test("what cannot be fetched says so, with what the server answered", async () => {
  publish({ "a.bin": "x", "b.bin": "y" });
  site.set("a.bin", 503);
  site.delete("b.bin");
  const store = await open();
  await assert.rejects(store.load("a.bin"), { code: "asset_unreachable", message: /answered 503/ });
  await assert.rejects(store.load("b.bin"), { code: "asset_unreachable", message: /Failed to fetch/ });
  await assert.rejects(store.load("c.bin"), { code: "asset_missing", message: /lacks c\.bin/ });
});

test("a list of files that is not one is corrupted", async () => {
  for (const text of ['{"version": 2, "files": {}}', '{"version": 1}']) {
    site.set("assets.json", text);
    await assert.rejects(open(), { code: "asset_corrupt", message: /assets\.json/ });
  }
  site.set("assets.json", "<!doctype html>");
  await assert.rejects(open(), { code: "asset_wrong_type", message: /assets\.json.*npx py-ocr copy/ });
  Object.assign(globalThis, { isSecureContext: false });
  await assert.rejects(open(), { code: "insecure_context" });
});

test("what the cache holds is verified as well, and fetched again when it has changed", async () => {
  publish({ "a.bin": "weights" });
  cache.set(`${BASE}.sha256/${sha256("weights")}`, new Response("weighty"));
  const store = await open();
  site.set("a.bin", 503);
  await assert.rejects(store.load("a.bin"), { code: "asset_unreachable" });
  assert.equal(cache.size, 0, "what was kept is gone");
  site.set("a.bin", "weights");
  assert.equal(await load(store, "a.bin"), "weights");
  assert.deepEqual(fetched, ["assets.json", "a.bin", "a.bin"]);
});

test("what an earlier version of this site left is removed, and of other sites nothing", async () => {
  publish({ "a.bin": "new" });
  const old = `${BASE}.sha256/${sha256("old")}`;
  const foreign = `https://example.org/other/.sha256/${sha256("old")}`;
  for (const key of [old, foreign]) cache.set(key, new Response("old"));
  const store = await open();
  await store.load("a.bin");
  await store.sweep();
  assert.deepEqual([...cache.keys()].sort(), [`${BASE}.sha256/${sha256("new")}`, foreign].sort());
});

test("a file that was fetched ahead is not fetched again, and belongs to who loads it", async () => {
  publish({ "a.bin": "weights" });
  const store = await open();
  store.prefetch("a.bin");
  const first = await store.load("a.bin");
  assert.deepEqual(fetched, ["assets.json", "a.bin"]);
  first.fill(0);
  assert.equal(await load(store, "a.bin"), "weights");
  assert.deepEqual(fetched, ["assets.json", "a.bin"]);
});

test("what is still being stored is waited for, and not fetched or left behind", async (context) => {
  publish({ "a.bin": "weights" });
  let store!: () => void;
  const stored = new Promise<void>((resolve) => (store = resolve));
  const { open: openCache } = caches;
  context.mock.method(caches, "open", async (name: string) => {
    const opened = await openCache.call(caches, name);
    return {
      ...opened,
      put: async (key: string, file: Response) => stored.then(() => opened.put(key, file)),
    };
  });
  const assets = await open();
  await assets.load("a.bin");
  const again = load(assets, "a.bin");
  let isSwept = false;
  const sweeping = assets.sweep().then(() => (isSwept = true));
  await new Promise(setImmediate);
  assert.equal(isSwept, false);
  store();
  await sweeping;
  assert.equal(await again, "weights");
  assert.deepEqual(fetched, ["assets.json", "a.bin"]);
});

test("where nothing can be cached the models stay in memory, for another backend", async () => {
  hasCache = false;
  publish({ "models/a.onnx": "weights", "ort/b.wasm": "binary" });
  const store = await open();
  for (const path of ["models/a.onnx", "models/a.onnx", "ort/b.wasm", "ort/b.wasm"]) {
    (await store.load(path)).fill(0);
  }
  assert.deepEqual(fetched, ["assets.json", "models/a.onnx", "ort/b.wasm", "ort/b.wasm"]);
  assert.equal(await load(store, "models/a.onnx"), "weights");
});

test("progress counts the bytes of every file that was asked for, cached ones included", async () => {
  publish({ "a.bin": "1234567", "b.bin": "12345" });
  await (await open()).load("a.bin");
  const heard: Progress[] = [];
  const store = await open((progress) => heard.push(progress));
  await Promise.all([store.load("a.bin"), store.load("b.bin")]);
  assert.deepEqual(heard.at(-1), { stage: "load", item: heard.at(-1)?.item, done: 12, total: 12 });
});

/** Open a program and return its text and whether the browser had it. */
async function program(store: AssetStore, path: string): Promise<[string, boolean]> {
  const response = await store.openProgram(path);
  assert.equal(response.headers.get("content-type"), "application/wasm");
  return [await response.text(), response.headers.has("kept")];
}

test("a program comes from the browser's own cache, at the first visit already", async () => {
  publish({ "a.wasm": "program" });
  const store = await open();
  assert.deepEqual(await program(store, "a.wasm"), ["program", true]);
  await store.sweep();
  assert.equal(cache.size, 1, "and is kept besides, as browsers forget");
  assert.deepEqual(await program(await open(), "a.wasm"), ["program", true]);
  assert.deepEqual(fetched.filter((path) => path === "a.wasm").length, 1);
});

for (const [what, kept] of [
  ["has forgotten", undefined],
  ["has as something else", { text: "programs", type: "application/wasm" }],
  ["was told to be a text", { text: "program", type: "text/plain" }],
] as const) {
  test(`a program that the browser ${what} comes from Cache Storage`, async () => {
    publish({ "a.wasm": "program" });
    const first = await open();
    await first.openProgram("a.wasm");
    await first.sweep();
    if (kept === undefined) browserCache.clear();
    else browserCache.set("a.wasm", kept);
    assert.deepEqual(await program(await open(), "a.wasm"), ["program", false]);
    assert.deepEqual(fetched.filter((path) => path === "a.wasm").length, 1);
  });
}

test("a program that is neither kept nor right is an error, and counts as progress once otherwise", async () => {
  publish({ "a.wasm": "program", "b.wasm": "other" });
  site.set("b.wasm", "wrong");
  const heard: Progress[] = [];
  const store = await open((progress) => heard.push(progress));
  await program(store, "a.wasm");
  assert.deepEqual(heard.at(-1), { stage: "load", item: "a.wasm", done: 7, total: 7 });
  await assert.rejects(store.openProgram("b.wasm"), { code: "asset_corrupt" });
  await assert.rejects(store.openProgram("c.wasm"), { code: "asset_missing" });
});

for (const [what, fail] of [
  ["fails when it is asked", () => Promise.reject(new Error("Unexpected internal error"))],
  [
    "fails while it is read",
    async () => new Response(new ReadableStream({ start: (stream) => stream.error(new Error("damaged")) })),
  ],
] as const) {
  test(`a cache that ${what} costs a download and nothing else`, async () => {
    publish({ "models/a.onnx": "weights" });
    matching = fail;
    const store = await open();
    assert.equal(await load(store, "models/a.onnx"), "weights");
    assert.deepEqual(fetched, ["assets.json", "models/a.onnx"]);
  });
}
