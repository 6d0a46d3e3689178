/** The site's own files: verified, kept, and clear about what is wrong with them. */

import type { Page } from "@playwright/test";

import { fixture } from "./paths.js";
import { Reader, errorOf, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const MODEL = "**/models/ppocr-v6-tiny-rec.onnx";
/** Reads again what the other one was not sure of: the start does not wait for it. */
const LATE_MODEL = "**/models/ppocr-v6-small-rec.onnx";
const BIG = /\.(?:onnx|whl|wasm|deflate)$/;

/** Let one file arrive damaged, and undo that by the function returned. */
async function damage(
  page: Page,
  url: string,
  change: (body: Buffer) => Buffer,
): Promise<() => Promise<void>> {
  // The context's, because the page's own routes do not see what a worker requests.
  await page.context().route(url, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: change(await response.body()) });
  });
  return () => page.context().unroute(url);
}

const flipped = (body: Buffer): Buffer => {
  body[body.length >> 1]! ^= 1;
  return body;
};

test("a corrupted model is refused, named, and read once it is whole", async ({ page, site }) => {
  const reader = await Reader.open(page, site.url, { backend: "wasm" });
  const repair = await damage(page, MODEL, flipped);
  const error = errorOf(await reader.start());
  expect(error).toMatchObject({ name: "OcrError", code: "asset_corrupt", stage: "load" });
  expect(error.cause).toContain("ppocr-v6-tiny-rec.onnx");
  expect(error.remedy).toBeTruthy();

  await repair();
  expect(valueOf(await reader.read(fixture("note.png"))).text).toContain("Hello world");
});

test("a model that comes later and is corrupted leaves the quick text and a notice, until it is whole", async ({
  page,
  site,
}) => {
  const reader = await Reader.open(page, site.url, { backend: "wasm" });
  const repair = await damage(page, LATE_MODEL, flipped);
  valueOf(await reader.start());
  const without = valueOf(await reader.read(fixture("note.png")));
  expect(without.text).toContain("Hello world");
  expect(without.notices).toMatchObject([{ code: "sure_recognizer_missing" }]);
  expect(without.notices[0]!.message).toContain("ppocr-v6-small-rec.onnx");
  expect(without.lines.map(({ recognizer }) => recognizer)).not.toContain("ppocr-v6-small-rec");

  await repair();
  const whole = valueOf(await reader.read(fixture("note.png")));
  expect(whole.text).toContain("Hello world");
  expect(whole.notices).toEqual([]);
  expect(whole.lines.map(({ recognizer }) => recognizer)).toContain("ppocr-v6-small-rec");
});

test("the first text does not wait for the model that comes later", async ({ page, site }) => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.context().route(LATE_MODEL, async (route) => {
    await released;
    await route.continue();
  });
  const reader = await Reader.open(page, site.url, { backend: "wasm" });
  const first = await reader.page.evaluate(async (image) => {
    const stream = globalThis.reader.client.recognizeStream(new Blob([globalThis.reader.bytes(image)]));
    const { value } = await stream.next();
    globalThis.reader.pending = (async () => {
      for await (const event of stream) if (event.kind === "page") return event.page.notices;
      return undefined;
    })();
    return value?.kind === "lines" ? value.lines.map(({ text }) => text) : [];
  }, fixture("note.png").toString("base64"));
  expect(first).toContain("Hello world");
  release();
  expect(await reader.page.evaluate(() => globalThis.reader.pending)).toEqual([]);
});

for (const [name, url, change, code] of [
  ["a zero-byte model", MODEL, () => Buffer.alloc(0), "asset_corrupt"],
  ["a corrupted package", "**/wheels/numpy-*", flipped, "asset_corrupt"],
  ["an index that is not JSON", "**/assets.json", () => Buffer.from("<!doctype html>"), "asset_wrong_type"],
] as const) {
  test(`${name} is ${code}`, async ({ page, site }) => {
    const reader = await Reader.open(page, site.url, { backend: "wasm" });
    await damage(page, url, change);
    expect(errorOf(await reader.start())).toMatchObject({ code, stage: "load" });
  });
}

test("a missing model is a clear error", async ({ page, site }) => {
  const reader = await Reader.open(page, site.url, { backend: "wasm" });
  await page.context().route(MODEL, (route) => route.fulfill({ status: 404, body: "not found" }));
  const error = errorOf(await reader.start());
  expect(error).toMatchObject({ stage: "load" });
  expect(error.cause).toContain("404");
});

test("the second visit fetches no model, no package and no runtime", async ({ context, page, site }) => {
  const fetched: string[] = [];
  context.on("requestfinished", async (request) => {
    const { pathname } = new URL(request.url());
    // Nothing is sent of what the browser has itself: it is asked for programs first, and again when they have come.
    if (BIG.test(pathname) && (await request.sizes()).responseBodySize > 0) fetched.push(pathname);
  });
  const models = (): string[] => fetched.filter((path) => path.endsWith(".onnx"));
  const first = await Reader.open(page, site.url, { backend: "wasm" });
  valueOf(await first.start());
  expect(models()).toHaveLength(3);
  expect(valueOf(await first.read(fixture("note.png"))).text).toContain("Hello world");
  expect(models()).toHaveLength(4);
  expect(fetched.filter((path) => path.includes("/wheels/"))).toHaveLength(4);
  expect(fetched.filter((path) => path.includes("/openjpeg/"))).toEqual([]);
  const programs = fetched.filter((path) => path.endsWith(".wasm")).map((path) => path.split("/").at(-1));
  expect(programs.sort()).toEqual(["ort-wasm-simd-threaded.relaxed-simd.wasm", "pyodide.asm.wasm"]);
  expect(new Set(fetched).size).toBe(fetched.length);

  fetched.length = 0;
  const again = await context.newPage();
  const reader = await Reader.open(again, site.url, { backend: "wasm" });
  expect(valueOf(await reader.read(fixture("note.png"))).text).toContain("Hello world");
  expect(fetched).toEqual([]);
});

test("the decoder of JPEG 2000 is fetched when it is needed, verified, and kept", async ({ page, site }) => {
  // A first visit: where the page itself was open before, its service worker has the decoder already.
  const fetched: string[] = [];
  page.context().on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.includes("/openjpeg/") && BIG.test(pathname)) fetched.push(pathname);
  });
  const reader = await Reader.open(page, site.url, { backend: "wasm" });
  expect(valueOf(await reader.read(fixture("note.png"))).text).toContain("Hello world");
  expect(fetched).toEqual([]);

  const repair = await damage(page, "**/openjpeg/*.wasm", flipped);
  expect(errorOf(await reader.read(fixture("note.jp2")))).toMatchObject({ code: "asset_corrupt" });
  await repair();
  expect(valueOf(await reader.read(fixture("note.jp2"))).text).toContain("Hello world");
  expect(fetched).toHaveLength(2);

  const again = await Reader.open(page, site.url, { backend: "wasm" });
  expect(valueOf(await again.read(fixture("note.jp2"))).text).toContain("Hello world");
  expect(fetched).toHaveLength(2);
});
