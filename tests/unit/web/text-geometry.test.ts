/** Which part of a line lies where, for lines of every direction. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { OcrLine, Point, Quad } from "../../../web/src/shared/types.js";
import { type TextCell, boundsOf, cellsOf, svgPoints } from "../../../web/src/element/text-geometry.js";
import { LINE, box } from "./pages.js";

/** Where a point of a cell's own box comes to lie on the image, as CSS applies a matrix. */
function place({ matrix: [a, b, c, d, e, f] }: TextCell, x: number, y: number): Point {
  return [a * x + c * y + e, b * x + d * y + f];
}

function assertNear(actual: Point, expected: Point): void {
  assert.ok(
    Math.hypot(actual[0] - expected[0], actual[1] - expected[1]) < 1e-9,
    `${actual.join()} is not ${expected.join()}`,
  );
}

/** Turn a point about the origin, clockwise on a page whose y points down. */
function turn([x, y]: Point, degrees: number): Point {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [cos * x - sin * y, sin * x + cos * y];
}

function turnQuad(quad: Quad, degrees: number): Quad {
  return quad.map((point) => turn(point, degrees)) as unknown as Quad;
}

test("a quad is written with a tenth of a pixel", () => {
  assert.equal(svgPoints(box(1, 2.04, 3.06, 4)), "1.0,2.0 3.1,2.0 3.1,4.0 1.0,4.0");
});

test("the bounds of a tilted quad hold all of its corners", () => {
  const quad: Quad = [
    [5, 0],
    [10, 5],
    [4, 11],
    [-1, 6],
  ];
  assert.deepEqual(boundsOf(quad), [-1, 0, 10, 11]);
});

test("cells touch each other: each word takes the space after it", () => {
  const cells = cellsOf(LINE);
  assert.deepEqual(
    cells.map(({ text, length, height }) => ({ text, length, height })),
    [
      { text: "one ", length: 50, height: 20 },
      { text: "two", length: 50, height: 20 },
    ],
  );
});

for (const degrees of [0, 30, 90, 180, 270]) {
  test(`cells lie on their words in a line that is turned by ${degrees} degrees`, () => {
    const line: OcrLine = {
      ...LINE,
      quad: turnQuad(LINE.quad, degrees),
      words: LINE.words.map((word) => ({ ...word, quad: turnQuad(word.quad, degrees) })),
    };
    const [first, second] = cellsOf(line);
    assertNear(place(first!, 0, 0), turn([10, 20], degrees));
    assertNear(place(first!, first!.length, first!.height), turn([60, 40], degrees));
    assertNear(place(second!, 0, 0), turn([60, 20], degrees));
    assertNear(place(second!, second!.length, 0), turn([110, 20], degrees));
  });
}

test("the last cell ends with its word, not with the margin of the line", () => {
  const cells = cellsOf({ ...LINE, quad: box(10, 20, 150, 40) });
  assert.equal(cells.at(-1)?.length, 50);
});

test("text without spaces is cut where its words begin", () => {
  const cells = cellsOf({
    ...LINE,
    text: "你好世界",
    words: [
      { text: "你好", confidence: 1, quad: box(12, 20, 60, 40) },
      { text: "世界", confidence: 1, quad: box(60, 20, 110, 40) },
    ],
  });
  assert.deepEqual(
    cells.map(({ text, length }) => [text, length]),
    [
      ["你好", 48],
      ["世界", 50],
    ],
  );
});

test("equal words are found one after the other", () => {
  const words = [0, 1, 2].map((index) => ({
    text: "no",
    confidence: 1,
    quad: box(10 + 30 * index, 20, 30 + 30 * index, 40),
  }));
  const cells = cellsOf({ ...LINE, text: "no no no", words });
  assert.deepEqual(
    cells.map(({ text }) => text),
    ["no ", "no ", "no"],
  );
});

test("a line whose words are not in its text, or that has none, is one cell", () => {
  const odd = { ...LINE, words: [{ ...LINE.words[0]!, text: "three" }, LINE.words[1]!] };
  for (const line of [odd, { ...LINE, words: [] }]) {
    assert.deepEqual(
      cellsOf(line).map(({ text, length }) => [text, length]),
      [["one two", 100]],
    );
  }
});

test("what stands before the first word belongs to the first cell", () => {
  const cells = cellsOf({ ...LINE, text: "- one two" });
  assert.deepEqual(
    cells.map(({ text }) => text),
    ["- one ", "two"],
  );
});

test("a line without extent has no cells, and no cell is without length", () => {
  assert.deepEqual(cellsOf({ ...LINE, quad: box(10, 20, 10, 40) }), []);
  assert.deepEqual(cellsOf({ ...LINE, quad: box(10, 20, 110, 20) }), []);
  const words = LINE.words.map((word) => ({ ...word, quad: box(60, 20, 60, 40) }));
  assert.ok(cellsOf({ ...LINE, words }).every(({ length }) => length >= 1));
});
