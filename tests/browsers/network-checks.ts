/** What a browser keeps, and what becomes of a reading when the network goes. Each check is the first visit to a site. */

import { expect } from "@playwright/test";

import type { Driver } from "./driver.js";
import { HELLO, NOTE, openReader, readDropped, readNote, readSample } from "./reading.js";
import { Site } from "./site.js";

/** What the engine fetches and keeps by itself. */
const KEPT = /\.(?:onnx|whl|wasm|deflate)$/;

async function withSite<T>(use: (site: Site) => Promise<T>): Promise<T> {
  const site = await Site.start();
  try {
    return await use(site);
  } finally {
    await site.stop();
  }
}

export function cache(driver: Driver): Promise<unknown> {
  return withSite(async (site) => {
    const fetched = (): string[] => site.requests.filter((path) => KEPT.test(path)).sort();
    await openReader(driver, site);
    await readNote(driver);
    const first = fetched();
    expect(first.length).toBeGreaterThan(5);
    expect(new Set(first).size).toBe(first.length);
    site.requests.length = 0;
    await openReader(driver, site);
    const text = await readNote(driver);
    expect(fetched()).toEqual([]);
    return text;
  });
}

export function offline(driver: Driver): Promise<unknown> {
  return withSite(async (site) => {
    await driver.open(site.url);
    await driver.evaluate(readSample, null);
    // What a reading needs is kept after the first one: in the end, no file of the shell is asked for any more.
    await driver.evaluate(async () => {
      await navigator.serviceWorker.ready;
      const kept = async (): Promise<number> => {
        const names = (await caches.keys()).filter((name) => name.startsWith("py-ocr-shell"));
        const caches_ = await Promise.all(names.map((name) => caches.open(name)));
        return (await Promise.all(caches_.map((cache) => cache.keys()))).flat().length;
      };
      let before = -1;
      for (let same = 0; same < 4;) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        const now = await kept();
        same = now === before ? same + 1 : 0;
        before = now;
      }
    }, null);
    site.lost = true;
    site.requests.length = 0;
    await driver.open(site.url);
    const text = await driver.evaluate(readDropped, NOTE.toString("base64"));
    expect(text).toBe(HELLO);
    return text;
  });
}

export function lostNetwork(driver: Driver): Promise<unknown> {
  return withSite(async (site) => {
    await openReader(driver, site);
    site.lost = /\.onnx$/;
    const outcome = await driver.evaluate(() => reader.settle(reader.client.start()), null);
    expect(outcome).toMatchObject({ error: { name: "OcrError", stage: "load", code: "asset_unreachable" } });
    site.lost = false;
    return readNote(driver);
  });
}
