/** Marking pieces of text without touching them, where the browser can (the CSS Custom Highlight API). */

/** The pieces of one element under the name that the style sheets know; other elements share the name. */
export class Marks {
  #ranges: readonly Range[] = [];

  constructor(private readonly name: string) {}

  /** Mark these, and no longer those before. */
  mark(ranges: readonly (Range | null)[]): void {
    if (!("highlights" in CSS)) return;
    const all = CSS.highlights.get(this.name) ?? new Highlight();
    for (const range of this.#ranges) all.delete(range);
    this.#ranges = ranges.filter((range) => range !== null);
    for (const range of this.#ranges) all.add(range);
    CSS.highlights.set(this.name, all);
  }
}

/** A piece of the only text node of an element; null where that is shorter, or is being edited. */
export function rangeIn(piece: HTMLElement | undefined, start: number, end: number): Range | null {
  const text = piece?.firstChild;
  if (!(text instanceof Text) || end > text.length) return null;
  const range = document.createRange();
  range.setStart(text, start);
  range.setEnd(text, end);
  return range;
}
