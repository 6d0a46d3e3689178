/**
 * The site's own files: listed in assets.json, fetched in parallel, verified by sha256, kept in Cache Storage.
 * Nothing unverified is handed out or stored, and a second visit fetches none of it again.
 */

import { OcrError, describeError } from "../shared/errors.js";
import { pageInPlaceOf } from "../shared/site-faults.js";
import type { ProgressListener } from "../shared/types.js";
import { PROGRAM_TYPE, keptProgram } from "./browser-cache.js";
import { ByteProgress } from "./byte-progress.js";
import { download, downloadText, unreachable } from "./download.js";
import { KeptFiles } from "./kept-files.js";
import { sha256Hex } from "./sha256.js";
import { diagnose } from "./site-diagnosis.js";

export type Bytes = Uint8Array<ArrayBuffer>;

interface AssetEntry {
  readonly sha256: string;
  readonly bytes: number;
}

const CACHE_NAME = "py-ocr-assets";
/** A module that has not come after so long will not come: of an import nothing is heard in between. */
const IMPORT_MS = 90_000;

const RELOAD = "Reload the page; if it happens again, deploy the site's files again, all of them together.";

export class AssetStore {
  readonly #progress: ByteProgress;
  readonly #requested = new Map<string, Promise<Bytes>>();
  readonly #writes = new Map<string, Promise<void>>();
  /** The models, where the browser keeps nothing: another backend must not cost their download again. */
  readonly #kept = new Map<string, Bytes>();

  private constructor(
    private readonly baseUrl: string,
    private readonly entries: ReadonlyMap<string, AssetEntry>,
    private readonly files: KeptFiles,
    onProgress: ProgressListener,
  ) {
    this.#progress = new ByteProgress(onProgress);
  }

  /** Read assets.json under `baseUrl` (which ends with a slash). Throws OcrError when it is missing or invalid. */
  static async open(baseUrl: string, onProgress: ProgressListener): Promise<AssetStore> {
    if (!globalThis.isSecureContext) {
      throw new OcrError(
        "insecure_context",
        "This page was not loaded over a secure connection, so its files cannot be verified.",
        "Serve it over https, or open it on localhost.",
        "load",
      );
    }
    const files = new KeptFiles(CACHE_NAME);
    const address = new URL("assets.json", baseUrl);
    const index = await downloadText(address, "assets.json", "no-cache");
    // A host of single-page applications sends its page for every file that it lacks.
    if (index.trimStart().startsWith("<")) throw pageInPlaceOf(address.href);
    return new AssetStore(baseUrl, parseIndex(index), files, onProgress);
  }

  url(path: string): string {
    return new URL(path, this.baseUrl).href;
  }

  paths(): Iterable<string> {
    return this.entries.keys();
  }

  /** Return the sha256 of `path` as assets.json lists it, or "" when it does not. */
  checksum(path: string): string {
    return this.entries.get(path)?.sha256 ?? "";
  }

  /** Start fetching `path` now; the next `load` of it takes the result. */
  prefetch(path: string): void {
    // Whoever loads it sees a rejection; without this, one that comes earlier would count as unhandled.
    this.#request(path).catch(() => undefined);
  }

  /** Return the verified bytes of `path`. They belong to the caller: the store keeps no copy in memory. */
  async load(path: string): Promise<Bytes> {
    const bytes = this.#request(path);
    this.#requested.delete(path);
    return bytes;
  }

  /** Return a WASM file, verified, to be compiled: from the browser's own cache, where that has it. */
  async openProgram(path: string): Promise<Response> {
    // Only a file that is kept in both places: the browser forgets its own when it likes, also without a network.
    const isKept = await this.files.has(this.#cacheKey(this.checksum(path)));
    const kept = isKept ? await this.#keptProgram(path) : undefined;
    if (kept !== undefined) {
      const { bytes } = this.entries.get(path) as AssetEntry;
      this.#progress.expect(bytes);
      this.#progress.receive(path, bytes);
      return kept;
    }
    const bytes = await this.load(path);
    // If it was downloaded just now the browser has it, and keeps the machine code of what is compiled from there.
    const again = await this.#keptProgram(path);
    // These bytes are the response's own from now on: WebKit does not copy them.
    return again ?? new Response(bytes, { headers: { "content-type": PROGRAM_TYPE } });
  }

  async #keptProgram(path: string): Promise<Response | undefined> {
    return keptProgram(this.url(path), this.checksum(path));
  }

