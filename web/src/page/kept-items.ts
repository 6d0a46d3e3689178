/**
 * What outlives the visit: images and documents with what was read and corrected, in IndexedDB, on this device only.
 *
 * A file lies apart from what was read of it, and is written once: of a document, each page that is read is kept at once.
 * What comes back was written by another version, or by something else: it is parsed, and what is not understood is left.
 */

import type { CorrectedPage } from "../element/corrections.js";

/** One row of the queue. An image has one page; a page that was not read is null. */
export interface KeptItem {
  readonly id: string;
  /** When it was added, in ms since 1970: the order of the list. */
  readonly added: number;
  readonly name: string;
  readonly file: Blob;
  readonly pages: readonly (CorrectedPage | null)[];
}

const DATABASE = "py-ocr";
/** 2: files have a store of their own. */
const VERSION = 2;
const ITEMS = "items";
const FILES = "files";
/** A database that says nothing for so long will not answer. */
const SILENCE_MS = 15_000;
/** Whoever waited so long once is not let wait again: it is asked in passing whether it answers by now. */
const SILENT_AGAIN_MS = 500;

interface Stores {
  readonly items: IDBObjectStore;
  readonly files: IDBObjectStore;
}

export class KeptItems {
  #database: Promise<IDBDatabase> | null = null;
  #hasLost = false;
  /** The files that are on the disk, by the ids of their items. */
  readonly #files = new Map<string, Blob>();
  #patience_ms = SILENCE_MS;

  /** `onFull` is called when something could not be kept for want of room. */
  constructor(private readonly onFull: () => void) {}

  /** Whether something could not be kept, for whatever reason. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** Return what was kept, in the order of adding. Nothing where the browser keeps nothing. */
  async all(): Promise<KeptItem[]> {
    try {
      const found = await this.#ask("readonly", ({ items, files }) => {
        const asked = { items: items.getAll(), files: files.getAll() };
        return () => joined(asked.items.result as unknown[], asked.files.result as unknown[]);
      });
      return found.flatMap((value) => parseItem(value) ?? []).sort((a, b) => a.added - b.added);
    } catch {
      return [];
    }
  }

  /** Keep an item, or another state of it. Resolves once it is known whether it is on the disk, with whether it is. */
  async put({ file, ...item }: KeptItem): Promise<boolean> {
    const { id } = item;
    const isWritten = this.#files.get(id) === file;
    try {
      await this.#ask("readwrite", ({ items, files }) => {
        const known = files.getKey(id);
        // It may have been forgotten by another tab meanwhile.
        known.addEventListener("success", () => {
          if (!isWritten || known.result === undefined) files.put({ id, file });
        });
        items.put(item);
        return () => undefined;
      });
      this.#files.set(id, file);
      return true;
    } catch (error) {
      this.#hasLost = true;
      if (error instanceof DOMException && error.name === "QuotaExceededError") this.onFull();
      return false;
    }
  }

  async remove(id: string): Promise<void> {
    this.#files.delete(id);
    await this.#ask("readwrite", ({ items, files }) => {
      items.delete(id);
      files.delete(id);
      return () => undefined;
    }).catch(() => undefined);
  }

  /** Forget all of it; return whether that is so. */
  async clear(): Promise<boolean> {
    try {
      this.#files.clear();
      await this.#ask("readwrite", ({ items, files }) => {
        items.clear();
        files.clear();
        return () => undefined;
      });
      return true;
    } catch {
      return false;
    }
  }

  /** Ask for something in one transaction, all of which is done or nothing; return what its answer then is. */
  async #ask<T>(mode: IDBTransactionMode, request: (stores: Stores) => () => T): Promise<T> {
    // A connection that was closed serves nobody: the next question opens another.
    this.#database ??= open(() => (this.#database = null));
    const database = await this.#inTime(this.#database).catch((error: unknown) => {
      this.#database = null; // storage may be allowed later
      throw error;
    });
    const answer = new Promise<T>((resolve, reject) => {
      // On the disk, not only on its way there: whoever is told that it is kept may pull the plug.
      const transaction = database.transaction([ITEMS, FILES], mode, { durability: "strict" });
      const answerOf = request({
        items: transaction.objectStore(ITEMS),
        files: transaction.objectStore(FILES),
      });
      // The end of the transaction says that it is on the disk, or that there was no room.
      transaction.addEventListener("complete", () => resolve(answerOf()));
      transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("it was aborted")));
    });
    return this.#inTime(answer);
  }

  /** Wait for the database no longer than it may take. */
  async #inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#patience_ms = SILENT_AGAIN_MS;
        reject(new Error("the database does not answer"));
      }, this.#patience_ms);
    });
    try {
      const given = await Promise.race([answer, silence]);
      this.#patience_ms = SILENCE_MS;
      return given;
    } finally {
      clearTimeout(timer);
    }
  }
}

