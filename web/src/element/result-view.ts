/** The text of an image with what can be done with it: copy, download, read again; and how it came about. */

import type { OcrPage } from "../shared/types.js";
import { createCopyButton } from "./copy-button.js";
import { create, createButton } from "./dom.js";
import type { DraftLines } from "./draft-lines.js";
import { downloadJson, downloadText, type NamedPage } from "./export-files.js";
import { LineList } from "./line-list.js";
import { describeBackend, formatDuration, plural, summarize } from "./wording.js";

/** What the panel reports to its owner. */
export interface ResultActions {
  onPoint(line: number, byKeyboard: boolean): void;
  onAgain(): void;
}

/** The panel beside the image. Hidden until a result is shown. */
export class ResultView {
  readonly element: HTMLElement;
  readonly lines: LineList;
  readonly #summary = create("h2", { class: "summary", part: "summary", tabindex: "-1" });
  readonly #copy: HTMLButtonElement;
  readonly #about = create("details", { class: "about" });
  readonly #calm = create("p", { class: "calm" });
  readonly #notices = create("div", { class: "page-notices" });
  readonly #ofWhole: readonly HTMLElement[];
  #result: NamedPage | null = null;
  #drafts: DraftLines | null = null;

  constructor({ onPoint, onAgain }: ResultActions) {
    this.lines = new LineList(onPoint);
    const button = { class: "tool", part: "button" } as const;
    this.#copy = createCopyButton(
      "Copy",
      () => this.#result?.page.text ?? this.#drafts?.text ?? null,
      button,
    );
    const ofWhole = [
      createButton(".txt", () => this.#result && downloadText(this.#result), {
        ...button,
        icon: "download",
        "aria-label": "Download as text",
      }),
      createButton(".json", () => this.#result && downloadJson(this.#result), {
        ...button,
        icon: "download",
        "aria-label": "Download as JSON",
      }),
    ];
    const again = createButton("Read again", onAgain, { ...button, icon: "again", iconOnly: true });
    this.#ofWhole = [...ofWhole, again, this.#about];
    const toolbar = create(
      "div",
      { class: "toolbar", part: "toolbar", role: "group", "aria-label": "Result" },
      this.#copy,
      ...ofWhole,
      create("span", { class: "spring" }),
      again,
    );
    this.element = create(
      "section",
      { class: "result", "aria-label": "Result", hidden: true },
      create("header", {}, this.#summary, toolbar),
      this.#calm,
      this.#notices,
      this.lines.element,
      this.#about,
    );
  }

  /** Show the lines that were read so far. They can be copied, and the whole takes their place. */
  showDraft(drafts: DraftLines): void {
    this.#result = null;
    this.#drafts = drafts;
    this.#summary.textContent = `${plural(drafts.size, "line")} so far`;
    this.#calm.hidden = true;
    this.#notices.replaceChildren();
    this.#copy.disabled = false;
    this.#setWhole(false);
    this.lines.show(drafts.page);
    this.element.hidden = false;
  }

  /** Show what only a whole page can have done with it. */
  #setWhole(whole: boolean): void {
    for (const each of this.#ofWhole) each.hidden = !whole;
  }

  show(result: NamedPage): void {
    this.#result = result;
    this.#drafts = null;
    this.#setWhole(true);
    const { page } = result;
    this.#notices.replaceChildren(
      ...page.notices.map(({ message }) => create("p", { class: "page-notice" }, message)),
    );
    const empty = page.lines.length === 0;
    this.#summary.textContent = summarize(page);
    this.#calm.textContent = empty
      ? "The whole image was searched. If it does hold text, a sharper or larger picture may help."
      : "";
    this.#calm.hidden = !empty;
    this.#copy.disabled = empty;
    this.lines.show(page);
    const backend = describeBackend(page.backend);
    this.#about.replaceChildren(
      create("summary", {}, backend.name),
      create("p", {}, backend.reasons),
      createFacts(page),
    );
    this.element.hidden = false;
  }

  hide(): void {
    this.#result = null;
    this.#drafts = null;
    this.element.hidden = true;
    this.lines.show(null);
  }

  /** Move the focus here, when what had it is gone. */
  focus(): void {
    this.#summary.focus();
  }
}

function createFacts(page: OcrPage): HTMLElement {
  const facts: [string, string][] = [["Image", `${page.width} × ${page.height} px`]];
  facts.push(["Model", page.models["profile"] ?? ""]);
  for (const [stage, ms] of Object.entries(page.timings_ms)) facts.push([stage, formatDuration(ms)]);
  const rows = facts.map(([name, value]) =>
    create("div", {}, create("dt", {}, name), create("dd", {}, value)),
  );
  return create("dl", { class: "facts" }, ...rows);
}
