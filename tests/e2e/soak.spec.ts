/**
 * The long run: many pages of all kinds, with all that goes wrong mixed in, in one page of the browser. Every text is that
 * of the first reading, memory stays, nothing stays open. It takes long, so it runs when asked for: `npm run soak`.
 */

import { mkdirSync, writeFileSync } from "node:fs";

import { type Browser, type BrowserContext, type Page, chromium } from "@playwright/test";

import { Site } from "../browsers/site.js";
import { launchOptions } from "./chromium.js";
import { arm, armed } from "./faults.js";
import { fromRoot } from "./paths.js";
import { Reader, valueOf } from "./reader.js";
import { renderersMb } from "./renderer-memory.js";
import { BIGGEST, DOCUMENTS, IMAGES, LOST_ON_GPU, base64Of, documentOf } from "./soak-files.js";
import { type Kind, type Step, planSoak } from "./soak-plan.js";
import { expect, test } from "./test.js";

const PAGES = Number(process.env["PY_OCR_SOAK"] ?? 0);
const SEED = Number(process.env["PY_OCR_SOAK_SEED"] ?? 1);
/** Memory is looked at after so many pages, and compared in the medians of so many looks. */
const LOOK_EVERY = 20;
/** Nothing that is asked for takes longer, on a machine with other work. */
const STEP_MS = 300_000;
const RECORD = fromRoot(".build", "soak.json");

interface Look {
  readonly page: number;
  /** Resident memory of the renderer, and what its heaps hold: of JavaScript and of WASM, in page and workers. */
  readonly rssMb: number;
  readonly heapsMb: number;
}

/** A worker that throws where nobody catches it, when it is told to. */
const MORTAL = `new BroadcastChannel("death").onmessage = () => setTimeout(() => { throw new Error("injected"); });`;

test("many pages of all kinds, with faults: every text right, memory flat, nothing left open", async () => {
  test.skip(PAGES === 0, "it is run by `npm run soak`");
  test.skip(process.platform !== "linux", "memory is read from /proc");
  test.setTimeout(0);
  const site = await Site.start();
  site.inject("/assets/worker.js", MORTAL);
  const options = launchOptions({ swiftShader: true });
  const eager = "--enable-blink-features=ForceEagerMeasureMemory";
  const browser = await chromium.launch({ ...options, args: [...(options.args ?? []), eager] });
  try {
    const context = await browser.newContext();
    await armed(context);
    await soak(browser, context, site);
  } finally {
    await browser.close();
    await site.stop();
  }
});

async function soak(browser: Browser, context: BrowserContext, site: Site): Promise<void> {
  const page = await context.newPage();
  await Reader.open(page, site.url, { backend: "wasm" });
  const expected = await firstReadings(page);
  const counts: Partial<Record<Kind, number>> = {};
  const looks: Look[] = [];
  const started = Date.now();
  let pages = 0;
  const note = (left: number | null): void => {
    mkdirSync(fromRoot(".build"), { recursive: true });
    const elapsed_s = Math.round((Date.now() - started) / 1000);
    const record = { seed: SEED, pages, counts, looks, elapsed_s, version: browser.version(), left };
    writeFileSync(RECORD, JSON.stringify(record, undefined, 1));
  };
  for (const step of planSoak(SEED, IMAGES, DOCUMENTS)) {
    if (pages >= PAGES) break;
    const before = pages;
    pages += await inTime(step.kind, take(step, page, site, expected));
    counts[step.kind] = (counts[step.kind] ?? 0) + 1;
    if (Math.floor(pages / LOOK_EVERY) === Math.floor(before / LOOK_EVERY)) continue;
    // A worker that is new has not yet grown: every look comes after the largest image.
    expect(await read(page, BIGGEST)).toBe(expected[BIGGEST]);
    pages += 1;
    looks.push(await look(browser, page, pages));
    note(null);
    const { rssMb, heapsMb } = looks.at(-1)!;
    console.log(`${pages} pages: ${Math.round(rssMb)} MB resident, ${Math.round(heapsMb)} MB in heaps`);
  }
  // Whatever was asked for has been settled: each step waited for it. What is left would be a worker.
  await page.evaluate(() => globalThis.reader.client.dispose());
  await expect.poll(() => page.workers().length).toBe(0);
  note(page.workers().length);
}

/** The text of everything that will be read, as it is read at first. */
async function firstReadings(page: Page): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const name of [...IMAGES, BIGGEST, LOST_ON_GPU]) texts[name] ??= await read(page, name);
  for (const name of DOCUMENTS) texts[name] = (await readDocument(page, name)).join("\f");
  for (const [name, text] of Object.entries(texts)) expect(text, name).toMatch(/\w/);
  return texts;
}

