/**
 * One engine for every element that asks for the same one: a worker with Pyodide and models takes hundreds of MB.
 *
 * An engine reads one image at a time, in the order of asking, so that a pile of images is not decoded at once.
 */

import type { OcrPage } from "../shared/types.js";
import { OcrClient, type OcrClientOptions, type RecognizeCallOptions } from "./ocr-client.js";
import type { OcrImage } from "./ocr-image.js";
import { TurnQueue } from "./turn-queue.js";

/** Which engine is wanted. */
export type EngineChoice = Omit<OcrClientOptions, "onBackendChange">;

/** A share in an engine, which ends when the last of them is released. */
export interface EngineLease {
  /** The client, for `start`. */
  readonly client: OcrClient;
  /** Read an image when its turn has come. */
  recognize(image: OcrImage, options: RecognizeCallOptions): Promise<OcrPage>;
  release(): void;
}

interface Entry {
  readonly client: OcrClient;
  readonly turns: TurnQueue;
  leases: number;
}

const entries = new Map<string, Entry>();

/** Name a choice of engine: equal choices have equal keys. */
function engineKey(choice: EngineChoice): string {
  const {
    baseUrl = "",
    backend = "auto",
    profile = "",
    kernels = "auto",
    lineWorkers,
    maxMegapixels,
    threads,
    params,
  } = choice;
  const counts = [lineWorkers, maxMegapixels, threads];
  return JSON.stringify([String(baseUrl), backend, profile, kernels, ...counts, params]);
}

/** Share the engine of a choice. It starts when it is first used. */
export function leaseEngine(choice: EngineChoice): EngineLease {
  const key = engineKey(choice);
  const entry = entries.get(key) ?? { client: new OcrClient(choice), turns: new TurnQueue(), leases: 0 };
  entries.set(key, entry);
  entry.leases += 1;
  let held = true;
  return {
    client: entry.client,
    recognize: (image, options) =>
      entry.turns.run(() => entry.client.recognize(image, options), options.signal),
    release: () => {
      if (!held) return;
      held = false;
      entry.leases -= 1;
      if (entry.leases > 0) return;
      entries.delete(key);
      entry.client.dispose();
    },
  };
}

/** The engine of one owner, whose choice may change. */
export class EngineSlot {
  #lease: EngineLease | null = null;
  #key = "";

  /** Return a share in the engine of this choice: the same one for as long as the choice stays equal. */
  use(choice: EngineChoice): EngineLease {
    const key = engineKey(choice);
    if (this.#lease !== null && this.#key === key) return this.#lease;
    const previous = this.#lease;
    this.#key = key;
    this.#lease = leaseEngine(choice);
    previous?.release();
    return this.#lease;
  }

  /** Let go of the engine. The next `use` takes a share again. */
  release(): void {
    this.#lease?.release();
    this.#lease = null;
  }
}
