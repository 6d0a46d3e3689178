/**
 * `<py-ocr>`: an element that reads the text of one image and shows it in its place, or lays it over a picture of the page.
 *
 * It wires its parts together: the settings are attributes, the state is a Reading, what is seen is a View, whose code
 * comes when it is needed. The work is done by an OcrClient in a worker, which elements with the same settings share.
 */

import { EngineSlot } from "../client/client-pool.js";
import { refuseEarly } from "../client/early-refusal.js";
import { fetchImage, fileName } from "../client/fetch-image.js";
import { type HeldImage, type OcrImage, holdImage } from "../client/ocr-image.js";
import type { OcrError } from "../shared/errors.js";
import type { EngineInfo, OcrPage } from "../shared/types.js";
import type { PyOcrEventMap } from "./events.js";
import type { ExportChoice } from "./export-menu.js";
import { chooseFiles, receiveFiles } from "./image-input.js";
import { type LoadedView, LazyView } from "./lazy-view.js";
import { whenNear } from "./near.js";
import { type Picture, findPicture, watchPicture } from "./picture.js";
import { Reading, type ReadingState } from "./reading.js";
import { SettingsElement } from "./settings-element.js";
import type { WordPlace } from "./word-corrector.js";

export { setBaseUrl } from "../client/base-url.js";
export { OcrError } from "../shared/errors.js";
export type { OcrImage } from "../client/ocr-image.js";
export type * from "../shared/types.js";
export type { PyOcrEventMap } from "./events.js";
export type { ReadingState } from "./reading.js";

export class PyOcrElement extends SettingsElement {
  static readonly observedAttributes = ["src", "for"];
  static readonly formAssociated = true;

