/** Correcting words: the text follows, what was read is kept, and every step can be taken back. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { spelled } from "../../../web/src/element/alternatives.js";
import { CorrectionHistory, correctWord, wordSpans } from "../../../web/src/element/corrections.js";
import { findText } from "../../../web/src/element/text-search.js";
import { turnBounds, uprightTurn } from "../../../web/src/element/turning.js";
import type { OcrLine, OcrPage, Quad } from "../../../web/src/shared/types.js";
import { LINE, PAGE } from "./pages.js";

const quad = (left: number, right: number): Quad => [
  [left, 0],
  [right, 0],
  [right, 10],
  [left, 10],
];
const line = (...words: string[]): OcrLine => ({
  ...LINE,
  text: words.join(" "),
  words: words.map((text, at) => ({ text, confidence: 0.5, quad: quad(at * 50, at * 50 + 40) })),
});
const page: OcrPage = {
  ...PAGE,
  text: "a rose is\na rose",
  lines: [line("a", "rose", "is"), line("a", "rose")],
  blocks: [{ lines: [0, 1], rows: [[0], [1]], quad: quad(0, 100) }],
};

test("a word is replaced where it stands, and not where the same word stands elsewhere", () => {
  const corrected = correctWord(page, 1, 1, "nose");
  assert.equal(corrected.text, "a rose is\na nose");
  assert.equal(corrected.lines[1]?.text, "a nose");
  assert.deepEqual(corrected.corrections, [{ line: 1, read: "a rose", text: "a nose" }]);
  assert.deepEqual(
    corrected.lines[1]?.words.map(({ text, confidence }) => [text, confidence]),
    [
      ["a", 0.5],
      ["nose", 1],
    ],
  );
  assert.equal(page.text, "a rose is\na rose");
});

test("a space makes two words that share the place, an empty text takes the word away", () => {
  const [split] = correctWord(page, 0, 1, " r  ose ").lines;
  assert.equal(split?.text, "a r ose is");
  assert.deepEqual(
    split?.words.map(({ text }) => text),
    ["a", "r", "ose", "is"],
  );
  assert.deepEqual(split?.words[1]?.quad[1], split?.words[2]?.quad[0]);
  assert.equal(correctWord(page, 0, 1, "").lines[0]?.text, "a is");
});

test("what was read stays what was read, however often it is corrected; put back, it is no correction", () => {
  const twice = correctWord(correctWord(page, 1, 1, "nose"), 1, 1, "hose");
  assert.deepEqual(twice.corrections, [{ line: 1, read: "a rose", text: "a hose" }]);
  assert.deepEqual(correctWord(twice, 1, 1, "rose").corrections, []);
});

test("every step is taken back and done again; a new one forgets those that were taken back", () => {
  const history = new CorrectionHistory(page);
  assert.equal(history.push(correctWord(page, 1, 1, "rose")), false);
  assert.equal(history.push(correctWord(page, 1, 1, "nose")), true);
  assert.equal(history.undo(), page);
  assert.equal(history.redo().text, "a rose is\na nose");
  history.undo();
  history.push(correctWord(page, 0, 0, "the"));
  assert.equal(history.canRedo, false);
});

test("words are found in the text of their line, also where it has no spaces", () => {
  assert.deepEqual(wordSpans({ text: "東京都", words: line("東京", "都").words }), [
    { start: 0, end: 2 },
    { start: 2, end: 3 },
  ]);
  assert.equal(wordSpans({ text: "other", words: line("a").words }), null);
});

test("other spellings come by how likely they are", () => {
  const choices = (...of: [string, number][]) => of.map(([text, score]) => ({ text, score }));
  const doubtful = [
    { index: 0, choices: choices(["c", 0.6], ["e", 0.2]) },
    { index: 2, choices: choices(["t", 0.5], ["l", 0.4]) },
  ];
  assert.deepEqual(spelled({ text: "cat", doubtful }), ["cal", "eat"]);
});

test("text is found whatever its case and accents, and the place is that of the text as it is", () => {
  assert.deepEqual(findText([{ text: "Ein Café" }, { text: "ﬁne CAFE" }], "cafe"), [
    { line: 0, start: 4, end: 8 },
    { line: 1, start: 4, end: 8 },
  ]);
  assert.deepEqual(findText([{ text: "a" }], "  "), []);
});

test("a page is turned so that most of its text stands upright, its boxes with it", () => {
  assert.equal(
    uprightTurn([
      { orientation_degrees: 90, text: "most of it" },
      { orientation_degrees: 0, text: "x" },
    ]),
    270,
  );
  assert.equal(uprightTurn([]), 0);
  assert.deepEqual(turnBounds([10, 20, 30, 25], { width: 100, height: 50 }, 90), [25, 10, 30, 30]);
  assert.deepEqual(turnBounds([10, 20, 30, 25], { width: 100, height: 50 }, 270), [20, 70, 25, 90]);
});
