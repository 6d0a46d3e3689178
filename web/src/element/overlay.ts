/**
 * What lies over an image once it is read: a box per line (SVG), and real, selectable text in its place.
 *
 * Both are drawn in source pixels. The boxes scale by their view box, the text by one transform on its layer.
 */

import type { OcrLine, Quad } from "../shared/types.js";
import type { PageText } from "./draft-lines.js";
import { reconcile } from "./reconcile.js";
import { cellsOf, svgPoints } from "./text-geometry.js";

/** Below this a line is shown as uncertain. It only changes how a line looks. */
export const UNCERTAIN_BELOW = 0.8;

const SVG = "http://www.w3.org/2000/svg";
const FONT_FAMILY = "sans-serif";
/** Share of a line's height that its font takes, so that ascenders and descenders stay inside the box. */
const FONT_SHARE = 0.8;

/** What a line was drawn as. It is used again for as long as the line stays as it is. */
interface Drawing {
  readonly line: OcrLine;
  readonly box: SVGPolygonElement;
  readonly spans: readonly HTMLSpanElement[];
}

/** The boxes and the text of one page. `onPoint` is told which line is under the pointer, or -1. */
export class Overlay {
  readonly boxes: SVGSVGElement;
  readonly text: HTMLDivElement;
  #drawings: Drawing[] = [];
  #active = -1;
  #pen: CanvasRenderingContext2D | null = null;

  constructor(onPoint: (line: number) => void) {
    this.boxes = document.createElementNS(SVG, "svg");
    this.boxes.setAttribute("part", "boxes");
    this.boxes.setAttribute("class", "boxes");
    this.boxes.setAttribute("aria-hidden", "true");
    this.text = document.createElement("div");
    this.text.className = "text-layer";
    // The list of lines beside the image says the same to a screen reader, once and in order.
    this.text.ariaHidden = "true";
    // A finger points when it taps; where it starts to swipe or to pinch, it points at nothing.
    this.text.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "touch") onPoint(lineOf(event.target));
    });
    this.text.addEventListener("click", (event) => onPoint(lineOf(event.target)));
    this.text.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") onPoint(-1);
    });
  }

  /** Draw lines on an image of that size, or nothing. What was drawn before and is the same stays selected. */
  show(page: PageText | null, { width, height } = { width: 0, height: 0 }): void {
    this.activate(-1);
    this.boxes.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.text.style.width = `${width}px`;
    this.text.style.height = `${height}px`;
    const before = new Map(this.#drawings.map((drawing) => [keyOf(drawing.line), drawing]));
    this.#drawings = page?.lines.map((line) => before.get(keyOf(line)) ?? this.#draw(line)) ?? [];
    this.#drawings.forEach(({ spans }, index) =>
      spans.forEach((span) => (span.dataset["line"] = String(index))),
    );
    const unread = page?.notices?.flatMap(({ quads }) => quads) ?? [];
    reconcile(this.boxes, [...this.#drawings.map(({ box }) => box), ...unread.map(drawUnread)]);
    const rows = page?.blocks.flatMap((block) => block.rows) ?? [];
    reconcile(
      this.text,
      rows.flatMap((row) => this.#row(row)),
    );
  }

  /** Scale the text so that one source pixel takes `scale` CSS pixels. */
  rescale(scale: number): void {
    this.text.style.transform = `scale(${scale})`;
  }

  /** Mark one line as the current one; -1 for none. */
  activate(line: number): void {
    this.#drawings[this.#active]?.box.classList.remove("active");
    this.#drawings[line]?.box.classList.add("active");
    this.#active = line;
  }

  /** Mark the lines in which something was found. */
  showHits(lines: ReadonlySet<number>): void {
    this.#drawings.forEach(({ box }, index) => box.classList.toggle("hit", lines.has(index)));
  }

  /** A row copies as one line: spans in absolute places say nothing of spaces and line breaks by themselves. */
  #row(row: readonly number[]): Node[] {
    const nodes = row.flatMap((index): Node[] => [
      ...(this.#drawings[index]?.spans ?? []),
      document.createTextNode(" "),
    ]);
    return [...nodes.slice(0, -1), document.createElement("br")];
  }

  #draw(line: OcrLine): Drawing {
    return { line, box: drawBox(line), spans: this.#write(line) };
  }

  #write(line: OcrLine): HTMLSpanElement[] {
    return cellsOf(line).map((cell) => {
      const fontPx = cell.height * FONT_SHARE;
      const span = document.createElement("span");
      span.textContent = cell.text;
      span.style.font = `${fontPx}px/${cell.height}px ${FONT_FAMILY}`;
      const naturalPx = Math.max(this.#measure(cell.text, fontPx), 1);
      // Browsers paint a selected line break as wide as a space: the box cuts it off before the next word.
      span.style.width = `${naturalPx}px`;
      const stretch = cell.length / naturalPx;
      span.style.transform = `matrix(${cell.matrix.join(",")}) scaleX(${stretch})`;
      return span;
    });
  }

  #measure(text: string, fontPx: number): number {
    this.#pen ??= document.createElement("canvas").getContext("2d");
    if (!this.#pen) return text.length * fontPx * 0.5;
    this.#pen.font = `${fontPx}px ${FONT_FAMILY}`;
    return this.#pen.measureText(text).width;
  }
}

function keyOf({ text, confidence, quad }: OcrLine): string {
  return JSON.stringify([text, confidence, quad]);
}

function drawBox(line: OcrLine): SVGPolygonElement {
  const polygon = document.createElementNS(SVG, "polygon");
  polygon.setAttribute("points", svgPoints(line.quad));
  polygon.setAttribute("part", "box");
  polygon.classList.toggle("uncertain", line.confidence < UNCERTAIN_BELOW);
  return polygon;
}

/** A place with text that was not read. */
function drawUnread(quad: Quad): SVGPolygonElement {
  const polygon = document.createElementNS(SVG, "polygon");
  polygon.setAttribute("points", svgPoints(quad));
  polygon.setAttribute("part", "unread");
  polygon.classList.add("unread");
  return polygon;
}

function lineOf(target: EventTarget | null): number {
  const line = target instanceof HTMLElement ? target.dataset["line"] : undefined;
  return line === undefined ? -1 : Number(line);
}