function open(onClosed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.addEventListener("upgradeneeded", () => {
      const { result, transaction } = request;
      const items = result.objectStoreNames.contains(ITEMS)
        ? transaction?.objectStore(ITEMS)
        : result.createObjectStore(ITEMS, { keyPath: "id" });
      const files = result.createObjectStore(FILES, { keyPath: "id" });
      if (items) moveFiles(items, files);
    });
    request.addEventListener("success", () => {
      // A newer version of the page in another tab must not wait for this one.
      request.result.addEventListener("versionchange", () => {
        request.result.close();
        onClosed();
      });
      request.result.addEventListener("close", onClosed);
      resolve(request.result);
    });
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("blocked", () => reject(new Error("another tab holds an older database")));
  });
}

/** Move the files of a version before to the store of their own. */
function moveFiles(items: IDBObjectStore, files: IDBObjectStore): void {
  const walking = items.openCursor();
  walking.addEventListener("success", () => {
    const cursor = walking.result;
    if (cursor === null) return;
    const { file, ...item } = cursor.value as { id: string; file: unknown };
    files.put({ id: item.id, file });
    cursor.update(item);
    cursor.continue();
  });
}

/** Give items their files back. */
function joined(items: readonly unknown[], files: readonly unknown[]): unknown[] {
  const byId = new Map(files.map((value) => [(value as KeptItem).id, (value as KeptItem).file]));
  return items.map((value) => ({ ...(value as KeptItem), file: byId.get((value as KeptItem).id) }));
}

/** Take what has the shape of an item; null for anything else. */
export function parseItem(value: unknown): KeptItem | null {
  if (typeof value !== "object" || value === null) return null;
  const { id, added, name, file, pages } = value as Record<string, unknown>;
  if (typeof id !== "string" || typeof added !== "number" || typeof name !== "string") return null;
  if (!(file instanceof Blob) || !Array.isArray(pages)) return null;
  return { id, added, name, file, pages: pages.map((page) => (isPage(page) ? page : null)) };
}

function isPage(value: unknown): value is CorrectedPage {
  if (typeof value !== "object" || value === null) return false;
  const { schema, width, height, text, lines, blocks, notices, backend, models, timings_ms } =
    value as Record<string, unknown>;
  return (
    schema === 1 &&
    [width, height].every((side) => typeof side === "number" && side > 0) &&
    typeof text === "string" &&
    [backend, models, timings_ms].every((part) => typeof part === "object" && part !== null) &&
    Array.isArray(notices) &&
    Array.isArray(lines) &&
    lines.every(isLine) &&
    Array.isArray(blocks) &&
    blocks.every((block) => areRows((block as Record<string, unknown> | null)?.["rows"], lines.length))
  );
}

function isLine(value: unknown): boolean {
  const { text, confidence, quad, words } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof text === "string" &&
    typeof confidence === "number" &&
    isQuad(quad) &&
    Array.isArray(words) &&
    words.every((word) => {
      const { text: written, confidence: sure, quad: place } = (word ?? {}) as Record<string, unknown>;
      return typeof written === "string" && typeof sure === "number" && isQuad(place);
    })
  );
}

function isQuad(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    value.every(
      (point) => Array.isArray(point) && point.length === 2 && point.every((n) => Number.isFinite(n)),
    )
  );
}

function areRows(rows: unknown, lines: number): boolean {
  return (
    Array.isArray(rows) &&
    rows.every(
      (row) =>
        Array.isArray(row) &&
        row.every((at) => Number.isInteger(at) && Number(at) >= 0 && Number(at) < lines),
    )
  );
}
