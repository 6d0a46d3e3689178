/** The text of an image with what can be done with it: copy, correct, download, read again; and how it came about. */

import type { OcrPage } from "../shared/types.js";
import { say } from "../words/words.js";
import { createCopyButton } from "./copy-button.js";
import { type CorrectedPage, CorrectionHistory, correctWord } from "./corrections.js";
import { create, createButton } from "./dom.js";
import type { DraftLines } from "./draft-lines.js";
import { copyText, type NamedPage } from "./export-files.js";
import { type ExportChoice, createExportMenu, everyForm } from "./export-menu.js";
import { FindBar } from "./find-bar.js";
import { LineList } from "./line-list.js";
import { canShare, shareText } from "./share.js";
import { tablesText } from "./tables-text.js";
import { type Hit, findText } from "./text-search.js";
import type { WordPlace } from "./word-corrector.js";
import { describeBackend, describeNotice, formatDuration, summarize } from "./wording.js";

/** What the panel reports to its owner. */
export interface ResultActions {
  onPoint(line: number, byKeyboard: boolean): void;
  onAgain(): void;
  exportAs(choice: ExportChoice, page: OcrPage): Promise<void>;
  /** The page was corrected, or a correction was taken back. */
  onCorrected(page: OcrPage): void;
  /** What a word of the page may be otherwise. */
  alternatives(page: OcrPage, place: WordPlace): Promise<readonly string[]>;
  /** Something is looked for in the text, and these lines have it. */
  onFound(lines: ReadonlySet<number>): void;
  /** Something happened that a screen reader is to tell. */
  onSay(text: string): void;
}

