/**
 * The lines of a page that is still being read, in the order in which they probably will stand. Pure.
 *
 * The order that counts comes with the page: blocks, columns and tables show only when every line is there.
 */

import type { LineDraft, LinesRead, OcrLine, OcrPage } from "../shared/types.js";
import { boundsOf } from "./text-geometry.js";

/** What a list of lines or an overlay needs of a page. */
export type PageText = Pick<OcrPage, "lines" | "blocks">;

/** Share of the lower line's height by which two lines must overlap to stand in one row. */
const SAME_ROW = 0.5;

export class DraftLines {
  readonly #drafts = new Map<number, LineDraft>();

  /** Take up what was told. */
  apply({ lines, withdrawn }: LinesRead): void {
    for (const line of lines) this.#drafts.set(line.id, line);
    for (const id of withdrawn) this.#drafts.delete(id);
  }

  get size(): number {
    return this.#drafts.size;
  }

  /** The lines, by row from the top of the text. */
  get page(): PageText {
    const rows = inRows([...this.#drafts.values()]);
    const lines: OcrLine[] = rows.flat();
    let next = 0;
    const indices = rows.map((row) => row.map(() => next++));
    const [first] = lines;
    if (first === undefined) return { lines, blocks: [] };
    return { lines, blocks: [{ lines: indices.flat(), rows: indices, quad: first.quad }] };
  }

  /** The text of the lines, a row a line. */
  get text(): string {
    return inRows([...this.#drafts.values()])
      .map((row) => row.map(({ text }) => text).join(" "))
      .join("\n");
  }
}

/** Where a line is, as whoever turned the page until its text stands sees it. */
interface Extent {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

function inRows(drafts: readonly LineDraft[]): LineDraft[][] {
  const turn = commonTurn(drafts);
  const extents = new Map(drafts.map((draft) => [draft, extentOf(draft, turn)]));
  const extent = (draft: LineDraft): Extent => extents.get(draft) as Extent;
  const middle = (draft: LineDraft): number => (extent(draft).top + extent(draft).bottom) / 2;
  const rows: LineDraft[][] = [];
  for (const draft of [...drafts].sort((a, b) => middle(a) - middle(b))) {
    const row = rows.at(-1);
    if (row?.[0] !== undefined && sharesRow(extent(row[0]), extent(draft))) row.push(draft);
    else rows.push([draft]);
  }
  return rows.map((row) => row.sort((a, b) => extent(a).left - extent(b).left));
}

function sharesRow(a: Extent, b: Extent): boolean {
  const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return shared >= SAME_ROW * Math.min(a.bottom - a.top, b.bottom - b.top);
}

/** How far most lines are turned clockwise: 0, 90, 180 or 270. */
function commonTurn(drafts: readonly LineDraft[]): number {
  const counts = new Map<number, number>();
  for (const { orientation_degrees: turn } of drafts) counts.set(turn, (counts.get(turn) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0])[0];
}

function extentOf(draft: LineDraft, turn: number): Extent {
  const [left, top, right, bottom] = boundsOf(draft.quad);
  if (turn === 90) return { left: top, top: -right, bottom: -left };
  if (turn === 180) return { left: -right, top: -bottom, bottom: -top };
  if (turn === 270) return { left: -bottom, top: left, bottom: right };
  return { left, top, bottom };
}
