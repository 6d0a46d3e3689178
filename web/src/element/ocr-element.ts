/**
 * `<py-ocr>`: an element that reads the text of one image and shows it in its place.
 *
 * It holds the state of one reading and wires the views together. The work is done by an OcrClient in a worker,
 * which elements with the same settings share.
 */

import controlsCss from "../../styles/controls.css" with { type: "text" };
import elementCss from "../../styles/element.css" with { type: "text" };
import imageViewCss from "../../styles/image-view.css" with { type: "text" };
import panelCss from "../../styles/panel.css" with { type: "text" };
import tokensCss from "../../styles/tokens.css" with { type: "text" };
import { type EngineLease, engineKey, leaseEngine } from "../client/client-pool.js";
import { createChooser } from "./chooser-view.js";
import { create } from "./dom.js";
import { ErrorView } from "./error-view.js";
import { abortError, OcrError } from "../shared/errors.js";
import { chooseFiles, receiveFiles } from "./image-input.js";
import { fetchImage, fileName } from "./image-source.js";
import { ImageView } from "./image-view.js";
import { ProgressView } from "./progress-view.js";
import { ResultView } from "./result-view.js";
import type { BackendChoice, OcrImage, OcrPage, Progress } from "../shared/types.js";
import { summarize } from "./wording.js";

/** What the element is doing. Styled from outside as `py-ocr:state(reading)`. */
export type ReadingState = "empty" | "reading" | "done" | "failed" | "cancelled";

export interface PyOcrEventMap {
  "py-ocr-progress": CustomEvent<Progress>;
  "py-ocr-result": CustomEvent<OcrPage>;
  "py-ocr-error": CustomEvent<OcrError>;
  "py-ocr-state": CustomEvent<ReadingState>;
}

const sheets = [tokensCss, controlsCss, imageViewCss, panelCss, elementCss].map((css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
});

export class PyOcrElement extends HTMLElement {
  static readonly observedAttributes = ["src"];

  readonly #internals = this.attachInternals();
  readonly #view: ImageView;
  readonly #result: ResultView;
  readonly #progress = new ProgressView(() => this.cancel());
  readonly #failure = new ErrorView(() => this.#retry());
  readonly #panel: HTMLElement;
  readonly #announcer = create("p", { class: "visually-hidden", role: "status" });

  #image: OcrImage | null = null;
  #page: OcrPage | null = null;
  #error: OcrError | null = null;
  #state: ReadingState = "empty";
  #lease: (EngineLease & { readonly key: string }) | null = null;
  #reading: AbortController | null = null;
  #connection: AbortController | null = null;

  /** What the image is called in downloads and announcements. */
  name = "image";

