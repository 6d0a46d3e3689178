/** The text that a page of a PDF has already, word by word, as it is. */

import type { PDFPageProxy } from "pdfjs-dist";
import type { TextItem } from "pdfjs-dist/types/src/display/api.js";

import type { EmbeddedWord } from "../shared/document.js";
import type { Point, Quad } from "../shared/types.js";

/** How far glyphs reach above and below the line that they stand on, in heights of the font. */
const ASCENT = 0.8;
const DESCENT = 0.2;

/** Return words by printed line, with quads in pixels of the page at `scale` pixels to the point. */
export async function embeddedText(page: PDFPageProxy, scale: number): Promise<EmbeddedWord[][]> {
  const { items } = await page.getTextContent();
  const [a, b, c, d, e, f] = page.getViewport({ scale }).transform as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const toPixels = (x: number, y: number): Point => [round(a * x + c * y + e), round(b * x + d * y + f)];
  const lines: EmbeddedWord[][] = [[]];
  for (const item of items) {
    if (!("str" in item)) continue;
    lines.at(-1)?.push(...wordsOf(item, toPixels));
    if (item.hasEOL) lines.push([]);
  }
  return lines.filter((line) => line.length > 0);
}

/** Words of a run; a run tells its width as a whole, so words get their share of it by their characters. */
function wordsOf(
  { str, transform, width }: TextItem,
  toPixels: (x: number, y: number) => Point,
): EmbeddedWord[] {
  const [ta, tb, tc, td, x, y] = transform as [number, number, number, number, number, number];
  const length = Math.hypot(ta, tb) || 1;
  const along: Point = [ta / length, tb / length];
  const quadOf = (from: number, to: number): Quad => {
    const at = (distance: number, rise: number): Point =>
      toPixels(x + along[0] * distance + tc * rise, y + along[1] * distance + td * rise);
    return [at(from, ASCENT), at(to, ASCENT), at(to, -DESCENT), at(from, -DESCENT)];
  };
  return [...str.matchAll(/\S+/gu)].map((match) => {
    const from = (width * match.index) / str.length;
    const to = (width * (match.index + match[0].length)) / str.length;
    return { text: match[0], quad: quadOf(from, to) };
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
