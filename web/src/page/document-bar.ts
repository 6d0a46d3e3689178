/** How far a document is, above its pages: which one is read, how long the rest takes, and a way to stop or to go on. */

import { create, createButton } from "../element/dom.js";
import { formatDuration } from "../element/wording.js";
import { say } from "../words/words.js";

export interface DocumentBarActions {
  onCancel(): void;
  onGoOn(): void;
}

/** Hidden while there is nothing to tell. */
export class DocumentBar {
  readonly element: HTMLElement;
  readonly #text = create("p", { role: "status" });
  readonly #cancel: HTMLButtonElement;
  readonly #goOn: HTMLButtonElement;
  readonly #bar = create("progress", { "aria-label": say("progress") });
  #startedAt = 0;

  constructor({ onCancel, onGoOn }: DocumentBarActions) {
    this.#cancel = createButton(say("cancel"), onCancel);
    this.#goOn = createButton(say("cancelled.action"), onGoOn, { icon: "again" });
    this.element = create(
      "div",
      { class: "document-bar", hidden: true },
      this.#text,
      this.#cancel,
      this.#goOn,
      this.#bar,
    );
  }

  /** Show that the reading has begun. */
  start(): void {
    this.#startedAt = performance.now();
    this.#show(say("queue.waiting"), this.#cancel);
    this.#bar.removeAttribute("value");
  }

  /** Show how far it is: `done` of `count` pages have been read in this reading, and `title` says what goes on. */
  update(title: string, done: number, count: number): void {
    const each = (performance.now() - this.#startedAt) / Math.max(1, done);
    const left = say("queue.left", {
      time: formatDuration(Math.ceil((each * (count - done)) / 1000) * 1000),
    });
    const said = done > 0 ? `${title}, ${left}` : title;
    // Said again, the same words would be read out again.
    if (this.#text.textContent !== said) this.#text.textContent = said;
    this.#bar.max = count;
    this.#bar.value = done;
  }

  /** Show why it ended before its end. */
  stop(why: string): void {
    const hadFocus = this.#cancel === document.activeElement;
    this.#show(why, this.#goOn);
    this.#bar.value = 0;
    if (hadFocus) this.#goOn.focus();
  }

  hide(): void {
    this.element.hidden = true;
  }

  #show(text: string, button: HTMLButtonElement): void {
    this.#text.textContent = text;
    for (const each of [this.#cancel, this.#goOn]) each.hidden = each !== button;
    this.element.hidden = false;
  }
}