  /** Return the verified text of `path`, which is small and therefore kept. */
  async loadText(path: string): Promise<string> {
    return new TextDecoder().decode(await this.#request(path));
  }

  #request(path: string): Promise<Bytes> {
    let bytes = this.#requested.get(path);
    if (bytes === undefined) {
      bytes = this.#read(path);
      this.#requested.set(path, bytes);
    }
    return bytes;
  }

  /** Import a module of the site. The browser fetches it itself, as it fetched the worker, so it is not verified. */
  async importModule<T>(path: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("it did not come")), IMPORT_MS);
    });
    try {
      return (await Promise.race([import(this.url(path)), silence])) as T;
    } catch (error) {
      throw (await diagnose(this.url(path))) ?? unreachable(path, describeError(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Wait for what is being stored, then remove what an earlier version of this site left in the cache. */
  async sweep(): Promise<void> {
    await Promise.all(this.#writes.values());
    const current = new Set([...this.entries.values()].map(({ sha256 }) => this.#cacheKey(sha256)));
    const kept = await this.files.addresses(this.#cacheKey(""));
    await Promise.all(kept.filter((url) => !current.has(url)).map((url) => this.files.delete(url)));
  }

  #cacheKey(sha256: string): string {
    // Beside the folders of the engine: what is equal in two versions is fetched once.
    return new URL(`.sha256/${sha256}`, this.baseUrl.replace(/engine-[0-9a-f]+\/$/, "")).href;
  }

  async #read(path: string): Promise<Bytes> {
    const entry = this.entries.get(path);
    if (entry === undefined) {
      throw new OcrError("asset_missing", `The site's list of files lacks ${path}.`, RELOAD, "load");
    }
    this.#progress.expect(entry.bytes);
    await this.#writes.get(path);
    const cached = this.#kept.get(path)?.slice() ?? (await this.#readCached(entry));
    if (cached !== undefined) {
      this.#progress.receive(path, entry.bytes);
      return cached;
    }
    const bytes = await this.#download(path, entry);
    if ((await sha256Hex(bytes)) !== entry.sha256) throw corrupt(path, "its checksum differs");
    if (await this.files.isOpen())
      this.#writes.set(path, this.files.write(this.#cacheKey(entry.sha256), bytes));
    else if (path.endsWith(".onnx")) this.#kept.set(path, bytes.slice());
    return bytes;
  }

  async #readCached(entry: AssetEntry): Promise<Bytes | undefined> {
    const key = this.#cacheKey(entry.sha256);
    const bytes = await this.files.read(key);
    if (bytes === undefined) return undefined;
    if (bytes.length === entry.bytes && (await sha256Hex(bytes)) === entry.sha256) return bytes;
    await this.files.delete(key);
    return undefined;
  }

  async #download(path: string, entry: AssetEntry): Promise<Bytes> {
    const bytes = new Uint8Array(entry.bytes);
    let received = 0;
    // Cache Storage keeps the file under its checksum. A second copy in the browser's own cache only programs are worth.
    const cache = path.endsWith(".wasm") ? "default" : "no-store";
    for await (const part of download(new URL(path, this.baseUrl), path, cache)) {
      if (received + part.length > bytes.length) throw corrupt(path, "it is longer than listed");
      bytes.set(part, received);
      received += part.length;
      this.#progress.receive(path, part.length);
    }
    if (received < bytes.length) {
      throw corrupt(path, received === 0 ? "it is empty" : `only ${received} of ${bytes.length} bytes came`);
    }
    return bytes;
  }
}

function parseIndex(text: string): ReadonlyMap<string, AssetEntry> {
  try {
    const index = JSON.parse(text) as { version: unknown; files: Record<string, AssetEntry> };
    if (index.version !== 1) throw new Error(`version ${String(index.version)} is not known`);
    return new Map(Object.entries(index.files));
  } catch (error) {
    throw corrupt("assets.json", describeError(error));
  }
}

function corrupt(path: string, reason: string): OcrError {
  return new OcrError("asset_corrupt", `The file ${path} is corrupted: ${reason}.`, RELOAD, "load");
}
