/** Keeps the verdicts of the golden self-checks between visits. Only Python knows what they say and when they lapse. */

import { describeError } from "../shared/errors.js";

const CACHE_NAME = "py-ocr-verdicts";

export async function readVerdict(key: string): Promise<string | undefined> {
  const cache = await openCache();
  return (await cache?.match(address(key)))?.text();
}

export async function writeVerdict(key: string, verdict: string): Promise<void> {
  try {
    await (await openCache())?.put(address(key), new Response(verdict));
  } catch (error) {
    // A full disk only costs the next visit another check.
    console.warn(`py-ocr: could not keep a verdict for the next visit: ${describeError(error)}`);
  }
}

/** Cache Storage has addresses for keys; nothing is ever requested from this one. */
function address(key: string): string {
  return new URL(`/.py-ocr-verdict/${key}`, location.origin).href;
}

async function openCache(): Promise<Cache | undefined> {
  try {
    return await caches.open(CACHE_NAME);
  } catch {
    return undefined; // a private window: AssetStore has said so already
  }
}
