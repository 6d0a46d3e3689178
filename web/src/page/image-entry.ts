/** An image of the queue, with a `<py-ocr>` of its own, so that what was read stays read. */

import type { NamedPage } from "../element/export-files.js";
import type { Exportable } from "../element/exporting.js";
import type { PyOcrElement } from "../element/ocr-element.js";
import { describeProgress, summarize } from "../element/wording.js";
import type { OcrPage } from "../shared/types.js";
import { say } from "../words/words.js";
import type { KeptItem } from "./kept-items.js";
import type { EntryListener, EntryState, QueueEntry } from "./queue-entry.js";
import type { QueueRow } from "./queue-row.js";

export interface EntryParts {
  readonly id: string;
  readonly name: string;
  readonly row: QueueRow;
  readonly reader: PyOcrElement;
  readonly configure: (reader: PyOcrElement) => void;
  readonly listener: EntryListener;
}

export class ImageEntry implements QueueEntry {
  readonly id: string;
  readonly name: string;
  readonly row: QueueRow;
  readonly #parts: EntryParts;
  /** What was added, which is there before the reader has it. */
  #source: File | string | null = null;
  /** The result that is kept already, or that needs not be. */
  #seen: OcrPage | null = null;
  /** The result that is being kept. */
  #inKeeping: OcrPage | null = null;

  constructor(parts: EntryParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.name = parts.name;
    this.row = parts.row;
    const { reader, listener } = parts;
    reader.fileName = parts.name;
    reader.addEventListener("py-ocr-progress", ({ detail }) => {
      const { title, fraction } = describeProgress(detail);
      const percent = fraction === null ? "" : ` ${Math.floor(fraction * 100)}%`;
      this.row.say(title + percent, "reading");
    });
    reader.addEventListener("py-ocr-state", () => {
      const { state, result } = reader;
      if (state === "done" && result !== this.#seen) void this.#keep(result);
      this.#tell();
    });
    reader.addEventListener("py-ocr-corrected", () => {
      this.#seen = reader.result;
      void listener.onResult(this);
    });
  }

  /** Show it as done once it is kept, so that nothing which was shown as done is ever lost. */
  async #keep(result: OcrPage | null): Promise<void> {
    this.#seen = this.#inKeeping = result;
    await this.#parts.listener.onResult(this);
    if (this.#inKeeping !== result) return; // another reading has taken over
    this.#inKeeping = null;
    this.#tell();
  }

  #tell(): void {
    if (this.#inKeeping === null) this.row.say(this.summary, this.#parts.reader.state);
    this.#parts.listener.onState(this);
  }

  /** Read a file, or the image at an address. How it ends is shown by the reader and told by its events. */
  read(source: File | string): void {
    const { reader } = this.#parts;
    this.#source = source;
    if (source instanceof File) reader.read(source).catch(() => undefined);
    else reader.src = source;
  }

  /** Show what was kept; what was not read is read now. */
  restore({ file, name, pages: [page] }: KeptItem): void {
    const named = file instanceof File ? file : new File([file], name, { type: file.type });
    this.#source = named;
    if (!page) return this.read(named);
    this.#seen = page;
    this.#parts.reader.show(named, page);
  }

  /** The image, where it is a file. */
  get file(): Blob | null {
    const { image } = this.#parts.reader;
    if (image instanceof Blob) return image;
    return this.#source instanceof File ? this.#source : null;
  }

  get state(): EntryState {
    const { state } = this.#parts.reader;
    return state === "empty" || this.#inKeeping !== null ? "reading" : state;
  }

  get results(): readonly NamedPage[] {
    const { result } = this.#parts.reader;
    return result ? [{ name: this.name, page: result }] : [];
  }

  async exportable(): Promise<Exportable | null> {
    const { result, image } = this.#parts.reader;
    const { exportablePage } = await import("../element/exporting.js");
    return result && exportablePage(this.name, result, image);
  }

  get summary(): string {
    const { state, result } = this.#parts.reader;
    if (state === "reading" || state === "empty") return say("queue.waiting");
    if (state === "failed") return say("queue.failed");
    if (state === "cancelled") return say("cancelled.title");
    return result ? summarize(result) : "";
  }

  setShown(shown: boolean): void {
    this.#parts.reader.hidden = !shown;
  }

  cancel(): void {
    this.#parts.reader.cancel();
  }

  retry(): void {
    const { reader } = this.#parts;
    if (reader.image) reader.read(reader.image).catch(() => undefined);
    else if (this.#source) this.read(this.#source);
  }

  reconfigure(): void {
    this.#parts.configure(this.#parts.reader);
  }

  dispose(): void {
    this.#parts.reader.remove();
  }
}
