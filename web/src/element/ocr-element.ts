/**
 * `<py-ocr>`: an element that reads the text of one image and shows it in its place.
 *
 * It wires its parts together: the settings are attributes, the state is a Reading, what is seen is a Frame. The work is
 * done by an OcrClient in a worker, which elements with the same settings share.
 */

import { EngineSlot } from "../client/client-pool.js";
import type { OcrImage } from "../client/ocr-image.js";
import type { OcrError } from "../shared/errors.js";
import type { LinesRead, OcrPage } from "../shared/types.js";
import { DraftLines } from "./draft-lines.js";
import type { PyOcrEventMap } from "./events.js";
import { Frame } from "./frame.js";
import { chooseFiles, receiveFiles } from "./image-input.js";
import { fetchImage, fileName } from "./image-source.js";
import { Reading, type ReadingState } from "./reading.js";
import { SettingsElement } from "./settings-element.js";
import { sheets } from "./sheets.js";
import { summarize } from "./wording.js";

export type { PyOcrEventMap } from "./events.js";
export type { ReadingState } from "./reading.js";

export class PyOcrElement extends SettingsElement {
  static readonly observedAttributes = ["src"];

  readonly #internals = this.attachInternals();
  readonly #frame = new Frame({
    onChoose: () => void this.#choose(),
    onCancel: () => this.cancel(),
    onRetry: () => this.#retry(),
  });
  readonly #reading = new Reading({
    onStart: () => {
      this.#drafts = new DraftLines();
      this.#frame.progress.start("Waiting for its turn");
      this.#show(`Reading ${this.name}`);
    },
    onProgress: (progress) => {
      this.#frame.progress.update(progress);
      this.#emit("py-ocr-progress", progress);
    },
    onLines: (read) => {
      this.#showLines(read);
      this.#emit("py-ocr-lines", read);
    },
    onResult: (page) => {
      this.#frame.view.showPage(page);
      this.#frame.result.show({ name: this.name, page });
      this.#show(`${this.name}: ${summarize(page)}`);
      this.#emit("py-ocr-result", page);
    },
    onError: (error) => {
      this.#frame.failure.showError(error);
      this.#show(`${this.name} could not be read. ${error.message}`);
      this.#emit("py-ocr-error", error);
    },
    onCancelled: () => {
      const isKept = this.result !== null;
      if (!isKept) this.#frame.failure.showCancelled();
      this.#show(
        isKept ? `Cancelled; the earlier result of ${this.name} is kept` : `Cancelled reading ${this.name}`,
      );
    },
  });
  readonly #engine = new EngineSlot();
  #drafts = new DraftLines();
  #shown: ReadingState = "empty";
  #connection: AbortController | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets;
    root.append(this.#frame.element);
    this.#internals.states.add(this.#shown);
  }

  get state(): ReadingState {
    return this.#reading.state;
  }

  get image(): OcrImage | null {
    return this.#reading.image;
  }

  /** The last result, also while the image is read again. */
  get result(): OcrPage | null {
    return this.#reading.page;
  }

  get error(): OcrError | null {
    return this.#reading.error;
  }

  /** Read an image. Rejects with an OcrError, or with an AbortError when it was cancelled or replaced. */
  async read(image: OcrImage): Promise<OcrPage> {
    const isNew = image !== this.image;
    this.#reading.replace(image);
    if (image instanceof File) this.name = image.name;
    if (isNew) void this.#frame.view.showImage(image);
    return this.#read(() => Promise.resolve(image));
  }

  /** End the reading that is going on. The element can be used again. */
  cancel(): void {
    this.#reading.cancel();
  }

  connectedCallback(): void {
    if (this.#connection) return;
    this.#connection = new AbortController();
    this.#frame.view.connect();
    receiveFiles(
      this,
      { onFiles: ([file]) => file && this.#accept(file), onHover: (on) => this.#hover(on) },
      this.#connection,
    );
    if (this.src && this.state === "empty") this.#readSource();
  }

  disconnectedCallback(): void {
    // An element that is only moved is connected again before the microtask runs.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.cancel();
      this.#connection?.abort();
      this.#connection = null;
      this.#frame.view.disconnect();
      this.#engine.release();
    });
  }

  attributeChangedCallback(_name: string, previous: string | null, value: string | null): void {
    if (this.isConnected && value && value !== previous) this.#readSource();
  }

  #readSource(): void {
    const src = this.src;
    this.#reading.replace(null);
    this.name = fileName(src);
    void this.#frame.view.showImage(null);
    const load = async (signal: AbortSignal): Promise<Blob> => {
      const blob = await fetchImage(src, signal);
      void this.#frame.view.showImage(blob);
      return blob;
    };
    this.#settle(this.#read(load));
  }

  async #read(load: (signal: AbortSignal) => Promise<OcrImage>): Promise<OcrPage> {
    try {
      return await this.#reading.run({
        load,
        recognize: (image, options) =>
          this.#engine.use(this.engineChoice).recognize(image, { ...options, languages: this.languages }),
      });
    } finally {
      if (!this.isConnected) this.#engine.release();
    }
  }

  /** Show lines of a page that is being read, unless an earlier result of it is shown. */
  #showLines(read: LinesRead): void {
    const hadSome = this.#drafts.size > 0;
    this.#drafts.apply(read);
    if (this.result) return;
    this.#frame.showDraft(this.#drafts);
    // Once: a screen reader is not to be flooded, and the end is announced.
    if (!hadSome && this.#drafts.size > 0)
      this.#frame.announce(`The first lines of ${this.name} can be read`);
  }

  /** Show the state that the reading has come to. */
  #show(announcement: string): void {
    const { state } = this;
    this.#frame.keepFocus(() => {
      if (state !== "reading") this.#frame.progress.stop();
      if (state === "reading" || state === "done") this.#frame.failure.hide();
      if (!this.result) this.#frame.hideText();
    });
    this.#internals.states.delete(this.#shown);
    this.#internals.states.add(state);
    this.#shown = state;
    this.#frame.announce(announcement);
    this.#emit("py-ocr-state", state);
  }

  #retry(): void {
    if (this.image) this.#settle(this.read(this.image));
    else if (this.src) this.#readSource();
  }

  #accept(file: File): void {
    this.#settle(this.read(file));
  }

  async #choose(): Promise<void> {
    const [file] = await chooseFiles({ multiple: false });
    if (file) this.#accept(file);
  }

  /** Nobody waits for this promise, and how a reading ends is already shown and told by events. */
  #settle(reading: Promise<OcrPage>): void {
    reading.catch(() => undefined);
  }

  #hover(hovering: boolean): void {
    if (hovering) this.#internals.states.add("hovered");
    else this.#internals.states.delete("hovered");
  }

  #emit<Name extends keyof PyOcrEventMap>(type: Name, detail: PyOcrEventMap[Name]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "py-ocr": PyOcrElement;
  }
}

if (!customElements.get("py-ocr")) customElements.define("py-ocr", PyOcrElement);
