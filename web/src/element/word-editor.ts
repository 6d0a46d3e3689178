/**
 * Editing one word where it stands: an input in its place, and below it what the models may have meant.
 *
 * Enter takes what is typed, Escape leaves the word as it was, Tab takes it and goes to the next doubtful word, and the
 * arrow keys go to the neighbours from the ends of the word.
 */

import { say } from "../words/words.js";
import { create } from "./dom.js";

/** Where the editing goes on: nowhere, to a neighbour, or to the doubtful word before or after. */
export type EditorExit = "stay" | "before" | "after" | "doubtful-before" | "doubtful-after";

export interface EditorOptions {
  readonly text: string;
  /** What may stand here instead; asked for once the editor is open. */
  alternatives(): Promise<readonly string[]>;
  /** It is over; null where the word stays as it was. */
  onDone(text: string | null, exit: EditorExit): void;
}

export class WordEditor {
  readonly element = create("span", { class: "word-editor" });
  readonly #input: HTMLInputElement;
  readonly #offers = create("span", { class: "offers", role: "group", hidden: true });
  readonly #options: EditorOptions;
  #isOver = false;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#input = create("input", {
      class: "word-input",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      dir: "auto",
      "aria-label": say("edit.word", { word: options.text }),
    });
    this.#input.value = options.text;
    this.#fit();
    this.#offers.ariaLabel = say("edit.alternatives");
    this.element.append(this.#input, this.#offers);
    this.#input.addEventListener("input", () => this.#fit());
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.element.contains(relatedTarget))) this.#finish("stay");
    });
    // What happens in here is no business of the line around it.
    for (const type of ["pointerdown", "dblclick", "click"])
      this.element.addEventListener(type, (event) => event.stopPropagation());
  }

  /** Take the focus, and ask what else the word may be. */
  open(): void {
    this.#input.focus({ preventScroll: true });
    this.#input.select();
    // A word that was clicked is seen, and nothing moves; one that was gone to may be anywhere.
    this.element.scrollIntoView({ block: "nearest" });
    this.#options.alternatives().then(
      (words) => this.#offer(words),
      () => undefined, // without them the word can still be typed
    );
  }

  #offer(words: readonly string[]): void {
    if (this.#isOver || words.length === 0) return;
    const buttons = words.map((word) => {
      const button = create("button", { type: "button", class: "offer", tabindex: "-1", dir: "auto" }, word);
      button.addEventListener("click", () => {
        this.#input.value = word;
        this.#finish("stay");
      });
      return button;
    });
    this.#offers.replaceChildren(...buttons);
    this.#offers.hidden = false;
  }

  #onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.isComposing) return; // Enter and arrows belong to the input method
    const exit = this.#exitOf(event);
    const offers = [...this.#offers.querySelectorAll("button")];
    const here = offers.indexOf(event.target as HTMLButtonElement);
    if (event.key === "Escape") this.#finish("stay", true);
    else if (exit !== null) this.#finish(exit);
    else if (event.key === "ArrowDown" && offers.length > 0)
      offers[Math.min(here + 1, offers.length - 1)]?.focus();
    else if (event.key === "ArrowUp" && here >= 0) (offers[here - 1] ?? this.#input).focus();
    else return;
    event.preventDefault();
  }

  #exitOf({ key, shiftKey, target, ctrlKey, metaKey, altKey }: KeyboardEvent): EditorExit | null {
    if (target !== this.#input || ctrlKey || metaKey || altKey) return null;
    if (key === "Tab") return shiftKey ? "doubtful-before" : "doubtful-after";
    if (key === "Enter") return "stay";
    const { selectionStart, selectionEnd, value } = this.#input;
    if (shiftKey || selectionStart !== selectionEnd) return null;
    if (key === "ArrowLeft" && selectionStart === 0) return "before";
    if (key === "ArrowRight" && selectionStart === value.length) return "after";
    return null;
  }

  #finish(exit: EditorExit, isGivenUp = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { value } = this.#input;
    this.#options.onDone(isGivenUp || value === this.#options.text ? null : value, exit);
  }

  #fit(): void {
    // Where the browser knows `field-sizing`, that is exacter.
    this.#input.size = Math.max(2, [...this.#input.value].length);
  }
}
