/** What a word may be otherwise: asked of the models when somebody wants to know, on the piece of the image around it. */

import type { HeldImage } from "../client/ocr-image.js";
import type { OcrPage, OcrWord, Quad } from "../shared/types.js";
import { boundsOf } from "./text-geometry.js";
import type { WordPlace } from "./word-corrector.js";

const MOST = 5;
/** How much around the line is cut out with it, in its heights: what finds text wants to see its end. */
const MARGIN = 0.75;

/** Cut out the line of a word and have it read with alternatives. Returns words, the likeliest first. */
export async function alternativesOf(
  image: HeldImage,
  page: OcrPage,
  { line, word }: WordPlace,
  recognize: (piece: ImageBitmap) => Promise<OcrPage>,
): Promise<string[]> {
  const { quad, words } = page.lines[line] ?? {};
  const asked = words?.[word];
  if (!quad || !asked) return [];
  const [left, top, right, bottom] = boundsOf(quad);
  const margin = MARGIN * Math.min(right - left, bottom - top);
  const x = Math.max(0, Math.floor(left - margin));
  const y = Math.max(0, Math.floor(top - margin));
  const width = Math.min(page.width - x, Math.ceil(right + margin) - x);
  const height = Math.min(page.height - y, Math.ceil(bottom + margin) - y);
  const piece = await createImageBitmap(image, x, y, width, height);
  const read = await recognize(piece);
  const found = read.lines.flatMap((each) => each.words);
  const [cx, cy] = middle(asked.quad);
  const nearest = found
    .map((each) => ({ each, distance: distanceTo(each.quad, cx - x, cy - y) }))
    .sort((a, b) => a.distance - b.distance)[0]?.each;
  if (!nearest) return [];
  return [...new Set([nearest.text, ...spelled(nearest)])]
    .filter((text) => text !== asked.text)
    .slice(0, MOST);
}

/** The words that come of putting other characters in the places of the doubtful ones, the likeliest first. Pure. */
export function spelled({ text, doubtful = [] }: Pick<OcrWord, "text" | "doubtful">): string[] {
  const characters = [...text];
  return doubtful
    .flatMap(({ index, choices }) =>
      choices.map((choice) => ({ text: characters.with(index, choice.text).join(""), score: choice.score })),
    )
    .filter((each) => each.text !== text)
    .sort((a, b) => b.score - a.score)
    .map((each) => each.text);
}

function middle(quad: Quad): [number, number] {
  const [left, top, right, bottom] = boundsOf(quad);
  return [(left + right) / 2, (top + bottom) / 2];
}

function distanceTo(quad: Quad, x: number, y: number): number {
  const [cx, cy] = middle(quad);
  return Math.hypot(cx - x, cy - y);
}
