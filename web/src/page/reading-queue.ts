/** The images and documents of the list: pick, remove, stop, read again, keep, take all results away. */

import type { EngineChoice } from "../client/client-pool.js";
import { countTiffPages, documentKind } from "../documents/document-kind.js";
import type { NamedPage } from "../element/export-files.js";
import type { Exportable } from "../element/exporting.js";
import { fileName } from "../client/fetch-image.js";
import { PyOcrElement } from "../element/ocr-element.js";
import { DocumentEntry } from "./document-entry.js";
import { ImageEntry } from "./image-entry.js";
import type { KeptItem, KeptItems } from "./kept-items.js";
import type { EntryListener, QueueEntry } from "./queue-entry.js";
import { QueueRow, loadThumbnail } from "./queue-row.js";

/** An image to read: a file, or the address of one. */
export type ImageSource = File | string;

/** Where the queue lives in the page, and who hears of its changes. */
export interface QueueOptions {
  readonly list: HTMLElement;
  readonly stage: HTMLElement;
  /** Set the attributes of a reader before it reads. */
  configure(reader: PyOcrElement): void;
  settings(): { readonly engine: EngineChoice; readonly languages: readonly string[] };
  /** Where results are kept; null while nothing is to be. */
  kept(): KeptItems | null;
  /** Something was added, removed or finished. */
  onChange(): void;
  /** The visitor wants other files in the place of one that cannot be read. */
  choose(): Promise<readonly File[]>;
}

