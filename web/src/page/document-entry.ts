/** A document of the queue: its pages are read one after the other, and any of them can be looked at meanwhile. */

import { type EngineChoice, EngineSlot } from "../client/client-pool.js";
import type { PageSource } from "../documents/page-source.js";
import type { CorrectedPage } from "../element/corrections.js";
import { create } from "../element/dom.js";
import { drawImage } from "../element/drawn-image.js";
import { errorWords } from "../element/error-words.js";
import { ErrorView } from "../element/error-view.js";
import type { NamedPage } from "../element/export-files.js";
import type { Exportable } from "../element/exporting.js";
import type { PyOcrElement } from "../element/ocr-element.js";
import { OcrError } from "../shared/errors.js";
import type { OcrDocumentPage } from "../shared/document.js";
import { say } from "../words/words.js";
import { DocumentBar } from "./document-bar.js";
import type { KeptItem } from "./kept-items.js";
import { createPasswordForm } from "./password-form.js";
import { PageStrip, drawSmall } from "./page-strip.js";
import type { EntryListener, EntryState, QueueEntry } from "./queue-entry.js";
import type { QueueRow } from "./queue-row.js";

/** The longer side of a page's picture: enough to read its small print, and no memory for more than one. */
const PICTURE_PX = 2400;

export interface DocumentParts {
  readonly id: string;
  readonly file: File;
  readonly row: QueueRow;
  readonly reader: PyOcrElement;
  readonly stage: HTMLElement;
  readonly settings: () => { readonly engine: EngineChoice; readonly languages: readonly string[] };
  readonly listener: EntryListener;
  /** The visitor wants another file in the place of this one. */
  readonly onOther: () => void;
}