  constructor() {
    super();
    this.#view = new ImageView((line) => this.#point(line, "image"));
    this.#result = new ResultView({
      onPoint: (line, byKeyboard) => this.#point(line, byKeyboard ? "keyboard" : "list"),
      onAgain: () => this.#retry(),
    });
    this.#panel = create(
      "div",
      { class: "panel" },
      this.#progress.element,
      this.#failure.element,
      this.#result.element,
    );
    const empty = create(
      "slot",
      { name: "empty" },
      createChooser(() => void this.#choose()),
    );
    const body = create("div", { class: "body" }, this.#view.element, this.#panel);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets;
    root.append(create("div", { class: "frame", part: "frame" }, empty, body, this.#announcer));
    this.#internals.states.add(this.#state);
  }

  // Settings: they count from the next reading on.

  get src(): string {
    return this.getAttribute("src") ?? "";
  }
  set src(value: string) {
    this.setAttribute("src", value);
  }

  get backend(): BackendChoice {
    return (this.getAttribute("backend") || "auto") as BackendChoice;
  }
  set backend(value: BackendChoice) {
    this.setAttribute("backend", value);
  }

  /** The model family; "" is the default of the site. */
  get model(): string {
    return this.getAttribute("model") ?? "";
  }
  set model(value: string) {
    this.setAttribute("model", value);
  }

  /** Where the engine's files lie; "" is where this script came from. */
  get baseUrl(): string {
    return this.getAttribute("base-url") ?? "";
  }
  set baseUrl(value: string) {
    this.setAttribute("base-url", value);
  }

  /** Languages to read, as in `languages="en de"`; none means every one that the model knows. */
  get languages(): readonly string[] {
    return (this.getAttribute("languages") ?? "").split(/[\s,]+/u).filter(Boolean);
  }
  set languages(value: readonly string[]) {
    this.setAttribute("languages", value.join(" "));
  }

  // State.

  get state(): ReadingState {
    return this.#state;
  }

  get image(): OcrImage | null {
    return this.#image;
  }

  /** The last result, also while the image is read again. */
  get result(): OcrPage | null {
    return this.#page;
  }

  get error(): OcrError | null {
    return this.#error;
  }

  // Actions.

  /** Read an image. Rejects with an OcrError, or with an AbortError when it was cancelled or replaced. */
  async read(image: OcrImage): Promise<OcrPage> {
    this.#reading?.abort();
    const isNew = image !== this.#image;
    this.#image = image;
    if (image instanceof File) this.name = image.name;
    if (isNew) {
      this.#page = null;
      void this.#view.showImage(image);
    }
    return this.#read(() => Promise.resolve(image));
  }

  /** End the reading that is going on. The element can be used again. */
  cancel(): void {
    this.#reading?.abort();
  }

  connectedCallback(): void {
    if (this.#connection) return;
    this.#connection = new AbortController();
    this.#view.connect();
    receiveFiles(
      this,
      { onFiles: ([file]) => file && this.#accept(file), onHover: (on) => this.#hover(on) },
      this.#connection,
    );
    if (this.src && this.#state === "empty") this.#readSource();
  }

  disconnectedCallback(): void {
    // An element that is only moved is connected again before the microtask runs.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.cancel();
      this.#connection?.abort();
      this.#connection = null;
      this.#view.disconnect();
      this.#release();
    });
  }

  attributeChangedCallback(_name: string, previous: string | null, value: string | null): void {
    if (this.isConnected && value && value !== previous) this.#readSource();
  }

  #readSource(): void {
    const src = this.src;
    this.#reading?.abort();
    this.#image = null;
    this.#page = null;
    this.name = fileName(src);
    void this.#view.showImage(null);
    const load = async (signal: AbortSignal): Promise<Blob> => {
      const blob = await fetchImage(src, signal);
      this.#image = blob;
      void this.#view.showImage(blob);
      return blob;
    };
    this.#settle(this.#read(load));
  }

  async #read(load: (signal: AbortSignal) => Promise<OcrImage>): Promise<OcrPage> {
    const reading = new AbortController();
    this.#reading = reading;
    const { signal } = reading;
    this.#error = null;
    this.#progress.start("Waiting for its turn");
    this.#enter("reading", `Reading ${this.name}`);
    try {
      const image = await load(signal);
      const onProgress = (progress: Progress): void => this.#onProgress(reading, progress);
      const page = await this.#engine().recognize(image, { signal, onProgress, languages: this.languages });
      if (this.#reading !== reading) throw abortError();
      this.#succeed(page);
      return page;
    } catch (error) {
      // A reading that was replaced says nothing: the element belongs to its successor.
      if (this.#reading === reading) this.#fail(error, signal);
      throw signal.aborted ? abortError() : OcrError.from(error, "recognize");
    } finally {
      if (!this.isConnected) this.#release();
    }
  }

  #engine(): EngineLease {
    const choice = {
      ...(this.baseUrl && { baseUrl: this.baseUrl }),
      ...(this.model && { model: this.model }),
      backend: this.backend,
    };
    const key = engineKey(choice);
    if (this.#lease?.key !== key) {
      const previous = this.#lease;
      this.#lease = { ...leaseEngine(choice), key };
      previous?.release();
    }
    return this.#lease;
  }

  #release(): void {
    this.#lease?.release();
    this.#lease = null;
  }

  #onProgress(reading: AbortController, progress: Progress): void {
    if (this.#reading !== reading || reading.signal.aborted) return;
    this.#progress.update(progress);
    this.#emit("py-ocr-progress", progress);
  }

  #succeed(page: OcrPage): void {
    this.#page = page;
    this.#view.showPage(page);
    this.#result.show({ name: this.name, page });
    this.#enter("done", `${this.name}: ${summarize(page)}`);
    this.#emit("py-ocr-result", page);
  }

  #fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted && this.#page) {
      this.#enter("done", `Cancelled; the earlier result of ${this.name} is kept`);
      return;
    }
    if (signal.aborted) {
      this.#failure.showCancelled();
      this.#enter("cancelled", `Cancelled reading ${this.name}`);
      return;
    }
    this.#error = OcrError.from(error, "recognize");
    this.#failure.showError(this.#error);
    this.#enter("failed", `${this.name} could not be read. ${this.#error.message}`);
    this.#emit("py-ocr-error", this.#error);
  }

  #enter(state: ReadingState, announcement: string): void {
    const hadFocus = this.#panel.contains(this.shadowRoot?.activeElement ?? null);
    if (state !== "reading") {
      this.#reading = null;
      this.#progress.stop();
    }
    if (state === "reading" || state === "done") this.#failure.hide();
    if (!this.#page) this.#result.hide();
    this.#internals.states.delete(this.#state);
    this.#internals.states.add(state);
    this.#state = state;
    this.#announcer.textContent = announcement;
    // The button that had the focus is gone: stay in the panel instead of falling back to the document.
    if (hadFocus) this.#focusPanel();
    this.#emit("py-ocr-state", state);
  }

  #focusPanel(): void {
    if (this.#state === "done") this.#result.focus();
    else this.#panel.querySelector<HTMLElement>(":not([hidden]) > button")?.focus();
  }

  #retry(): void {
    if (this.#image) this.#settle(this.read(this.#image));
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

  #point(line: number, from: "image" | "list" | "keyboard"): void {
    this.#view.activate(line, { reveal: from === "keyboard" });
    this.#result.lines.activate(line, { reveal: from === "image" });
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

  // The events bubble, so they can be heard on any element.
  interface HTMLElementEventMap extends PyOcrEventMap {}
  interface DocumentEventMap extends PyOcrEventMap {}
}

if (!customElements.get("py-ocr")) customElements.define("py-ocr", PyOcrElement);