/** Take a step and return how many pages were read. */
async function take(
  { kind, name, moment }: Step,
  page: Page,
  site: Site,
  expected: Readonly<Record<string, string>>,
): Promise<number> {
  switch (kind) {
    case "image":
      expect(await read(page, name), name).toBe(expected[name]);
      return 1;
    case "document": {
      const texts = await readDocument(page, name);
      expect(texts.join("\f"), name).toBe(expected[name]);
      return texts.length;
    }
    case "cancel": {
      const outcome = await cancelled(page, name, moment);
      if ("error" in outcome) expect(outcome.error.name).toBe("AbortError");
      else expect(outcome.value).toBe(expected[name]); // it was faster
      return 0;
    }
    case "dead worker": {
      const outcome = await page.evaluate(async (base64) => {
        const { client, settle, bytes } = globalThis.reader;
        const reading = settle(client.recognize(new Blob([bytes(base64)])));
        new BroadcastChannel("death").postMessage("");
        return reading;
      }, base64Of(name));
      if ("error" in outcome) expect(outcome.error.code).toBe("worker_failed");
      else expect(outcome.value.text).toBe(expected[name]);
      expect(await read(page, name)).toBe(expected[name]);
      return 1;
    }
    case "failed request": {
      site.lost = /\/lost\.png$|\/assets\.json$/;
      const outcome = await page.evaluate(() => {
        const { client, settle } = globalThis.reader;
        return settle(client.recognize(new URL("/lost.png", location.href)));
      });
      expect(outcome).toMatchObject({ error: { code: "image_unreachable" } });
      // A start that fails, too, and leaves nothing behind.
      const start = await page.evaluate(async () => {
        const client = new pyOcr.OcrClient({ backend: "wasm" });
        const outcome = await globalThis.reader.settle(client.start());
        client.dispose();
        return outcome;
      });
      expect(start).toMatchObject({ error: { code: "asset_unreachable" } });
      site.lost = false;
      return 0;
    }
    case "lost device": {
      const used = await page.evaluate(async () => {
        globalThis.onGpu = new pyOcr.OcrClient({ backend: "auto" });
        return (await globalThis.onGpu.start()).used;
      });
      expect(used).toBe("webgpu");
      await arm(page, "destroy", 2);
      const onGpu = async (): Promise<string> =>
        valueOf(
          await page.evaluate((base64) => {
            const { settle, bytes } = globalThis.reader;
            return settle(globalThis.onGpu.recognize(new Blob([bytes(base64)])));
          }, base64Of(LOST_ON_GPU)),
        ).text;
      // Whether the run that it was lost in still ends, or WASM takes over, is a race. The text is the same.
      expect(await onGpu()).toBe(expected[LOST_ON_GPU]);
      expect(await onGpu()).toBe(expected[LOST_ON_GPU]);
      await page.evaluate(() => globalThis.onGpu.dispose());
      return 2;
    }
  }
}

declare global {
  var onGpu: InstanceType<typeof pyOcr.OcrClient>;
}

function read(page: Page, name: string): Promise<string> {
  return page.evaluate(
    async (base64) =>
      (await globalThis.reader.client.recognize(new Blob([globalThis.reader.bytes(base64)]))).text,
    base64Of(name),
  );
}

function readDocument(page: Page, name: string): Promise<string[]> {
  return page.evaluate(
    async ({ name, base64 }) => {
      const texts: string[] = [];
      const { client, bytes } = globalThis.reader;
      for await (const { page, error } of client.recognizeDocument(new File([bytes(base64)], name))) {
        if (page === null) throw new Error(error?.message ?? "a page without a text");
        texts.push(page.text);
      }
      return texts;
    },
    { name, base64: documentOf(name).toString("base64") },
  );
}

/** Read, and stop when so many things have been heard of it. */
function cancelled(page: Page, name: string, moment: number) {
  return page.evaluate(
    ({ base64, moment }) => {
      const { client, settle, bytes } = globalThis.reader;
      const controller = new AbortController();
      let heard = 0;
      const onProgress = (): void => {
        heard += 1;
        if (heard === moment) controller.abort();
      };
      const image = new Blob([bytes(base64)]);
      const { signal } = controller;
      return settle(client.recognize(image, { signal, onProgress }).then(({ text }) => text));
    },
    { base64: base64Of(name), moment },
  );
}

/** Reject when something stays open. */
async function inTime<T>(kind: Kind, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${kind}: still open after ${STEP_MS / 1000} s`)), STEP_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Look at the memory, once everything that nobody holds is gone. */
async function look(browser: Browser, page: Page, pages: number): Promise<Look> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.detach();
  // It collects in the workers, too.
  const bytes = await page.evaluate(async () => (await performance.measureUserAgentSpecificMemory!()).bytes);
  return { page: pages, rssMb: await renderersMb(browser), heapsMb: bytes / 1e6 };
}
