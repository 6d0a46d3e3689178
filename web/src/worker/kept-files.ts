/**
 * What the browser keeps between visits, in Cache Storage. Nothing depends on it: a store that is denied, damaged or full,
 * or that does not answer, keeps nothing, and costs a download.
 */

import { describeError } from "../shared/errors.js";

/** A store that is silent for so long is not asked again. */
const SILENCE_MS = 10_000;

export class KeptFiles {
  #cache: Promise<Cache | undefined>;

  /** Open the store of that name. `silenceMs` is for tests. */
  constructor(
    name: string,
    private readonly silenceMs = SILENCE_MS,
  ) {
    this.#cache = this.#asked(() => caches.open(name));
  }

  /** Whether anything is kept at all. */
  async isOpen(): Promise<boolean> {
    return (await this.#cache) !== undefined;
  }

  /** Return what was kept under an address, or undefined. */
  async read(address: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#with(async (cache) => {
      const hit = await cache.match(address);
      return hit === undefined ? undefined : new Uint8Array(await hit.arrayBuffer());
    });
  }

  /** Whether something is kept under an address. */
  async has(address: string): Promise<boolean> {
    return (await this.#with(async (cache) => (await cache.match(address)) !== undefined)) ?? false;
  }

  /** Keep a file; a full disk only costs the next visit a download. */
  async write(address: string, content: BodyInit): Promise<void> {
    // Copied at once: the bytes belong to whoever asked for the file, and may be gone soon.
    const response = new Response(content);
    await this.#with((cache) => cache.put(address, response));
  }

  async delete(address: string): Promise<void> {
    await this.#with((cache) => cache.delete(address));
  }

  /** The addresses that begin like this. */
  async addresses(prefix: string): Promise<string[]> {
    const keys = await this.#with((cache) => cache.keys());
    return (keys ?? []).map(({ url }) => url).filter((url) => url.startsWith(prefix));
  }

  async #with<T>(ask: (cache: Cache) => Promise<T>): Promise<T | undefined> {
    const cache = await this.#cache;
    return cache === undefined ? undefined : this.#asked(() => ask(cache));
  }

  /** Ask the store. After a silence it is not asked again; after a failure it may know the next file. */
  async #asked<T>(ask: () => Promise<T>): Promise<T | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#cache = Promise.resolve(undefined);
        reject(new Error(`no answer in ${this.silenceMs / 1000} s`));
      }, this.silenceMs);
    });
    try {
      return await Promise.race([ask(), silence]);
    } catch (error) {
      console.warn(`py-ocr: the browser keeps nothing for the next visit: ${describeError(error)}`);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
