/** One call from an image to its text. */

import type { OcrPage } from "../shared/types.js";
import { type EngineChoice, type EngineLease, leaseEngine } from "./client-pool.js";
import type { RecognizeCallOptions } from "./ocr-client.js";
import type { OcrImage } from "./ocr-image.js";

/** Which engine reads, and how; all of it may be left out. */
export interface ReadOptions extends EngineChoice, RecognizeCallOptions {}

/** How long an engine that nobody asks for anything stays, which takes hundreds of MB. */
const IDLE_MS = 120_000;

/**
 * Read the text of one image. Calls with the same engine share it; it starts with the first one and ends some time
 * after the last. Rejects with an OcrError, or with an AbortError when `signal` aborts.
 */
export async function read(image: OcrImage, options: ReadOptions = {}): Promise<OcrPage> {
  const { baseUrl, backend, profile, threads, lineWorkers, maxMegapixels, kernels, params, ...call } =
    options;
  const lease = leaseEngine(
    defined({
      baseUrl,
      backend,
      profile,
      threads,
      lineWorkers,
      maxMegapixels,
      kernels,
      params,
    }) as EngineChoice,
  );
  try {
    const page = await lease.recognize(image, call);
    releaseLater(lease);
    return page;
  } catch (error) {
    lease.release(); // an engine that did not start, or a server's, is not worth the wait
    throw error;
  }
}

function releaseLater(lease: EngineLease): void {
  setTimeout(() => lease.release(), IDLE_MS);
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
