/**
 * The text in reading order, one line of the image per line, grouped by block.
 *
 * One line at a time is in the tab order; the arrow keys move between lines. The text stays selectable.
 */

import { create } from "./dom.js";
import { UNCERTAIN_BELOW } from "./overlay.js";
import type { OcrLine, OcrPage } from "./types.js";
import { formatConfidence } from "./wording.js";

/** The list of a page's lines. `onPoint` is told which line the pointer or the focus is on, or -1. */
export class LineList {
  readonly element = create("div", { class: "lines", part: "text", role: "group" });
  #items: HTMLElement[] = [];
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

  /** List the lines of a page, or nothing. */
  show(page: OcrPage | null): void {
    this.#active = -1;
    this.#items = page ? page.lines.map(createLine) : [];
    const grouped = page ? this.#group(page) : [];
    this.element.replaceChildren(...grouped);
    this.#items[0]?.setAttribute("tabindex", "0");
  }

  /** Mark one line as the current one and bring it into view; -1 for none. */
  activate(line: number, { reveal = true } = {}): void {
    this.#items[this.#active]?.classList.remove("active");
    const item = this.#items[line];
    item?.classList.add("active");
    if (reveal) item?.scrollIntoView({ block: "nearest" });
    this.#active = line;
  }

  /** Lines outside every block come last, so that nothing that was read is hidden. */
  #group(page: OcrPage): HTMLElement[] {
    const grouped = new Set(page.blocks.flatMap((block) => block.lines));
    const rest = page.lines.map((_, index) => index).filter((index) => !grouped.has(index));
    return [...page.blocks.map((block) => block.lines), rest]
      .map((indices) => indices.flatMap((index) => this.#items[index] ?? []))
      .filter((items) => items.length > 0)
      .map((items) => create("ol", { class: "block" }, ...items));
  }

  #onFocus(line: number): void {
    for (const item of this.#items) item.tabIndex = -1;
    const item = this.#items[line];
    if (item) item.tabIndex = 0;
    this.#onPoint(line, true);
  }

  #onKey(event: KeyboardEvent): void {
    const order = [...this.element.querySelectorAll<HTMLElement>("li")];
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

  #indexOf(target: EventTarget | null): number {
    const item = target instanceof Element ? target.closest("li") : null;
    return item ? this.#items.indexOf(item) : -1;
  }
}

function createLine(line: OcrLine): HTMLElement {
  const text = create("span", { class: "line-text", dir: "auto" }, line.text);
  const sure = create("span", { class: "confidence", title: "How sure the model is of this line" });
  sure.textContent = formatConfidence(line.confidence);
  const uncertain = line.confidence < UNCERTAIN_BELOW;
  return create("li", { class: uncertain ? "line uncertain" : "line", part: "line", tabindex: "-1" }, text, sure);
}