/** The panel beside the image. Hidden until a result is shown. */
export class ResultView {
  readonly element: HTMLElement;
  readonly lines: LineList;
  readonly #actions: ResultActions;
  readonly #summary = create("h2", { class: "summary", part: "summary", tabindex: "-1" });
  readonly #copy: HTMLButtonElement;
  readonly #table: HTMLButtonElement;
  readonly #undo: HTMLButtonElement;
  readonly #redo: HTMLButtonElement;
  readonly #doubt: HTMLButtonElement;
  readonly #find = new FindBar({
    onFind: (wanted) => this.#search(wanted),
    onHit: (index) => this.#goToHit(index),
  });
  #hits: readonly Hit[] = [];
  readonly #hint = create("p", { class: "hint" }, say("doubt.hint"));
  readonly #about = create("details", { class: "about" });
  readonly #calm = create("p", { class: "calm" });
  readonly #notices = create("div", { class: "page-notices" });
  /** What only a whole page can have done with it. */
  readonly #ofWhole: readonly HTMLButtonElement[];
  #name = "";
  #history: CorrectionHistory | null = null;
  #drafts: DraftLines | null = null;

  /** `progress` is shown in the place of the search, so that nothing moves when it goes. */
  constructor(actions: ResultActions, progress: HTMLElement) {
    this.#actions = actions;
    this.lines = new LineList({
      onPoint: (line, byKeyboard) => actions.onPoint(line, byKeyboard),
      onCorrect: (place, text) => this.#correct(place, text),
      onCopy: (text) => void this.#copyLine(text),
      alternatives: async (place) => (this.#history ? actions.alternatives(this.#history.page, place) : []),
    });
    const button = { class: "tool", part: "button" } as const;
    const icon = { ...button, iconOnly: true } as const;
    this.#table = createCopyButton(say("copy.table"), () => tablesText(this.#history?.page), button);
    this.#copy = createCopyButton(say("copy"), () => this.#text, button);
    const exported = createExportMenu(
      say("export"),
      [everyForm("", (choice) => this.#export(choice))],
      button,
    );
    const share = createButton(say("share"), () => void shareText(this.#name, this.#text), {
      ...button,
      icon: "share",
    });
    share.hidden = !canShare();
    const again = createButton(say("read.again"), actions.onAgain, { ...icon, icon: "again" });
    this.#undo = createButton(say("undo"), () => this.#goTo("undo"), { ...icon, icon: "undo" });
    this.#redo = createButton(say("redo"), () => this.#goTo("redo"), { ...icon, icon: "redo" });
    this.#doubt = createButton(say("doubt.next"), () => this.lines.editNextDoubtful(), {
      ...icon,
      icon: "doubt",
    });
    this.#ofWhole = [share, exported.button, again];
    const toolbar = create(
      "div",
      { class: "toolbar", part: "toolbar", role: "group", "aria-label": say("result") },
      this.#copy,
      share,
      exported.element,
      // Where there is no room beside the others, these go to the next line together.
      create("span", { class: "toolbar-end" }, this.#doubt, this.#undo, this.#redo, again),
    );
    this.element = create(
      "section",
      { class: "result", "aria-label": say("result"), hidden: true },
      create("header", {}, this.#summary, toolbar),
      create("div", { class: "zone" }, this.#find.element, progress),
      this.#calm,
      this.lines.element,
      // Below the text, which is there before them.
      this.#table,
      this.#notices,
      this.#hint,
      this.#about,
    );
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get #text(): string | null {
    return this.#history?.page.text ?? this.#drafts?.text ?? null;
  }

  /** Show that a text will come: everything has its place already. */
  wait(): void {
    this.hide();
    this.#summary.textContent = say("result");
    this.#calm.hidden = true;
    this.#notices.replaceChildren();
    this.#copy.disabled = true;
    this.#setWhole(false);
    this.#find.element.hidden = true;
    this.#showTools();
    this.element.hidden = false;
  }

  /** Show the lines that were read so far. They can be copied, and the whole takes their place. */
  showDraft(drafts: DraftLines): void {
    this.#history = null;
    this.#drafts = drafts;
    this.#summary.textContent = say("lines.far", { count: drafts.size });
    this.#calm.hidden = true;
    this.#notices.replaceChildren();
    this.#copy.disabled = false;
    this.#setWhole(false);
    this.lines.show(drafts.page);
    this.#find.element.hidden = true;
    this.#showTools();
    this.element.hidden = false;
  }

  #setWhole(whole: boolean): void {
    for (const each of this.#ofWhole) each.disabled = !whole;
    if (!whole) this.#table.hidden = true;
    this.#about.hidden = !whole;
  }

  show({ name, page }: NamedPage): void {
    this.#name = name;
    this.#drafts = null;
    // Whoever shows our own state again does not begin a new history.
    if (this.#history?.page !== page) this.#history = new CorrectionHistory(page);
    this.#setWhole(true);
    this.#notices.replaceChildren(
      ...page.notices.map((notice) => create("p", { class: "page-notice" }, describeNotice(notice))),
    );
    const empty = page.lines.length === 0;
    this.#calm.textContent = say("none.calm");
    this.#calm.hidden = !empty || page.notices.some(({ quads }) => quads.length > 0);
    this.#copy.disabled = empty;
    this.#showPage(page);
    const backend = describeBackend(page.backend);
    this.#about.replaceChildren(
      create("summary", {}, backend.name),
      create("p", {}, backend.reasons),
      createFacts(page),
    );
    this.element.hidden = false;
  }

  hide(): void {
    this.#history = null;
    this.#drafts = null;
    this.element.hidden = true;
    this.lines.show(null);
  }

  /** Move the focus here, when what had it is gone. */
  focus(): void {
    this.#summary.focus();
  }

  async #export(choice: ExportChoice): Promise<void> {
    if (this.#history) await this.#actions.exportAs(choice, this.#history.page);
  }

  async #copyLine(text: string): Promise<void> {
    await copyText(text).then(
      () => this.#actions.onSay(say("copy.line", { text })),
      () => this.#actions.onSay(say("copy.refused")),
    );
  }

  #correct({ line, word }: WordPlace, text: string): void {
    const history = this.#history;
    if (history?.push(correctWord(history.page, line, word, text))) this.#changed(history.page);
  }

  #goTo(which: "undo" | "redo"): void {
    const history = this.#history;
    if (!history) return;
    const hadFocus = document.activeElement;
    this.#changed(which === "undo" ? history.undo() : history.redo());
    // A button that is spent loses the focus: it stays in the panel.
    if (hadFocus && (this.#undo.disabled || this.#redo.disabled)) this.#keepFocus();
  }

  #keepFocus(): void {
    const root = this.element.getRootNode();
    const focused = root instanceof ShadowRoot ? root.activeElement : null;
    if (focused === this.#undo && this.#undo.disabled) this.#redo.focus();
    else if (focused === this.#redo && this.#redo.disabled) this.#undo.focus();
  }

  #changed(page: CorrectedPage): void {
    this.#showPage(page);
    this.#actions.onCorrected(page);
  }

  #showPage(page: CorrectedPage): void {
    const count = page.corrections?.length ?? 0;
    this.#summary.textContent = summarize(page) + (count > 0 ? ` · ${say("corrected", { count })}` : "");
    this.lines.show(page, { editable: true });
    this.#find.element.hidden = page.lines.length === 0;
    this.#find.search();
    this.#table.hidden = tablesText(page) === null;
    this.#showTools();
  }

  #showTools(): void {
    const history = this.#history;
    this.#undo.disabled = !history?.canUndo;
    this.#redo.disabled = !history?.canRedo;
    // Disabled, not hidden: a tool that appears would push the others about.
    this.#doubt.disabled = this.#hint.hidden = !history || this.lines.doubtful === 0;
  }

  #search(wanted: string): number {
    const lines = this.#history?.page.lines ?? [];
    this.#hits = findText(lines, wanted);
    this.lines.showHits(this.#hits, -1);
    this.#actions.onFound(new Set(this.#hits.map(({ line }) => line)));
    return this.#hits.length;
  }

  #goToHit(index: number): void {
    const line = this.#hits[index]?.line ?? -1;
    this.lines.showHits(this.#hits, index);
    this.lines.activate(line);
    this.#actions.onPoint(line, true);
  }

  #onKey(event: KeyboardEvent): void {
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
    const key = event.key.toLowerCase();
    if (!isCommand || (key !== "z" && key !== "y")) return;
    if (event.target instanceof HTMLInputElement) return; // undoes what is typed
    event.preventDefault();
    this.#goTo(key === "y" || event.shiftKey ? "redo" : "undo");
  }
}

function createFacts(page: OcrPage): HTMLElement {
  const facts: [string, string][] = [[say("fact.image"), `${page.width} × ${page.height} px`]];
  facts.push([say("fact.model"), page.models["profile"] ?? ""]);
  for (const [stage, ms] of Object.entries(page.timings_ms)) facts.push([stage, formatDuration(ms)]);
  const rows = facts.map(([name, value]) =>
    create("div", {}, create("dt", {}, name), create("dd", { dir: "ltr" }, value)),
  );
  return create("dl", { class: "facts" }, ...rows);
}
