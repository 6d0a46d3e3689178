/** Which words of the list may be wrong, and which of them is being edited. */

import type { OcrLine } from "../shared/types.js";
import { DOUBTFUL_BELOW, wordSpans } from "./corrections.js";
import { Marks, rangeIn } from "./marks.js";
import { type EditorExit, WordEditor } from "./word-editor.js";

/** A word by the index of its line and its own in that line. */
export interface WordPlace {
  readonly line: number;
  readonly word: number;
}

export interface CorrectorActions {
  onCorrect(place: WordPlace, text: string): void;
  alternatives(place: WordPlace): Promise<readonly string[]>;
}

export class WordCorrector {
  readonly #actions: CorrectorActions;
  #lines: readonly OcrLine[] = [];
  #pieces: readonly HTMLElement[] = [];
  readonly #marks = new Marks("py-ocr-doubtful");
  #doubtful: WordPlace[] = [];

  constructor(actions: CorrectorActions) {
    this.#actions = actions;
  }

  /** Take up the lines and the elements that show them, each with one text node; no lines where nothing can be edited. */
  show(lines: readonly OcrLine[], pieces: readonly HTMLElement[]): void {
    this.#lines = lines;
    this.#pieces = pieces;
    this.#doubtful = lines.flatMap((line, at) =>
      wordSpans(line) === null
        ? []
        : line.words.flatMap(({ confidence }, word) =>
            confidence < DOUBTFUL_BELOW ? [{ line: at, word }] : [],
          ),
    );
    this.#mark();
  }

  get doubtful(): readonly WordPlace[] {
    return this.#doubtful;
  }

  /** Edit the word at a point of the window. Says whether there is one. */
  editAt(line: number, x: number, y: number): boolean {
    const word = this.#lines[line]?.words.findIndex((_, index) =>
      [...(this.#range({ line, word: index })?.getClientRects() ?? [])].some(
        (box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom,
      ),
    );
    return word !== undefined && word >= 0 && this.#edit({ line, word });
  }

  /** Edit the first doubtful word of a line, or else its first one. */
  editLine(line: number): boolean {
    return this.#edit(this.#doubtful.find((place) => place.line === line) ?? { line, word: 0 });
  }

  /** Edit the nearest doubtful word after a line, or before it; from the end it goes on at the start. */
  editDoubtful(line: number, step: 1 | -1, word = step > 0 ? -1 : Infinity): boolean {
    const isBeyond = (place: WordPlace): boolean =>
      step * (place.line - line) > 0 || (place.line === line && step * (place.word - word) > 0);
    const inOrder = step > 0 ? this.#doubtful : this.#doubtful.toReversed();
    const next = inOrder.find(isBeyond) ?? inOrder[0];
    return next !== undefined && this.#edit(next);
  }

  #edit(place: WordPlace): boolean {
    const range = this.#range(place);
    const text = range?.toString();
    const piece = this.#pieces[place.line];
    if (!range || !text || !piece) return false;
    const written = piece.textContent ?? "";
    const editor = new WordEditor({
      text,
      alternatives: () => this.#actions.alternatives(place),
      onDone: (typed, exit) => {
        piece.replaceChildren(written);
        if (typed !== null) this.#actions.onCorrect(place, typed);
        this.#mark();
        this.#goOn(place, exit);
      },
    });
    range.deleteContents();
    range.insertNode(editor.element);
    editor.open();
    return true;
  }

  #goOn({ line, word }: WordPlace, exit: EditorExit): void {
    if (exit === "doubtful-after" && this.editDoubtful(line, 1, word)) return;
    if (exit === "doubtful-before" && this.editDoubtful(line, -1, word)) return;
    if (exit === "after" && this.#edit({ line, word: word + 1 })) return;
    if (exit === "before" && this.#edit({ line, word: word - 1 })) return;
    this.#pieces[line]?.focus({ preventScroll: true });
  }

  #range({ line, word }: WordPlace): Range | null {
    const span = this.#lines[line] && wordSpans(this.#lines[line])?.[word];
    return span ? rangeIn(this.#pieces[line], span.start, span.end) : null;
  }

  /** Underline the doubtful words. */
  #mark(): void {
    this.#marks.mark(this.#doubtful.map((place) => this.#range(place)));
  }
}
