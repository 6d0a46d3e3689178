/**
 * One engine for every element that asks for the same one: a worker with Pyodide and models takes hundreds of MB.
 *
 * An engine reads one image at a time, in the order of asking, so that a pile of images is not decoded at once.
 */

import { abortError } from "../shared/errors.js";
import { OcrClient, type RecognizeCallOptions } from "./ocr-client.js";
import type { BackendChoice, OcrImage, OcrPage } from "../shared/types.js";

/** Which engine is wanted. */
export interface EngineChoice {
  readonly baseUrl?: string;
  readonly backend?: BackendChoice;
  readonly model?: string;
}

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
export function engineKey({ baseUrl = "", backend = "auto", model = "" }: EngineChoice): string {
  return JSON.stringify([baseUrl, backend, model]);
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

/** Runs tasks one after another. A task that fails, or is given up while it waits, holds up nobody. */
export class TurnQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Run `task` in its turn. Rejects with an AbortError, without running it, if `signal` aborts before. */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const result = this.#last.then(() => {
      if (signal?.aborted) throw abortError();
      return task();
    });
    this.#last = result.catch(() => undefined); // whoever asked for it hears of the failure
    return untilAborted(result, signal);
  }
}

/** Settle like `promise`, but at once when `signal` aborts. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortError());
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
