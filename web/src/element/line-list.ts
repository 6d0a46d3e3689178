/**
 * The text in reading order: a printed row per row, grouped by block, every line of the image its own piece.
 *
 * One line at a time is in the tab order; the arrow keys move between lines. The text stays selectable.
 */

import type { OcrLine } from "../shared/types.js";
import { create } from "./dom.js";
import type { PageText } from "./draft-lines.js";
import { type Keyed, keepSelection } from "./kept-selection.js";
import { UNCERTAIN_BELOW } from "./overlay.js";
import { formatConfidence } from "./wording.js";

/** The list of a page's lines. `onPoint` is told which line the pointer or the focus is on, or -1. */
export class LineList {
  readonly element = create("div", { class: "lines", part: "text", role: "group" });
  #page: PageText | null = null;
  #pieces: HTMLElement[] = [];
  #active = -1;
  readonly #onPoint: (line: number, byKeyboard: boolean) => void;

  constructor(onPoint: (line: number, byKeyboard: boolean) => void) {
    this.#onPoint = onPoint;
    this.element.ariaLabel = "Text in reading order";
    this.element.addEventListener("pointerover", (event) => onPoint(this.#indexOf(event.target), false));
    this.element.addEventListener("pointerleave", () => onPoint(-1, false));
    this.element.addEventListener("focusin", (event) => this.#onFocus(this.#indexOf(event.target)));
    this.element.addEventListener("focusout", () => onPoint(-1, true));
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** List the lines of a page, or nothing. What is selected, focused or scrolled to stays so where it is still there. */
  show(page: PageText | null): void {
    const before = this.#keyed();
    const select = keepSelection(this.element, before);
    const focused = [...before].find(([, piece]) => piece.matches(":focus"))?.[0];
    const { scrollTop } = this.element;
    this.#page = page;
    this.#active = -1;
    this.#pieces = page?.lines.map(createPiece) ?? [];
    const blocks = page?.blocks.map(({ rows }) =>
      create("ol", { class: "block" }, ...rows.map((row) => this.#row(row))),
    );
    this.element.replaceChildren(...(blocks ?? []));
    this.element.scrollTop = scrollTop;
    this.#order()[0]?.setAttribute("tabindex", "0");
    const after = this.#keyed();
    select(after);
    after.get(focused ?? "")?.focus({ preventScroll: true });
  }

  /** The pieces by where their lines lie, which stays when a line is read better. */
  #keyed(): Keyed {
    return new Map(this.#pieces.map((piece, index) => [String(this.#page?.lines[index]?.quad), piece]));
  }

  /** Mark one line as the current one and bring it into view; -1 for none. */
  activate(line: number, { reveal = true } = {}): void {
    this.#pieces[this.#active]?.classList.remove("active");
    this.#rate(this.#pieces[this.#active]);
    const piece = this.#pieces[line];
    piece?.classList.add("active");
    this.#rate(piece);
    if (reveal) piece?.scrollIntoView({ block: "nearest" });
    this.#active = line;
  }

  #row(indices: readonly number[]): HTMLElement {
    const pieces = indices.flatMap((index) => this.#pieces[index] ?? []);
    const text = create("span", { class: "row-text", dir: "auto" });
    // The spaces belong to the text, for whoever selects and copies it.
    pieces.forEach((piece, i) =>
      text.append(...(i > 0 ? [create("span", { class: "gap" }, " "), piece] : [piece])),
    );
    const rating = create("span", { class: "confidence", title: "How sure the model is" });
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
    this.#onPoint(line, true);
  }

  #onKey(event: KeyboardEvent): void {
    const order = this.#order();
    const here = order.indexOf(event.target as HTMLElement);
    const targets: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      Home: 0,
      End: order.length - 1,
    };
    const target = order[targets[event.key] ?? -1];
    if (!target || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    target.focus();
  }

  #order(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(".line")];
  }

  #indexOf(target: EventTarget | null): number {
    const piece = target instanceof Element ? target.closest<HTMLElement>(".line") : null;
    return piece ? this.#pieces.indexOf(piece) : -1;
  }
}

function createPiece(line: OcrLine): HTMLElement {
  const uncertain = line.confidence < UNCERTAIN_BELOW;
  return create(
    "span",
    { class: uncertain ? "line uncertain" : "line", part: "line", tabindex: "-1" },
    line.text,
  );
}
