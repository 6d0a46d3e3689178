/** Pictures that lie on their side: which way they are to be turned, and where things are then. Pure. */

import type { OcrLine } from "../shared/types.js";

/** Degrees clockwise. */
export type Turn = 0 | 90 | 180 | 270;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a page is to be turned so that most of its text stands upright; more text counts for more. */
export function uprightTurn(lines: readonly Pick<OcrLine, "orientation_degrees" | "text">[]): Turn {
  const weights = new Map<number, number>();
  for (const { orientation_degrees: degrees, text } of lines)
    weights.set(degrees, (weights.get(degrees) ?? 0) + text.length);
  const [most] = [...weights].sort((a, b) => b[1] - a[1]);
  return asTurn(360 - (most?.[0] ?? 0));
}

export function asTurn(degrees: number): Turn {
  return ((((Math.round(degrees / 90) * 90) % 360) + 360) % 360) as Turn;
}

export function turnedSize({ width, height }: Size, turn: Turn): Size {
  return turn % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** The CSS transform, about the top left corner, that turns a picture of that size into the place of its turned one. */
export function turnTransform({ width, height }: Size, turn: Turn): string {
  if (turn === 90) return `translate(${height}px, 0) rotate(90deg)`;
  if (turn === 180) return `translate(${width}px, ${height}px) rotate(180deg)`;
  if (turn === 270) return `translate(0, ${width}px) rotate(270deg)`;
  return "";
}

type Bounds = readonly [left: number, top: number, right: number, bottom: number];

/** Where a box of a picture lies once that is turned. */
export function turnBounds([left, top, right, bottom]: Bounds, { width, height }: Size, turn: Turn): Bounds {
  if (turn === 90) return [height - bottom, left, height - top, right];
  if (turn === 180) return [width - right, height - bottom, width - left, height - top];
  if (turn === 270) return [top, width - right, bottom, width - left];
  return [left, top, right, bottom];
}
