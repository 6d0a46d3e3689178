/**
 * The text in reading order: a printed row per row, grouped by block, every line of the image its own piece.
 *
 * One line at a time is in the tab order; the arrow keys move between lines. The text stays selectable, and its words can be
 * corrected where they stand.
 */

import type { LineDraft, OcrLine } from "../shared/types.js";
import { say } from "../words/words.js";
import { create } from "./dom.js";
import type { PageText } from "./draft-lines.js";
import { type Keyed, keepSelection } from "./kept-selection.js";
import { Marks, rangeIn } from "./marks.js";
import { UNCERTAIN_BELOW } from "./overlay.js";
import type { Hit } from "./text-search.js";
import { WordCorrector, type WordPlace } from "./word-corrector.js";
import { formatConfidence } from "./wording.js";

export interface LineListActions {
  /** The pointer or the focus is on a line, or on none (-1). */
  onPoint(line: number, byKeyboard: boolean): void;
  /** A word was corrected. */
  onCorrect(place: WordPlace, text: string): void;
  /** A line was copied. */
  onCopy(text: string): void;
  alternatives(place: WordPlace): Promise<readonly string[]>;
}

/** The list of a page's lines. */
export class LineList {
  readonly element = create("div", { class: "lines", part: "text", role: "group" });
  readonly #actions: LineListActions;
  readonly #corrector: WordCorrector;
  readonly #found = new Marks("py-ocr-found");
  readonly #current = new Marks("py-ocr-current");
  #page: PageText | null = null;
  #pieces: HTMLElement[] = [];
  /** What tells each line from the others, however it is read. */
  #keys: string[] = [];
  #active = -1;