export class DocumentEntry implements QueueEntry {
  readonly id: string;
  readonly name: string;
  readonly row: QueueRow;
  readonly file: File;
  readonly #parts: DocumentParts;
  readonly #engine = new EngineSlot();
  readonly #strip = new PageStrip((number) => void this.#look(number));
  readonly #note = create("p", { class: "page-note", role: "status", hidden: true });
  /** The picture of a page that was not read yet. */
  readonly #preview = create("div", { class: "page-preview" });
  readonly #bar = new DocumentBar({ onCancel: () => this.cancel(), onGoOn: () => this.retry() });
  readonly #failure: ErrorView;
  readonly #element: HTMLElement;
  #pages: (CorrectedPage | null)[] = [];
  #source: PageSource | null = null;
  #running: AbortController | null = null;
  readonly #passwordForm = createPasswordForm((password) => {
    this.#password = password;
    void this.read();
  });
  #password: string | undefined;
  #isLocked = false;
  /** What the reader shows, which is ours to close. */
  #picture: ImageBitmap | null = null;
  #looksAt = 0;
  /** Counts the looks, so that a picture that comes late does not replace its successor. */
  #looked = 0;
  #state: EntryState = "reading";

  constructor(parts: DocumentParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.file = parts.file;
    this.name = parts.file.name;
    this.row = parts.row;
    this.#failure = new ErrorView({ onRetry: () => this.retry(), onChoose: parts.onOther });
    parts.reader.fileName = this.name;
    parts.reader.hidden = true;
    parts.reader.exporter = async (choice) => {
      const exportable = await this.exportable();
      const { exportFile, saveFile } = await import("../element/exporting.js");
      const { client } = this.#engine.use(parts.settings().engine);
      if (exportable) saveFile(await exportFile(client, exportable, choice));
    };
    this.#element = create(
      "div",
      { class: "document" },
      this.#strip.element,
      create(
        "div",
        { class: "document-page" },
        this.#bar.element,
        this.#note,
        this.#failure.element,
        this.#preview,
        parts.reader,
      ),
    );
    parts.stage.append(this.#element);
    parts.reader.addEventListener("py-ocr-corrected", ({ detail }) => {
      this.#pages[this.#looksAt - 1] = detail;
      void parts.listener.onResult(this);
    });
  }

  /** Read the pages that were not read yet. */
  async read(): Promise<void> {
    this.cancel();
    const running = new AbortController();
    const { signal } = running;
    this.#running = running;
    this.#fail(null);
    this.#bar.start();
    this.#tell("reading", say("queue.waiting"));
    try {
      const { engine, languages } = this.#parts.settings();
      const { client } = this.#engine.use(engine);
      const source = await this.#open();
      const missing = this.#missing(source.pageCount);
      if (this.#looksAt === 0) void this.#look(1);
      const reading = client.recognizeDocument(this.file, {
        signal,
        languages,
        pages: missing.join(","),
        ...this.#unlocking,
        onProgress: ({ position, count, page }) => {
          const done = source.pageCount - count + position;
          const title =
            page.stage === "load"
              ? say("stage.load")
              : say("queue.page", { at: done, count: source.pageCount });
          this.#bar.update(title, position - 1, count);
          this.#tell("reading", title);
        },
      });
      for await (const read of reading) this.#take(read);
      // What is shown as done is not lost.
      await this.#parts.listener.onResult(this);
      if (this.#running !== running) return;
      this.#bar.hide();
      this.#tell("done", this.summaryOf());
    } catch (error) {
      if (this.#running !== running) return;
      const failed = signal.aborted ? null : OcrError.from(error, "decode");
      if (failed) this.#fail(failed);
      else this.#bar.stop(say("cancelled.title"));
      this.#isLocked = failed?.code === "pdf_encrypted";
      this.#state = failed ? "failed" : "cancelled";
      this.#tell(this.#state, this.summary);
      void this.#parts.listener.onResult(this);
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }

  /** Show what was kept, and read what was not. */
  async restore({ pages }: KeptItem): Promise<void> {
    this.#pages = [...pages];
    if (pages.length === 0 || pages.includes(null)) return this.read();
    this.#tell("done", this.summaryOf());
    try {
      await this.#open();
      await this.#look(1);
    } catch (error) {
      this.#fail(OcrError.from(error, "decode"));
    }
  }

  /** Show what went wrong in the place of the pages, or take it away. */
  #fail(error: OcrError | null): void {
    if (!error) return this.#failure.hide();
    // What was read of it stays to be looked at.
    if (this.results.length > 0) return this.#bar.stop(errorWords(error, navigator.onLine).title);
    this.#bar.hide();
    this.#say("");
    this.#preview.hidden = true;
    this.#parts.reader.hidden = true;
    if (error.code !== "pdf_encrypted") return this.#failure.showError(error);
    const title = say(this.#password === undefined ? "password.needed" : "password.wrong");
    this.#failure.ask(title, say("password.private"), this.#passwordForm);
    if (!this.#element.hidden) this.#passwordForm.querySelector("input")?.focus();
  }

  get pages(): readonly (CorrectedPage | null)[] {
    return this.#pages;
  }

  get state(): EntryState {
    return this.#state;
  }

  get results(): readonly NamedPage[] {
    return this.#pages.flatMap((page, index) =>
      page ? [{ name: say("queue.page.name", { name: this.name, at: index + 1 }), page }] : [],
    );
  }

  async exportable(): Promise<Exportable | null> {
    if (this.results.length === 0) return null;
    const source = await this.#open();
    const { exportableDocument } = await import("../element/exporting.js");
    const document = exportableDocument(this.file, this.#pages, (number) => source.name(number));
    return { ...document, ...this.#unlocking };
  }

  get summary(): string {
    if (this.#state === "done") return this.summaryOf();
    if (this.#state === "failed") return say(this.#isLocked ? "password.needed" : "queue.failed");
    return this.#state === "cancelled" ? say("cancelled.title") : say("queue.waiting");
  }

  summaryOf(): string {
    const read = this.results.length;
    const lines = this.results.reduce((sum, { page }) => sum + page.lines.length, 0);
    return `${say("queue.pages", { count: read })}, ${say("lines", { count: lines })}`;
  }

  setShown(shown: boolean): void {
    this.#element.hidden = !shown;
  }

  cancel(): void {
    this.#running?.abort();
  }

  retry(): void {
    void this.read();
  }

  reconfigure(): void {}

  dispose(): void {
    this.cancel();
    void this.#source?.close();
    this.#picture?.close();
    this.#engine.release();
    this.#element.remove();
  }

  get #unlocking(): { readonly password?: string } {
    return this.#password === undefined ? {} : { password: this.#password };
  }

  async #open(): Promise<PageSource> {
    const { engine } = this.#parts.settings();
    if (!this.#source) {
      this.#source = await this.#engine.use(engine).client.openDocument(this.file, this.#unlocking);
      this.#strip.show(this.#source);
      void drawSmall(this.#source, 1).then((drawn) => drawn && this.row.setThumbnail(drawn));
    }
    return this.#source;
  }

  #missing(count: number): number[] {
    while (this.#pages.length < count) this.#pages.push(null);
    return this.#pages.flatMap((page, index) => (page ? [] : [index + 1]));
  }

  #take({ number, page, error }: OcrDocumentPage): void {
    this.#pages[number - 1] = page;
    const kept = this.#parts.listener.onResult(this);
    void kept.then(() => this.#strip.mark(number, page ? "done" : "failed"));
    if (error && number === this.#looksAt) this.#say(error.message);
    if (number === this.#looksAt) void this.#look(number);
  }

  /** Show a page: its picture, and its text where that is there. */
  async #look(number: number): Promise<void> {
    this.#looksAt = number;
    this.#strip.setCurrent(number);
    const looked = ++this.#looked;
    const picture = (await this.#source?.picture(number, PICTURE_PX).catch(() => null)) ?? null;
    const page = this.#pages[number - 1] ?? null;
    const drawn = picture && !page ? await drawImage(picture) : null;
    if (looked !== this.#looked || !picture) {
      if (!(picture instanceof Blob)) picture?.close();
      return;
    }
    this.#say(page ? "" : say("queue.page.unread", { at: number }));
    const isFailed = !this.#failure.element.hidden;
    this.#parts.reader.hidden = isFailed || page === null;
    this.#preview.hidden = isFailed || page !== null;
    this.#preview.replaceChildren(drawn?.picture ?? "");
    if (page) this.#parts.reader.show(picture, page);
    // The reader looks into it for other readings of a word: it lives as long as it is shown.
    const before = this.#picture;
    this.#picture = picture instanceof Blob ? null : picture;
    before?.close();
  }

  #say(text: string): void {
    this.#note.textContent = text;
    this.#note.hidden = text === "";
  }

  #tell(state: EntryState, status: string): void {
    this.#state = state;
    this.row.say(status, state);
    this.#parts.listener.onState(this);
  }
}
