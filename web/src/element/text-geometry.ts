/**
 * Geometry of text on an image: which part of a line lies where, as CSS and SVG want it. Pure.
 *
 * Quads are clockwise from the text's own top-left, so the top edge is the direction of reading: the same
 * arithmetic serves upright, tilted, upside-down and vertical lines.
 */

import type { OcrLine, Point, Quad } from "../shared/types.js";

/** A run of text with the place where it belongs, in source pixels. */
export interface TextCell {
  /** The text, with the space that follows it. */
  readonly text: string;
  /** Length along the direction of reading, up to where the next cell begins. */
  readonly length: number;
  /** Extent across the direction of reading. */
  readonly height: number;
  /** CSS matrix from the cell's own box (x along the reading, y across it) to the image: a, b, c, d, e, f. */
  readonly matrix: readonly [number, number, number, number, number, number];
}

/** Write a quad as the `points` of an SVG polygon. */
export function svgPoints(quad: Quad): string {
  return quad.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}

/** The box around a quad: [left, top, right, bottom] in source pixels. */
export function boundsOf(quad: Quad): readonly [number, number, number, number] {
  const xs = quad.map(([x]) => x);
  const ys = quad.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/**
 * Cut a line into cells, one per word, that touch each other, so that a selection has no gaps.
 *
 * The words are found again in the line's own text, which knows whether the script has spaces. A line whose
 * words cannot be found there is one cell.
 */
export function cellsOf(line: OcrLine): TextCell[] {
  const [topLeft, topRight, , bottomLeft] = line.quad;
  const length = distance(topLeft, topRight);
  const height = distance(topLeft, bottomLeft);
  if (length === 0 || height === 0) return [];
  const along = [(topRight[0] - topLeft[0]) / length, (topRight[1] - topLeft[1]) / length] as const;
  const across = [(bottomLeft[0] - topLeft[0]) / height, (bottomLeft[1] - topLeft[1]) / height] as const;
  const project = ([x, y]: Point): number => (x - topLeft[0]) * along[0] + (y - topLeft[1]) * along[1];
  const starts = wordStarts(line, project);
  const lastWord = line.words.at(-1);
  const end = lastWord ? Math.min(length, project(lastWord.quad[1])) : length;
  return starts.map(({ offset, index }, i) => {
    const next = starts[i + 1];
    const cellLength = Math.max((next?.offset ?? end) - offset, 1);
    return {
      text: line.text.slice(index, next?.index),
      length: cellLength,
      height,
      matrix: [
        along[0],
        along[1],
        across[0],
        across[1],
        topLeft[0] + along[0] * offset,
        topLeft[1] + along[1] * offset,
      ],
    };
  });
}

interface WordStart {
  /** Where the word begins along the line, in source pixels. */
  readonly offset: number;
  /** Where the word begins in the line's text. */
  readonly index: number;
}

function wordStarts(line: OcrLine, project: (point: Point) => number): WordStart[] {
  const whole: WordStart[] = [{ offset: 0, index: 0 }];
  const starts: WordStart[] = [];
  let cursor = 0;
  for (const word of line.words) {
    const index = line.text.indexOf(word.text, cursor);
    if (index < 0) return whole;
    starts.push({ offset: Math.max(0, project(word.quad[0])), index: starts.length === 0 ? 0 : index });
    cursor = index + word.text.length;
  }
  return starts.length > 0 ? starts : whole;
}

function distance(from: Point, to: Point): number {
  return Math.hypot(to[0] - from[0], to[1] - from[1]);
}
