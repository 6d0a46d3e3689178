/** What was read of a page under test, in its CSS pixels, and where in it a text stands. */

import type { OcrLine, OcrPage, OcrWord, Quad } from "../shared/types.js";

/** A rectangle in CSS pixels of the viewport, as Playwright's `boundingBox` has it. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LocatedText {
  readonly text: string;
  readonly box: Box;
}

export interface FindOptions {
  /** Whether the text is to be found as whole words only. */
  readonly exact?: boolean;
  readonly ignoreCase?: boolean;
}

interface Piece {
  readonly begin: number;
  readonly end: number;
  readonly quad: Quad;
}

/** A screenshot and its text. */
export class Reading {
  /** `origin`: where the picture's top-left corner lies in the viewport; `scale`: its pixels in one CSS pixel. */
  constructor(
    readonly page: OcrPage,
    readonly png: Buffer,
    readonly origin: { readonly x: number; readonly y: number },
    readonly scale: number,
  ) {}

  get text(): string {
    return this.page.text;
  }

  get lines(): LocatedText[] {
    return this.page.lines.map(({ text, quad }) => ({ text, box: this.#box([quad]) }));
  }

  get words(): LocatedText[] {
    const words = this.page.lines.flatMap((line): readonly OcrWord[] => line.words);
    return words.map(({ text, quad }) => ({ text, box: this.#box([quad]) }));
  }

  /** Whether a text, or what an expression describes, is in it; any white space is like any other. */
  contains(text: string | RegExp, options: FindOptions = {}): boolean {
    return expression(text, options).test(oneSpaced(this.text));
  }

  /** Every place in a printed row where a text stands. */
  find(text: string | RegExp, options: FindOptions = {}): LocatedText[] {
    const rows = this.page.blocks.flatMap(({ rows }) => rows);
    return rows.flatMap((row) => {
      const lines = row.map((index) => this.page.lines[index]).filter((line) => line !== undefined);
      return this.#hits(lines, expression(text, options));
    });
  }

  /** The screenshot as SVG with a frame around each line, and another around each hit. */
  marked(hits: readonly LocatedText[] = []): string {
    const { width, height, lines } = this.page;
    const frames = lines.map(
      ({ quad }) => `<polygon points="${quad.map((point) => point.join()).join(" ")}"/>`,
    );
    const places = hits.map(({ box }) => {
      const [x, y] = [(box.x - this.origin.x) * this.scale, (box.y - this.origin.y) * this.scale];
      return `<rect x="${x}" y="${y}" width="${box.width * this.scale}" height="${box.height * this.scale}"/>`;
    });
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
      `<image width="${width}" height="${height}" href="data:image/png;base64,${this.png.toString("base64")}"/>` +
      `<g fill="none" stroke="#06f">${frames.join("")}</g>` +
      `<g fill="none" stroke="#d03" stroke-width="3">${places.join("")}</g></svg>`
    );
  }

  /** Where in a row, the lines of which are a space apart, a pattern is found. */
  #hits(row: readonly OcrLine[], pattern: RegExp): LocatedText[] {
    const pieces: Piece[] = [];
    let text = "";
    for (const line of row) {
      if (text !== "") text += " ";
      let from = 0;
      for (const word of line.words) {
        const begin = line.text.indexOf(word.text, from);
        from = begin + word.text.length;
        pieces.push({ begin: text.length + begin, end: text.length + from, quad: word.quad });
      }
      text += line.text;
    }
    const hits: LocatedText[] = [];
    for (const match of text.matchAll(new RegExp(pattern, `${pattern.flags.replaceAll(/[gy]/g, "")}g`))) {
      const end = match.index + match[0].length;
      const quads = pieces
        .filter((piece) => piece.begin < end && match.index < piece.end)
        .map(({ quad }) => quad);
      if (quads.length > 0) hits.push({ text: match[0], box: this.#box(quads) });
    }
    return hits;
  }

  #box(quads: readonly Quad[]): Box {
    const points = quads.flat();
    const xs = points.map(([x]) => x / this.scale + this.origin.x);
    const ys = points.map(([, y]) => y / this.scale + this.origin.y);
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  }
}

/** An expression that finds a text, with any white space between its words; an expression stays as it is. */
function expression(text: string | RegExp, { exact = false, ignoreCase = false }: FindOptions): RegExp {
  if (typeof text !== "string") return new RegExp(text, text.flags.replaceAll(/[gy]/g, ""));
  const words = text.split(/\s+/u).filter((word) => word !== "");
  if (words.length === 0) throw new Error("the text to look for is empty");
  const source = words
    .map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, String.raw`\$&`))
    .join(String.raw`\s+`);
  const letter = String.raw`[\p{L}\p{N}_]`;
  return new RegExp(exact ? `(?<!${letter})${source}(?!${letter})` : source, ignoreCase ? "iu" : "u");
}

function oneSpaced(text: string): string {
  return text.split(/\s+/u).join(" ").trim();
}
