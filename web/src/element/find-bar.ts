/** Looking for words in the text: a field, how many hits there are, and the way from one to the next. */

import { say } from "../words/words.js";
import { create, createButton } from "./dom.js";

export interface FindActions {
  /** Something else is looked for; returns how often it is there. */
  onFind(wanted: string): number;
  /** Go to the hit of that index. */
  onHit(index: number): void;
}

export class FindBar {
  readonly element: HTMLElement;
  readonly #field = create("input", { type: "search", class: "find-field", "aria-label": say("find") });
  readonly #count = create("output", { class: "find-count" });
  readonly #actions: FindActions;
  #hits = 0;
  #at = 0;

  constructor(actions: FindActions) {
    this.#actions = actions;
    const tool = { class: "tool", iconOnly: true } as const;
    this.#field.placeholder = say("find");
    this.#field.addEventListener("input", () => this.search());
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#step(event.shiftKey ? -1 : 1);
      else if (event.key === "Escape" && this.#field.value !== "") {
        this.#field.value = "";
        this.search();
      } else return;
      event.preventDefault();
    });
    this.element = create(
      "div",
      { class: "find", role: "search" },
      this.#field,
      this.#count,
      createButton(say("find.previous"), () => this.#step(-1), { ...tool, icon: "up" }),
      createButton(say("find.next"), () => this.#step(1), { ...tool, icon: "down" }),
    );
  }

  /** Look for what is typed, in a text that may have changed. */
  search(): void {
    const wanted = this.#field.value;
    this.#hits = this.#actions.onFind(wanted);
    this.#at = -1;
    this.#count.textContent = wanted.trim() !== "" && this.#hits === 0 ? say("find.none") : "";
    if (this.#hits > 0) this.#step(1);
  }

  #step(by: 1 | -1): void {
    if (this.#hits === 0) return;
    this.#at = (this.#at + by + this.#hits) % this.#hits;
    this.#count.textContent = say("find.at", { at: this.#at + 1, count: this.#hits });
    this.#actions.onHit(this.#at);
  }
}
