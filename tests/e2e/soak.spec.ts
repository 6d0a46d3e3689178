/**
 * The long run: many pages of all kinds, with all that goes wrong mixed in, in one page of the browser. Every text is that
 * of the first reading, memory stays, nothing stays open. It takes long, so it runs when asked for: `npm run soak`.
 */

import { mkdirSync, writeFileSync } from "node:fs";

import { type Browser, type BrowserContext, type Page, chromium } from "@playwright/test";

import { Site } from "../browsers/site.js";
import { launchOptions } from "./chromium.js";
import { armed } from "./faults.js";
import { fromRoot } from "./paths.js";
import { renderersMb } from "./renderer-memory.js";
import { DOCUMENTS, IMAGES } from "./soak-files.js";
import { type Kind, planSoak } from "./soak-plan.js";
import { Steps } from "./soak-steps.js";
import { test } from "./test.js";

const PAGES = Number(process.env["PY_OCR_SOAK"] ?? 0);
const SEED = Number(process.env["PY_OCR_SOAK_SEED"] ?? 1);
/** Resident memory is looked at after so many pages, and heaps after so many: that takes a minute. */
const LOOK_EVERY = 25;
const WEIGH_EVERY = 100;
/** Nothing that is asked for takes longer, on a machine with other work. */
const STEP_MS = 300_000;
const RECORD = fromRoot(".build", "soak.json");

interface Look {
  readonly page: number;
  /** Resident memory of the renderer. */
  readonly rssMb: number;
  /** What its heaps hold: of JavaScript and of WASM, in page and workers. Null where it was not asked for. */
  readonly heapsMb: number | null;
}

/** How often a kind of step came, and how long it took altogether. */
interface Tally {
  count: number;
  seconds: number;
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
  const started = Date.now();
  const steps = await Steps.begin(page, site);
  const kinds: Partial<Record<Kind, Tally>> = {};
  const looks: Look[] = [];
  let pages = 0;
  const note = (left: number | null): void => {
    mkdirSync(fromRoot(".build"), { recursive: true });
    const elapsed_s = Math.round((Date.now() - started) / 1000);
    const record = { seed: SEED, pages, kinds, looks, elapsed_s, version: browser.version(), left };
    writeFileSync(RECORD, JSON.stringify(record, undefined, 1));
  };
  for (const step of planSoak(SEED, IMAGES, DOCUMENTS)) {
    if (pages >= PAGES) break;
    const before = pages;
    const began = Date.now();
    pages += await inTime(step.kind, steps.take(step));
    const tally = (kinds[step.kind] ??= { count: 0, seconds: 0 });
    tally.count += 1;
    tally.seconds += (Date.now() - began) / 1000;
    const passes = (every: number): boolean => Math.floor(pages / every) > Math.floor(before / every);
    if (!passes(LOOK_EVERY)) continue;
    const isWeighed = passes(WEIGH_EVERY);
    pages += await steps.readBiggest();
    looks.push(await look(browser, page, pages, isWeighed));
    note(null);
    const { rssMb, heapsMb } = looks.at(-1)!;
    const minutes = ((Date.now() - started) / 60_000).toFixed(1);
    const heaps = heapsMb === null ? "" : `, ${Math.round(heapsMb)} MB in heaps`;
    console.log(`${pages} pages, ${minutes} min: ${Math.round(rssMb)} MB resident${heaps}`);
  }
  // Whatever was asked for has been settled: each step waited for it. What is left would be a worker.
  note(await steps.end());
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
async function look(browser: Browser, page: Page, pages: number, isWeighed: boolean): Promise<Look> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.detach();
  // It collects in the workers, too. For those that are threads of WASM and sleep, the browser waits a minute in vain.
  const weigh = async (): Promise<number> => (await performance.measureUserAgentSpecificMemory!()).bytes;
  const heapsMb = isWeighed ? (await page.evaluate(weigh)) / 1e6 : null;
  return { page: pages, rssMb: await renderersMb(browser), heapsMb };
}