  #exporter: ((choice: ExportChoice) => Promise<void>) | null = null;
  #chooser: (() => void) | null = null;
  readonly #internals = this.attachInternals();
  readonly #root = this.attachShadow({ mode: "open" });
  readonly #reading = new Reading({
    onStart: () => {
      this.#view.do((view) => view.start());
      this.#show();
    },
    onProgress: (progress) => {
      this.#view.do((view) => view.update(progress));
      this.#emit("py-ocr-progress", progress);
    },
    onLines: (read) => {
      const { fileName: name, result } = this;
      // An earlier result of the image stays until there is another.
      if (!result) this.#view.do((view) => view.showLines(read, name));
      this.#emit("py-ocr-lines", read);
    },
    onResult: (page) => {
      const { fileName: name } = this;
      this.#view.do((view) => view.showPage(page, name));
      this.#show();
      this.#emit("py-ocr-result", page);
    },
    onError: (error) => {
      this.#view.do((view) => view.showError(error));
      this.#show();
      this.#emit("py-ocr-error", error);
    },
    onCancelled: () => {
      if (!this.result) this.#view.do((view) => view.showCancelled());
      this.#show({ isCancelled: true });
    },
  });
  readonly #engine = new EngineSlot();
  #view = this.#viewOf(null);
  #picture: Picture | null = null;
  #shown: ReadingState = "empty";
  #connection: AbortController | null = null;
  /** Ends what belongs to the picture that is watched now. */
  #attachment = new AbortController();

  constructor() {
    super();
    const slot = document.createElement("slot");
    // A parser adds what the element wraps after it has connected the element.
    slot.addEventListener("slotchange", () => this.#connection && this.#attach());
    this.#root.append(slot);
    this.#internals.states.add(this.#shown);
  }

  get state(): ReadingState {
    return this.#reading.state;
  }

  get image(): HeldImage | null {
    return this.#reading.image;
  }

  /** The last result, also while the image is read again. */
  get result(): OcrPage | null {
    return this.#reading.page;
  }

  /** The text of the last result. */
  get text(): string {
    return this.result?.text ?? "";
  }

  /** What a form sends under the element's name: the text. */
  get value(): string {
    return this.text;
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  get error(): OcrError | null {
    return this.#reading.error;
  }

  /** Load the engine, which the first reading does otherwise. */
  async start(): Promise<EngineInfo> {
    return this.#engine.use(this.engineChoice).client.start();
  }

  /**
   * Read an image, by default the picture that the element lies over, as it is now. Rejects with an OcrError, or with an
   * AbortError when it was cancelled or replaced.
   */
  async read(
    image: OcrImage | null = this.#picture,
    options: { signal?: AbortSignal } = {},
  ): Promise<OcrPage> {
    options.signal?.throwIfAborted();
    if (image instanceof File) this.fileName = image.name;
    const isKept = image !== null && image === this.image && image !== this.#picture;
    this.#reading.replace(isKept ? this.image : null);
    if (!isKept) this.#view.do((view) => view.showImage(null));
    const load = async (signal: AbortSignal): Promise<HeldImage> => {
      const held = await holdImage(image as OcrImage, signal);
      if (held instanceof Blob) await refuseEarly(held);
      if (!isKept) this.#view.do((view) => view.showImage(held));
      return held;
    };
    return this.#read(load, options.signal);
  }

  /** Show an image with a result that is there already, such as one that was kept. */
  show(image: HeldImage, page: OcrPage): void {
    if (image instanceof File) this.fileName = image.name;
    this.#reading.restore(image, page);
    const { fileName: name } = this;
    this.#view.do((view) => {
      view.showImage(image);
      view.showPage(page, name);
    });
    this.#show();
  }

  /** End the reading that is going on. The element can be used again. */
  cancel(): void {
    this.#reading.cancel();
  }

  connectedCallback(): void {
    if (this.#connection) return;
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.#view.do((view) => view.connect());
    // Whom `for` names may stand further down.
    if (this.for && document.readyState === "loading")
      addEventListener("DOMContentLoaded", () => this.#attach(), { signal });
    else this.#attach();
    if (this.preload === "auto") this.start().catch(() => undefined); // whoever reads hears of it
    if (this.src && this.state === "empty") this.#readSource();
  }

  disconnectedCallback(): void {
    // An element that is only moved is connected again before the microtask runs.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.cancel();
      this.#connection?.abort();
      this.#connection = null;
      this.#attachment.abort();
      this.#view.do((view) => view.disconnect());
      this.#engine.release();
    });
  }

  attributeChangedCallback(name: string, previous: string | null, value: string | null): void {
    if (!this.#connection || value === previous) return;
    if (name === "for") this.#attach();
    else if (value) this.#readSource();
  }

  /** Find out whether there is a picture of the page to lie over, and read it; else show an image of one's own. */
  #attach(): void {
    let picture: Picture | null;
    try {
      picture = findPicture(this, this.for);
    } catch (error) {
      this.#settle(this.#read(() => Promise.reject(error)));
      return;
    }
    const isOther = picture !== this.#picture;
    if (
      !isOther &&
      !this.#attachment.signal.aborted &&
      this.#internals.states.has(picture ? "over" : "framed")
    )
      return;
    this.#attachment.abort();
    this.#attachment = new AbortController();
    const { signal } = this.#attachment;
    this.#internals.states.delete(picture ? "framed" : "over");
    this.#internals.states.add(picture ? "over" : "framed");
    if (isOther) {
      this.#view.do((view) => view.disconnect());
      this.#picture = picture;
      this.#view = this.#viewOf(picture);
    }
    this.#view.do((view) => view.connect());
    if (!picture) {
      const onHover = (on: boolean): void => this.#hover(on);
      receiveFiles(this, { onFiles: ([file]) => file && this.#settle(this.read(file)), onHover }, { signal });
      return;
    }
    if (picture instanceof HTMLImageElement) this.fileName = fileName(picture.currentSrc || picture.src);
    const onGone = (): void => {
      this.#reading.replace(null);
      this.#view.do((view) => view.showImage(null));
    };
    const onPicture = (): void => {
      onGone();
      whenNear(picture, this.loading, () => this.#settle(this.read(picture)), signal);
    };
    watchPicture(picture, { onPicture, onGone }, signal);
  }

  /** Return what shows the text over `picture`, or an image with its text. It is fetched when it is first needed. */
  #viewOf(picture: Picture | null): LazyView {
    const load = async (): Promise<LoadedView> => {
      const { bestLanguage, speak } = await import("../words/words.js");
      await speak(bestLanguage([this.closest<HTMLElement>("[lang]")?.lang || navigator.language]));
      if (picture) {
        const { Layer, sheets } = await import("./layer.js");
        return { view: new Layer(picture), sheets };
      }
      const { Frame, sheets } = await import("./frame.js");
      const view = new Frame({
        onChoose: () => void this.#choose(),
        onCancel: () => this.cancel(),
        onRetry: () => this.#retry(),
        onCorrected: (page) => this.#correct(page),
        exportAs: (choice, page) => this.#exportAs(choice, page),
        picture: (file) => this.#engine.use(this.engineChoice).client.picture(file),
        alternatives: (page, place) => this.#alternatives(page, place),
      });
      return { view, sheets };
    };
    const mine: LazyView = new LazyView(load, ({ view, sheets }) => {
      if (mine !== this.#view) return;
      this.#root.adoptedStyleSheets = sheets;
      const [slot] = this.#root.children;
      if (slot instanceof HTMLElement) slot.hidden = !picture;
      this.#root.replaceChildren(...(slot ? [slot] : []), view.element);
    });
    return mine;
  }

  #readSource(): void {
    const { src } = this;
    this.#reading.replace(null);
    this.fileName = fileName(src);
    this.#view.do((view) => view.showImage(null));
    const load = async (signal: AbortSignal): Promise<Blob> => {
      const blob = await fetchImage(src, signal);
      this.#view.do((view) => view.showImage(blob));
      return blob;
    };
    const { signal } = this.#connection ?? this.#attachment;
    whenNear(this, this.loading, () => this.src === src && this.#settle(this.#read(load)), signal);
  }

  async #read(load: (signal: AbortSignal) => Promise<HeldImage>, signal?: AbortSignal): Promise<OcrPage> {
    try {
      return await this.#reading.run({
        load,
        signal,
        recognize: async (image, options) =>
          this.#engine.use(this.engineChoice).recognize(image, { ...options, languages: this.languages }),
      });
    } finally {
      if (!this.isConnected) this.#engine.release();
    }
  }

  /** Show the state that the reading has come to. */
  #show({ isCancelled = false } = {}): void {
    const { state, fileName: name, result, error } = this;
    this.#view.do((view) => view.settle({ state, name, page: result, error, isCancelled }));
    this.#internals.setFormValue(this.text);
    this.#internals.states.delete(this.#shown);
    this.#internals.states.add(state);
    this.#shown = state;
    this.#emit("py-ocr-state", state);
  }

  #correct(page: OcrPage): void {
    this.#reading.correct(page);
    this.#internals.setFormValue(this.text);
    this.#emit("py-ocr-corrected", page);
  }

  /** Let this write files in place of the element, where more than its own page is to be written. */
  set exporter(exporter: ((choice: ExportChoice) => Promise<void>) | null) {
    this.#exporter = exporter;
  }

  /** Let this choose another image in place of the element, which would read it itself. */
  set chooser(chooser: (() => void) | null) {
    this.#chooser = chooser;
  }

  async #exportAs(choice: ExportChoice, page: OcrPage): Promise<void> {
    if (this.#exporter) return this.#exporter(choice);
    const { exportFile, exportablePage, saveFile } = await import("./exporting.js");
    const { client } = this.#engine.use(this.engineChoice);
    saveFile(await exportFile(client, exportablePage(this.fileName, page, this.image), choice));
  }

  async #alternatives(page: OcrPage, place: WordPlace): Promise<readonly string[]> {
    const { image } = this;
    if (!image) return [];
    const { alternativesOf } = await import("./alternatives.js");
    const { languages } = this;
    const engine = this.#engine.use(this.engineChoice);
    return alternativesOf(image, page, place, (piece) =>
      engine.recognize(piece, { languages, alternatives: true }),
    );
  }

  #retry(): void {
    if (this.image) this.#settle(this.read(this.image));
    else if (this.src) this.#readSource();
  }

  async #choose(): Promise<void> {
    if (this.#chooser) return this.#chooser();
    const [file] = await chooseFiles({ multiple: false });
    if (file) this.#settle(this.read(file));
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

const registry = globalThis.customElements as CustomElementRegistry | undefined;
if (registry && !registry.get("py-ocr")) registry.define("py-ocr", PyOcrElement);
