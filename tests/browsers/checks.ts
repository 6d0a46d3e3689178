/** The end-to-end list: what is promised of every browser. Each check gives what must be equal in all engines. */

import { expect } from "@playwright/test";

import type { Driver } from "./driver.js";
import { errors, formats } from "./files-checks.js";
import { cache, lostNetwork, offline } from "./network-checks.js";
import { HELLO, NOTE, flat, openReader, readNote, readSample } from "./reading.js";
import { Site } from "./site.js";

export interface Servers {
  /** As `npm start` serves it: cross-origin isolated. */
  readonly site: Site;
  /** Without the headers that isolate a page. */
  readonly plain: Site;
  /** Another origin, whose files pages of any origin may use. */
  readonly cdn: Site;
}

export interface Check {
  readonly name: string;
  /** It keeps things between two visits, which a session of automation may not. */
  readonly needsLasting?: boolean;
  /** Returns what must be the same in all engines. Throws where something is not as it should be. */
  run(driver: Driver, servers: Servers): Promise<unknown>;
}

const ELEMENT = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>
  <script type="module" src="ELEMENT"></script></head><body><py-ocr src="/note.png"></py-ocr></body></html>`;

/** Runs in a page: the text that its element read. */
async function elementText(): Promise<string> {
  await customElements.whenDefined("py-ocr");
  const element = document.querySelector("py-ocr") as HTMLElement & {
    readonly state: string;
    readonly text: string;
    readonly error: Error | null;
  };
  while (element.state === "reading")
    await new Promise((resolve) => element.addEventListener("py-ocr-state", resolve, { once: true }));
  if (element.error) throw element.error;
  return element.text;
}

/** Runs in a page: whether the engine compiles a product of relaxed SIMD, by i8x16.relaxed_swizzle. */
function hasRelaxedSimd(): boolean {
  const swizzle = [0x20, 0, 0x20, 0, 0xfd, 0x80, 0x02, 0x0b];
  const code = [0x0a, swizzle.length + 3, 1, swizzle.length + 1, 0, ...swizzle];
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const types = [1, 6, 1, 0x60, 1, 0x7b, 1, 0x7b];
  return WebAssembly.validate(Uint8Array.from([...header, ...types, 3, 2, 1, 0, ...code]));
}

async function page(driver: Driver, { site }: Servers): Promise<unknown> {
  await driver.open(site.url);
  return driver.evaluate(readSample, null);
}

async function element(driver: Driver, { site }: Servers): Promise<unknown> {
  site.add("/host.html", "text/html", ELEMENT.replace("ELEMENT", "/assets/ocr-element.js"));
  site.add("/note.png", "image/png", NOTE);
  await driver.open(`${site.url}host.html`);
  const text = flat(await driver.evaluate(elementText, null));
  expect(text).toBe(flat(HELLO));
  return text;
}

async function anotherOrigin(driver: Driver, { plain, cdn }: Servers): Promise<unknown> {
  plain.add("/host.html", "text/html", ELEMENT.replace("ELEMENT", `${cdn.url}assets/ocr-element.js`));
  plain.add("/note.png", "image/png", NOTE);
  // The host's own policy would forbid it: it is the page of somebody who has none.
  plain.withoutPolicy = true;
  cdn.requests.length = 0;
  await driver.open(`${plain.url}host.html`);
  const text = flat(await driver.evaluate(elementText, null));
  expect(text).toBe(flat(HELLO));
  expect(cdn.requests.some((path) => path.endsWith("/assets/worker.js"))).toBe(true);
  return text;
}

async function client(driver: Driver, { site }: Servers): Promise<unknown> {
  await openReader(driver, site);
  const { info, lines, page } = await driver.evaluate(async (base64) => {
    const { client, bytes } = reader;
    const info = await client.start();
    const lines: string[] = [];
    const page = await client.recognize(new Blob([bytes(base64)]), {
      onLines: (read) => lines.push(...read.lines.map(({ text }) => text)),
    });
    return { info, lines, page };
  }, NOTE.toString("base64"));
  expect(page.text).toBe(HELLO);
  expect(lines).toContain("Hello world");
  expect(info.isolated).toBe(true);
  const disposed = await driver.evaluate(async (base64) => {
    const { client, bytes, settle } = reader;
    const pending = settle(client.recognize(new Blob([bytes(base64)])));
    client.dispose();
    return [await pending, await settle(client.start())];
  }, NOTE.toString("base64"));
  const rejected = { error: expect.objectContaining({ code: "disposed" }) as unknown };
  expect(disposed).toEqual([rejected, rejected]);
  return page.lines.map(({ text, words, recognizer }) => [text, words.map((word) => word.text), recognizer]);
}

async function cancel(driver: Driver, { site }: Servers): Promise<unknown> {
  await openReader(driver, site);
  const { outcome, elapsed_ms } = await driver.evaluate(async (base64) => {
    const { client, settle, bytes } = reader;
    await client.start();
    const controller = new AbortController();
    let cancelledAt = 0;
    const outcome = await settle(
      client.recognize(new Blob([bytes(base64)]), {
        signal: controller.signal,
        onProgress: ({ stage }) => {
          if (stage !== "detect" || cancelledAt > 0) return;
          cancelledAt = performance.now();
          controller.abort();
        },
      }),
    );
    return { outcome, elapsed_ms: performance.now() - cancelledAt };
  }, NOTE.toString("base64"));
  expect(outcome).toMatchObject({ error: { name: "AbortError" } });
  expect(elapsed_ms).toBeLessThan(1_000);
  return readNote(driver);
}

/** A worker that goes, or hangs, when it is told to. */
const UNRELIABLE = `new BroadcastChannel("fault").onmessage = ({ data }) => {
  if (data === "throw") setTimeout(() => { throw new Error("injected"); });
  while (data === "spin") {}
};`;

async function workerDeath(driver: Driver): Promise<unknown> {
  // A site of its own: elsewhere browsers keep the worker's script as it was.
  const site = await Site.start();
  site.inject("/assets/worker.js", UNRELIABLE);
  try {
    await openReader(driver, site);
    await readNote(driver);
    const codes: unknown[] = [];
    for (const fault of ["throw", "spin"]) {
      const outcome = await driver.evaluate(
        async ({ fault, base64 }) => {
          const { client, settle, bytes } = reader;
          const image = new Blob([bytes(base64)]);
          if (fault === "throw") {
            new BroadcastChannel("fault").postMessage(fault);
            return settle(client.recognize(image));
          }
          // The page's clock runs twenty times faster, so that its patience ends soon.
          const [wait, now] = [globalThis.setTimeout, performance.now.bind(performance)];
          globalThis.setTimeout = ((run: () => void, ms = 0) => wait(run, ms / 20)) as typeof setTimeout;
          performance.now = () => now() * 20;
          new BroadcastChannel("fault").postMessage(fault);
          const outcome = await settle(client.recognize(image));
          globalThis.setTimeout = wait;
          performance.now = now;
          return outcome;
        },
        { fault, base64: NOTE.toString("base64") },
      );
      expect(outcome).toMatchObject({ error: { name: "OcrError" } });
      codes.push("error" in outcome && outcome.error.code);
      // The next call has a worker of its own.
      await readNote(driver);
    }
    expect(codes).toEqual(["worker_failed", "worker_silent"]);
    return codes;
  } finally {
    await site.stop();
  }
}

async function noIsolation(driver: Driver, { plain }: Servers): Promise<unknown> {
  await openReader(driver, plain);
  const info = await driver.evaluate(() => reader.client.start(), null);
  expect(info).toMatchObject({ isolated: false, threads: 1 });
  return readNote(driver);
}

async function kernels(driver: Driver, { site }: Servers): Promise<unknown> {
  await openReader(driver, site, { backend: "wasm" });
  const expected = (await driver.evaluate(hasRelaxedSimd, null)) ? "relaxed-simd" : "simd";
  const info = await driver.evaluate(() => reader.client.start(), null);
  expect(info).toMatchObject({ used: "wasm", kernels: expected, fallbacks: [] });
  return readNote(driver);
}

export const CHECKS: readonly Check[] = [
  { name: "page: the sample receipt is read", run: page },
  { name: "element: an image's text", run: element },
  { name: "client: start, lines on the way, the page, dispose", run: client },
  { name: "formats: JPEG, PNG, WebP, TIFF, BMP, GIF, PDF", run: formats },
  { name: "cancel: at once, and the next image is read", run: cancel },
  { name: "cache: a second visit fetches nothing", needsLasting: true, run: cache },
  { name: "errors: not an image, damaged, not found", run: errors },
  { name: "worker death: a typed error, and the next call works", run: workerDeath },
  { name: "another origin: the element comes from there", run: anotherOrigin },
  { name: "no isolation: one thread, the same text", run: noIsolation },
  { name: "kernels: the fastest that the engine compiles", run: kernels },
  { name: "offline: the page reads with its server gone", needsLasting: true, run: offline },
  { name: "lost network: a typed error at the start, and then it works", run: lostNetwork },
];
