/** What `<py-ocr>` shows: the image beside a panel with progress, error or text; before there is one, the chooser. */

import type { HeldImage } from "../client/ocr-image.js";
import type { OcrError } from "../shared/errors.js";
import type { LinesRead, OcrPage, Progress } from "../shared/types.js";
import { say } from "../words/words.js";
import { announcementOf } from "./announcement.js";
import { createChooser } from "./chooser-view.js";
import { create } from "./dom.js";
import { DraftLines } from "./draft-lines.js";
import { ErrorView } from "./error-view.js";
import { ImageView } from "./image-view.js";
import { ProgressView } from "./progress-view.js";
import { type ResultActions, ResultView } from "./result-view.js";
import type { Settled, View, ViewActions } from "./view.js";

export { sheets } from "./sheets.js";

export class Frame implements View {
  readonly element: HTMLElement;
  readonly view: ImageView;
  readonly progress: ProgressView;
  readonly failure: ErrorView;
  readonly result: ResultView;
  readonly #panel: HTMLElement;
  readonly #announcer = create("p", { class: "visually-hidden", role: "status" });
  #drafts = new DraftLines();
  #hadLines = false;

  constructor(actions: ViewActions) {
    const { onChoose, onCancel, onRetry } = actions;
    this.view = new ImageView({
      onPoint: (line) => this.#point(line, "image"),
      decode: (file) => actions.picture(file),
    });
    this.progress = new ProgressView(onCancel);
    this.failure = new ErrorView({ onRetry, onChoose });
    const shown: ResultActions = {
      onPoint: (line, byKeyboard) => this.#point(line, byKeyboard ? "keyboard" : "list"),
      onAgain: onRetry,
      onCorrected: (page) => {
        this.view.showPage(page);
        actions.onCorrected(page);
      },
      onFound: (lines) => this.view.showHits(lines),
      exportAs: (choice, page) => actions.exportAs(choice, page),
      alternatives: (page, place) => actions.alternatives(page, place),
      onSay: (text) => this.#announce(text),
    };
    this.result = new ResultView(shown, this.progress.element);
    this.#panel = create("div", { class: "panel" }, this.failure.element, this.result.element);
    this.element = create(
      "div",
      { class: "frame", part: "frame" },
      create("slot", { name: "empty" }, createChooser(onChoose)),
      create("div", { class: "body" }, this.view.element, this.#panel),
      this.#announcer,
    );
  }

  connect(): void {
    this.view.connect();
  }

  disconnect(): void {
    this.view.disconnect();
  }

  showImage(image: HeldImage | null): void {
    void this.view.showImage(image);
  }

  start(): void {
    this.#drafts = new DraftLines();
    this.#hadLines = false;
    this.progress.start(say("waiting"));
  }

  update(progress: Progress): void {
    this.progress.update(progress);
    // The engine runs and takes the file for an image: then it can show what the browser cannot.
    if (progress.stage === "detect") void this.view.drawDecoded();
  }

  /** Show the lines that were read so far, over the image and beside it. */
  showLines(read: LinesRead, name: string): void {
    const drafts = this.#drafts;
    drafts.apply(read);
    this.view.showDraft(drafts.page);
    this.result.showDraft(drafts);
    // Once: a screen reader is not to be flooded, and the end is announced.
    if (!this.#hadLines && drafts.size > 0) this.#announce(say("said.first", { name }));
    this.#hadLines = drafts.size > 0;
  }

  showPage(page: OcrPage, name: string): void {
    this.view.showPage(page);
    void this.view.drawDecoded();
    this.result.show({ name, page });
  }

  showError(error: OcrError): void {
    this.failure.showError(error);
  }

  showCancelled(): void {
    this.failure.showCancelled();
  }

  settle(settled: Settled): void {
    const { state, page } = settled;
    this.#keepFocus(() => {
      if (state !== "reading") this.progress.stop();
      if (state === "reading" || state === "done") this.failure.hide();
      if (!page) this.view.clearText();
      if (!page && state === "reading") this.result.wait();
      else if (!page) this.result.hide();
    });
    this.#announce(announcementOf(settled));
  }

  #announce(text: string): void {
    this.#announcer.textContent = text;
  }

  /** Make a change of the panel; when what had the focus is gone with it, stay in the panel. */
  #keepFocus(change: () => void): void {
    const root = this.element.getRootNode();
    const hadFocus = root instanceof ShadowRoot && this.#panel.contains(root.activeElement);
    change();
    if (hadFocus) this.#focusPanel();
  }

  #focusPanel(): void {
    const [way] = [this.progress, this.failure]
      .filter(({ element }) => !element.hidden)
      .flatMap(({ element }) => element.querySelector("button") ?? []);
    if (way) way.focus();
    else this.result.focus();
  }

  #point(line: number, from: "image" | "list" | "keyboard"): void {
    this.view.activate(line, { reveal: from === "keyboard" });
    this.result.lines.activate(line, { reveal: from === "image" });
  }
}
