/** How far a batch is, and how long the rest will take: beside the list, in the title, and for a screen reader. */

import { formatDuration } from "../element/wording.js";
import { say } from "../words/words.js";

/** How many there are, and how many of them wait, were not read for whatever reason, and could not be read. */
export interface QueueCounts {
  readonly size: number;
  readonly pending: number;
  readonly unread: number;
  readonly failed: number;
}

export class QueueProgress {
  readonly #element: HTMLElement;
  /** When the batch began, and how many had been done by then. */
  #begun: { readonly at: number; readonly done: number } | null = null;
  #said = "";

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  show({ size, pending, unread, failed }: QueueCounts): void {
    const done = size - pending;
    if (pending === 0) this.#begun = null;
    else this.#begun ??= { at: performance.now(), done };
    document.title = pending > 0 ? say("queue.title", { done: done + 1, count: size }) : say("page.title");
    const counted = say("queue.said", { done: done - unread, count: size });
    const unreadable = failed > 0 ? say("queue.unread", { count: failed }) : "";
    const said = size < 2 ? "" : [counted, unreadable, this.#left(done, pending)].filter(Boolean).join(", ");
    // Said again, the same words would be read out again.
    if (said === this.#said) return;
    this.#said = said;
    this.#element.textContent = said;
  }

  #left(done: number, pending: number): string {
    if (!this.#begun || pending === 0 || done <= this.#begun.done) return "";
    const each = (performance.now() - this.#begun.at) / (done - this.#begun.done);
    return say("queue.left", { time: formatDuration(Math.ceil((each * pending) / 1000) * 1000) });
  }
}