export class ReadingQueue {
  readonly #options: QueueOptions;
  #entries: QueueEntry[] = [];
  #added = new Map<string, number>();
  #current: QueueEntry | null = null;
  readonly #listener: EntryListener = {
    onState: () => this.#options.onChange(),
    onResult: async (entry) => {
      const kept = this.#keep(entry);
      this.#options.onChange();
      await kept;
    },
  };

  constructor(options: QueueOptions) {
    this.#options = options;
    options.list.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get size(): number {
    return this.#entries.length;
  }

  /** How many are being read or wait for it. */
  get pending(): number {
    return this.#entries.filter(({ state }) => state === "reading").length;
  }

  /** How many could not be read. */
  get failed(): number {
    return this.#entries.filter(({ state }) => state === "failed").length;
  }

  /** How many were not read, because they failed or were cancelled. */
  get unread(): number {
    return this.#entries.filter(({ state }) => state === "failed" || state === "cancelled").length;
  }

  /** What was read so far, in the order of the list. */
  get results(): NamedPage[] {
    return this.#entries.flatMap(({ results }) => results);
  }

  /** What was read so far, with the files, to be written. */
  async exportables(): Promise<Exportable[]> {
    const all = await Promise.all(this.#entries.map((entry) => entry.exportable()));
    return all.filter((one) => one !== null);
  }

  /** Add images and documents, and show the first of them. */
  async add(sources: readonly ImageSource[]): Promise<void> {
    const entries: QueueEntry[] = [];
    for (const source of sources) {
      const isDocument = source instanceof File && (await hasPages(source));
      const id = crypto.randomUUID();
      this.#added.set(id, Date.now() + entries.length);
      const entry = isDocument ? this.#appendDocument(id, source) : this.#appendImage(id, source);
      entries.push(entry);
      if (entries.length === 1) this.#select(entry);
      if (entry instanceof ImageEntry) entry.read(source);
      else void (entry as DocumentEntry).read();
      void this.#keep(entry);
      this.#options.onChange();
    }
  }

  /** Show again what was kept. */
  async restore(items: readonly KeptItem[]): Promise<void> {
    for (const item of items) {
      const file = new File([item.file], item.name, { type: item.file.type });
      const isDocument = await hasPages(file);
      this.#added.set(item.id, item.added);
      const entry = isDocument ? this.#appendDocument(item.id, file) : this.#appendImage(item.id, file);
      entry.row.setKept();
      if (!this.#current) this.#select(entry);
      if (entry instanceof ImageEntry) entry.restore(item);
      else void (entry as DocumentEntry).restore(item);
      this.#options.onChange();
    }
  }

  /** Move the focus to the image that is shown. */
  focus(): void {
    this.#current?.row.pick.focus();
  }

  /** Pass changed settings to every reader, for when it reads again. */
  reconfigure(): void {
    for (const entry of this.#entries) entry.reconfigure();
  }

  /** Cancel whatever has not been read yet. */
  stopAll(): void {
    // From the end: the image that is being read would hand its turn to one that is about to be cancelled.
    for (const entry of [...this.#entries].reverse()) if (entry.state === "reading") entry.cancel();
  }

  retryAll(): void {
    for (const entry of this.#entries)
      if (entry.state === "failed" || entry.state === "cancelled") entry.retry();
  }

  /** Take everything away, also what is kept. */
  clear(): void {
    this.stopAll();
    for (const entry of this.#entries) {
      entry.dispose();
      entry.row.element.remove();
    }
    this.#entries = [];
    this.#current = null;
    void this.#options.kept()?.clear();
    this.#options.onChange();
  }

  #appendImage(id: string, source: ImageSource): ImageEntry {
    const name = source instanceof File ? source.name : fileName(source);
    const reader = this.#reader();
    reader.chooser = () => void this.#replace(entry);
    this.#options.stage.append(reader);
    const row = this.#row(name, loadThumbnail(source), () => entry);
    const { listener, configure } = { listener: this.#listener, configure: this.#options.configure };
    const entry: ImageEntry = new ImageEntry({ id, name, row, reader, configure, listener });
    this.#entries.push(entry);
    entry.setShown(false);
    return entry;
  }

  #appendDocument(id: string, file: File): DocumentEntry {
    const row = this.#row(file.name, null, () => entry);
    const { stage, settings } = this.#options;
    const parts = { id, file, row, reader: this.#reader(), stage, settings, listener: this.#listener };
    const onOther = (): void => void this.#replace(entry);
    const entry: DocumentEntry = new DocumentEntry({ ...parts, onOther });
    this.#entries.push(entry);
    entry.setShown(false);
    return entry;
  }

  async #replace(entry: QueueEntry): Promise<void> {
    const files = await this.#options.choose();
    if (files.length === 0) return;
    this.#remove(entry);
    await this.add(files);
  }

  #reader(): PyOcrElement {
    const reader = new PyOcrElement();
    this.#options.configure(reader);
    return reader;
  }

  #row(name: string, thumbnail: Node | null, entry: () => QueueEntry): QueueRow {
    const row = new QueueRow(name, thumbnail, {
      onPick: () => this.#select(entry()),
      onRemove: () => this.#remove(entry()),
    });
    this.#options.list.append(row.element);
    return row;
  }

  async #keep(entry: QueueEntry): Promise<void> {
    const kept = this.#options.kept();
    const file = entry instanceof ImageEntry || entry instanceof DocumentEntry ? entry.file : null;
    if (!kept || !file) return;
    const pages = entry instanceof DocumentEntry ? entry.pages : entry.results.map(({ page }) => page);
    const { id, name } = entry;
    if (await kept.put({ id, added: this.#added.get(id) ?? 0, name, file, pages })) entry.row.setKept();
  }

  #select(entry: QueueEntry): void {
    for (const other of this.#entries) {
      other.setShown(other === entry);
      other.row.setCurrent(other === entry);
    }
    this.#current = entry;
    // Within the list only: the page around it stays where it is.
    const { list } = this.#options;
    const { offsetTop, offsetHeight, offsetLeft, offsetWidth } = entry.row.element;
    if (offsetTop < list.scrollTop || offsetTop + offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = offsetTop - list.clientHeight / 2;
    if (offsetLeft < list.scrollLeft || offsetLeft + offsetWidth > list.scrollLeft + list.clientWidth)
      list.scrollLeft = offsetLeft - list.clientWidth / 2;
  }

  #remove(entry: QueueEntry): void {
    const at = this.#entries.indexOf(entry);
    this.#entries = this.#entries.filter((other) => other !== entry);
    entry.dispose();
    entry.row.element.remove();
    void this.#options.kept()?.remove(entry.id);
    const neighbour = this.#entries[at] ?? this.#entries[at - 1];
    if (this.#current === entry) this.#current = null;
    if (neighbour && !this.#current) this.#select(neighbour);
    this.#options.onChange();
    neighbour?.row.pick.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const here = this.#entries.findIndex(({ row }) => row.pick === event.target);
    if (here < 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const entry = this.#entries[here];
    if (event.key === "Delete" && entry) this.#remove(entry);
    else {
      const steps: Record<string, number> = {
        ArrowDown: here + 1,
        ArrowRight: here + 1,
        ArrowUp: here - 1,
        ArrowLeft: here - 1,
        Home: 0,
        End: this.#entries.length - 1,
      };
      const target = this.#entries[steps[event.key] ?? -1];
      if (!target) return;
      this.#select(target);
      target.row.pick.focus();
    }
    event.preventDefault();
  }
}

/** Whether a file is read page by page. One that cannot be looked into is for the reader to complain of. */
async function hasPages(file: File): Promise<boolean> {
  try {
    const kind = await documentKind(file);
    return kind === "pdf" || kind === "zip" || (kind === "tiff" && (await countTiffPages(file)) > 1);
  } catch {
    return false;
  }
}
