/** Lines that come in any order stand as they lie on the page, and are replaced and taken back by their ids. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { DraftLines } from "../../../web/src/element/draft-lines.js";
import type { LineDraft, Quad } from "../../../web/src/shared/types.js";
import { LINE, box } from "./pages.js";

function draft(id: number, text: string, quad: Quad, orientation_degrees = 0): LineDraft {
  return { ...LINE, id, text, quad, orientation_degrees, provisional: false };
}

function drafts(...lines: LineDraft[]): DraftLines {
  const all = new DraftLines();
  for (const line of lines) all.apply({ lines: [line], withdrawn: [] });
  return all;
}

test("lines stand by row from the top, and in a row from the left", () => {
  const all = drafts(
    draft(4, "7.20", box(300, 52, 340, 68)),
    draft(1, "total", box(10, 100, 90, 120)),
    draft(9, "coffee", box(10, 50, 90, 70)),
    draft(2, "Shop", box(100, 0, 200, 30)),
  );
  assert.equal(all.size, 4);
  assert.equal(all.text, "Shop\ncoffee 7.20\ntotal");
  const { lines, blocks } = all.page;
  assert.deepEqual(
    lines.map(({ text }) => text),
    ["Shop", "coffee", "7.20", "total"],
  );
  assert.deepEqual(blocks[0]?.rows, [[0], [1, 2], [3]]);
});

test("a line takes the place of the one with its id, and what is withdrawn goes", () => {
  const all = drafts(draft(1, "tota1", box(0, 0, 9, 9)), draft(2, "speck", box(0, 20, 9, 29)));
  all.apply({ lines: [draft(1, "total", box(0, 0, 9, 9))], withdrawn: [2, 77] });
  assert.equal(all.text, "total");
  all.apply({ lines: [], withdrawn: [1] });
  assert.deepEqual(all.page, { lines: [], blocks: [] });
});

test("the order is that of whoever turned the page until its text stands", () => {
  // Three lines of a page, a over b over c, with d to the right of c; turned clockwise with the page.
  const places: Record<number, Record<string, Quad>> = {
    90: { a: box(80, 0, 99, 50), b: box(40, 0, 59, 50), c: box(0, 0, 19, 50), d: box(1, 60, 18, 99) },
    180: { a: box(50, 80, 99, 99), b: box(50, 40, 99, 59), c: box(50, 0, 99, 19), d: box(0, 1, 40, 18) },
    270: { a: box(0, 50, 19, 99), b: box(40, 50, 59, 99), c: box(80, 50, 99, 99), d: box(81, 0, 98, 40) },
  };
  for (const [turn, quads] of Object.entries(places)) {
    const lines = Object.entries(quads).map(([text, quad], id) => draft(id, text, quad, Number(turn)));
    assert.equal(drafts(...lines.reverse()).text, "a\nb\nc d", turn);
  }
});