  constructor(actions: LineListActions) {
    this.#actions = actions;
    this.#corrector = new WordCorrector(actions);
    const { onPoint } = actions;
    this.element.ariaLabel = say("text.order");
    this.element.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "touch") onPoint(this.#indexOf(event.target), false);
    });
    this.element.addEventListener("pointerleave", () => onPoint(-1, false));
    this.element.addEventListener("click", (event) => onPoint(this.#indexOf(event.target), false));
    this.element.addEventListener("dblclick", (event) => this.#onDoubleClick(event));
    this.element.addEventListener("focusin", (event) => this.#onFocus(this.#indexOf(event.target)));
    this.element.addEventListener("focusout", () => onPoint(-1, true));
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** List the lines of a page, or nothing. What is selected, focused or scrolled to stays so where it is still there. */
  show(page: PageText | null, { editable = false } = {}): void {
    const before = this.#keyed();
    const places = new Map(this.#page?.lines.map(({ quad }, index) => [String(quad), this.#keys[index]]));
    const select = keepSelection(this.element, before);
    const focused = [...before].find(([, piece]) => piece.matches(":focus"))?.[0];
    const { scrollTop } = this.element;
    this.#page = page;
    this.#keys = page?.lines.map((line) => keyOf(line, places)) ?? [];
    this.#active = -1;
    this.#pieces = page?.lines.map(createPiece) ?? [];
    const blocks = page?.blocks.map(({ rows }) =>
      create("ol", { class: "block" }, ...rows.map((row) => this.#row(row))),
    );
    this.element.replaceChildren(...(blocks ?? []));
    this.element.scrollTop = scrollTop;
    this.#order()[0]?.setAttribute("tabindex", "0");
    this.#corrector.show(editable && page ? page.lines : [], this.#pieces);
    const after = this.#keyed();
    select(after);
    after.get(focused ?? "")?.focus({ preventScroll: true });
  }

  /** Mark what was found, and among it the hit of that index. */
  showHits(hits: readonly Hit[], current: number): void {
    const ranges = hits.map(({ line, start, end }) => rangeIn(this.#pieces[line], start, end));
    this.#found.mark(ranges);
    this.#current.mark(ranges.slice(Math.max(0, current), current + 1));
  }

  /** How many words may be wrong. */
  get doubtful(): number {
    return this.#corrector.doubtful.length;
  }

  /** Edit the next doubtful word after the line that has the focus. */
  editNextDoubtful(): void {
    this.#corrector.editDoubtful(this.#active, 1);
  }

  #keyed(): Keyed {
    return new Map(this.#pieces.map((piece, index) => [this.#keys[index] ?? "", piece]));
  }

  /** Mark one line as the current one; -1 for none. `reveal` scrolls the list to it, and nothing around the list. */
  activate(line: number, { reveal = true } = {}): void {
    this.#pieces[this.#active]?.classList.remove("active");
    this.#rate(this.#pieces[this.#active]);
    const piece = this.#pieces[line];
    piece?.classList.add("active");
    this.#rate(piece);
    if (reveal && piece) this.#reveal(piece);
    this.#active = line;
  }

  /** `scrollIntoView` would scroll whatever is around as well, away from under the pointer. */
  #reveal(piece: HTMLElement): void {
    const list = this.element.getBoundingClientRect();
    const { top, bottom } = piece.getBoundingClientRect();
    if (top < list.top) this.element.scrollTop += top - list.top;
    else if (bottom > list.bottom) this.element.scrollTop += bottom - list.bottom;
  }

  #row(indices: readonly number[]): HTMLElement {
    const pieces = indices.flatMap((index) => this.#pieces[index] ?? []);
    const text = create("span", { class: "row-text", dir: "auto" });
    // The spaces belong to the text, for whoever selects and copies it.
    pieces.forEach((piece, i) =>
      text.append(...(i > 0 ? [create("span", { class: "gap" }, " "), piece] : [piece])),
    );
    const rating = create("span", { class: "confidence", title: say("sure") });
    const row = create("li", { class: "row" }, text, rating);
    this.#rate(pieces[0]);
    return row;
  }

  /** Show at the end of a piece's row how sure the model is of the current line there, or of the least sure one. */
  #rate(piece: HTMLElement | undefined): void {
    const row = piece?.closest("li");
    const rating = row?.querySelector(".confidence");
    if (!row || !rating) return;
    const current = row.querySelector<HTMLElement>(".active");
    const shown = current ? [current] : [...row.querySelectorAll<HTMLElement>(".line")];
    const confidences = shown.map((each) => this.#page?.lines[this.#pieces.indexOf(each)]?.confidence ?? 0);
    rating.textContent = formatConfidence(Math.min(...confidences));
  }

  #onFocus(line: number): void {
    for (const piece of this.#pieces) piece.tabIndex = -1;
    const piece = this.#pieces[line];
    if (piece) piece.tabIndex = 0;
    this.#actions.onPoint(line, true);
  }

  #onDoubleClick(event: MouseEvent): void {
    const line = this.#indexOf(event.target);
    if (line >= 0 && this.#corrector.editAt(line, event.clientX, event.clientY)) event.preventDefault();
  }

  #onKey(event: KeyboardEvent): void {
    const { key, altKey, shiftKey } = event;
    const here = this.#indexOf(event.target);
    const command = (event.ctrlKey || event.metaKey) && !altKey && !shiftKey;
    if (command && key.toLowerCase() === "a") {
      document.getSelection()?.selectAllChildren(this.element);
      event.preventDefault();
    } else if (command && key.toLowerCase() === "c") this.#copyLine(here);
    else if (command || altKey || shiftKey) return;
    else if (key === "Enter" && here >= 0) {
      if (this.#corrector.editLine(here)) event.preventDefault();
    } else this.#move(event);
  }

  /** Copy the line that has the focus, unless something is selected. */
  #copyLine(line: number): void {
    const text = this.#page?.lines[line]?.text;
    if (text === undefined || !document.getSelection()?.isCollapsed) return;
    this.#actions.onCopy(text);
  }

  #move(event: KeyboardEvent): void {
    const order = this.#order();
    const here = order.indexOf(event.target as HTMLElement);
    const targets: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      Home: 0,
      End: order.length - 1,
    };
    const target = order[targets[event.key] ?? -1];
    if (!target) return;
    event.preventDefault();
    target.focus({ preventScroll: true });
    this.#reveal(target);
  }

  #order(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(".line")];
  }

  #indexOf(target: EventTarget | null): number {
    const piece = target instanceof Element ? target.closest<HTMLElement>(".line") : null;
    return piece ? this.#pieces.indexOf(piece) : -1;
  }
}

/** A line on the way is known by its id; one of the finished page is the one that lay where it lies. */
function keyOf(line: OcrLine | LineDraft, places: ReadonlyMap<string, string | undefined>): string {
  return "id" in line ? `id ${line.id}` : (places.get(String(line.quad)) ?? String(line.quad));
}

function createPiece(line: OcrLine): HTMLElement {
  const uncertain = line.confidence < UNCERTAIN_BELOW;
  return create(
    "span",
    { class: uncertain ? "line uncertain" : "line", part: "line", tabindex: "-1" },
    line.text,
  );
}
