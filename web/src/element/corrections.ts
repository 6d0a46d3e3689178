/**
 * Correcting what was read: a page with other words, and the way back. Pure.
 *
 * What was read is kept beside what it was corrected to, in the page itself, so that whoever gets the JSON has both.
 */

import type { OcrLine, OcrPage, OcrWord, Point, Quad } from "../shared/types.js";

/** Below this a word is shown as doubtful. It only changes how it looks. */
export const DOUBTFUL_BELOW = 0.8;

/** A line that was corrected: what the models read, and what it says now. */
export interface Correction {
  readonly line: number;
  readonly read: string;
  readonly text: string;
}

/** A page with corrections; `corrections` is absent where there are none. */
export type CorrectedPage = OcrPage & { readonly corrections?: readonly Correction[] };

/** A word as somebody corrected it: sure, and with what was read in its place. */
type CorrectedWord = OcrWord & { readonly read?: string };

/** Where a word stands in the text of its line. */
export interface WordSpan {
  readonly start: number;
  readonly end: number;
}

/** Find the words of a line in its text; null where they cannot be found there. */
export function wordSpans(line: Pick<OcrLine, "text" | "words">): WordSpan[] | null {
  const spans: WordSpan[] = [];
  let cursor = 0;
  for (const { text } of line.words) {
    const start = line.text.indexOf(text, cursor);
    if (start < 0) return null;
    cursor = start + text.length;
    spans.push({ start, end: cursor });
  }
  return spans;
}

/** Return the page with one word replaced. A text with spaces makes several words of it, an empty one takes it away. */
export function correctWord(page: CorrectedPage, at: number, word: number, typed: string): CorrectedPage {
  const line = page.lines[at];
  const old = line?.words[word];
  const span = line && wordSpans(line)?.[word];
  const text = typed.trim().replaceAll(/\s+/gu, " ");
  if (!line || !old || !span || text === old.text) return page;
  const before = line.text.slice(0, span.start);
  const after = line.text.slice(span.end);
  const joined = text === "" ? `${before.trimEnd()}${after}`.trim() : before + text + after;
  const words = [...line.words.slice(0, word), ...split(old, text), ...line.words.slice(word + 1)];
  const corrected: OcrLine = { ...line, text: joined, words };
  const lines = page.lines.with(at, corrected);
  return {
    ...page,
    lines,
    text: replaceLine(page, at, joined),
    corrections: listCorrections(page, at, line.text, joined),
  };
}

function split(old: CorrectedWord, text: string): CorrectedWord[] {
  if (text === "") return [];
  const parts = text.split(" ");
  let from = 0;
  return parts.map((part, index) => {
    const to = from + part.length / Math.max(1, text.length - parts.length + 1);
    const quad = between(old.quad, from, index === parts.length - 1 ? 1 : to);
    from = to;
    return { text: part, confidence: 1, quad, read: old.read ?? old.text };
  });
}

/** The part of a quad from one share of its length to another. */
function between([topLeft, topRight, bottomRight, bottomLeft]: Quad, from: number, to: number): Quad {
  const at = (a: Point, b: Point, share: number): Point => [
    a[0] + (b[0] - a[0]) * share,
    a[1] + (b[1] - a[1]) * share,
  ];
  return [
    at(topLeft, topRight, from),
    at(topLeft, topRight, to),
    at(bottomLeft, bottomRight, to),
    at(bottomLeft, bottomRight, from),
  ];
}

function listCorrections(page: CorrectedPage, line: number, was: string, text: string): Correction[] {
  const others = (page.corrections ?? []).filter((each) => each.line !== line);
  const read = page.corrections?.find((each) => each.line === line)?.read ?? was;
  const all = read === text ? others : [...others, { line, read, text }];
  return all.sort((a, b) => a.line - b.line);
}

/** Put the new text of a line where the old one stands in the text of the page, which is in the order of its blocks. */
function replaceLine(page: OcrPage, at: number, text: string): string {
  let cursor = 0;
  for (const index of page.blocks.flatMap(({ rows }) => rows.flat())) {
    const line = page.lines[index]?.text ?? "";
    const start = page.text.indexOf(line, cursor);
    if (start < 0) break;
    if (index === at) return page.text.slice(0, start) + text + page.text.slice(start + line.length);
    cursor = start + line.length;
  }
  const lines = page.lines.map((line, index) => (index === at ? text : line.text));
  return page.blocks
    .map(({ rows }) => rows.map((row) => row.map((index) => lines[index]).join(" ")).join("\n"))
    .join("\n\n");
}

/** The corrections of one page, step by step, to go back and forth. */
export class CorrectionHistory {
  #states: CorrectedPage[];
  #at = 0;

  constructor(page: CorrectedPage) {
    this.#states = [page];
  }

  get page(): CorrectedPage {
    return this.#states[this.#at] as CorrectedPage;
  }

  get canUndo(): boolean {
    return this.#at > 0;
  }

  get canRedo(): boolean {
    return this.#at < this.#states.length - 1;
  }

  /** Take up another state; what was undone before is gone. Says whether anything changed. */
  push(page: CorrectedPage): boolean {
    if (page === this.page) return false;
    this.#states = [...this.#states.slice(0, this.#at + 1), page];
    this.#at += 1;
    return true;
  }

  undo(): CorrectedPage {
    if (this.canUndo) this.#at -= 1;
    return this.page;
  }

  redo(): CorrectedPage {
    if (this.canRedo) this.#at += 1;
    return this.page;
  }
}
