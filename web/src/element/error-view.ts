/** What is shown when a reading ended without a result: what happened, what helps, and the button for that. */

import type { OcrError } from "../shared/errors.js";
import { say } from "../words/words.js";
import { type IconName, create, createButton, createIcon } from "./dom.js";
import { errorWords } from "./error-words.js";

export interface ErrorActions {
  onRetry(): void;
  onChoose(): void;
}

/** A card for an error, or for a reading that was cancelled. Hidden until one of them is shown. */
export class ErrorView {
  readonly element: HTMLElement;
  readonly #actions: ErrorActions;

  constructor(actions: ErrorActions) {
    this.#actions = actions;
    this.element = create("div", { class: "notice", part: "error", hidden: true });
  }

  showError(error: OcrError): void {
    const { title, text, remedy, original } = errorWords(error, navigator.onLine);
    const facts = say("error.facts", { code: error.code, stage: error.stage });
    const details = create(
      "details",
      {},
      create("summary", {}, say("error.details")),
      create("p", {}, facts),
    );
    if (original) details.append(create("p", { lang: "en" }, original));
    if (error.traceback) details.append(create("pre", { tabindex: "0" }, error.traceback));
    const action =
      remedy === "retry"
        ? this.#action("error.retry", "again", this.#actions.onRetry)
        : this.#action("error.other", "image", this.#actions.onChoose);
    this.#show("alert", title, text, action, details);
  }

  /** Ask for something without which nothing can be read. `form` is where it is given. */
  ask(title: string, text: string, form: Node): void {
    this.#show("lock", title, text, form, "");
  }

  showCancelled(): void {
    const action = this.#action("cancelled.action", "again", this.#actions.onRetry);
    this.#show("close", say("cancelled.title"), say("cancelled.text"), action, "");
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  #action(
    key: "error.retry" | "error.other" | "cancelled.action",
    icon: IconName,
    onClick: () => void,
  ): Node {
    return createButton(say(key), onClick, { icon, class: "primary", part: "button" });
  }

  #show(
    icon: "alert" | "close" | "lock",
    title: string,
    text: string,
    action: Node,
    details: Node | string,
  ): void {
    this.element.classList.toggle("failed", icon === "alert");
    this.element.replaceChildren(
      createIcon(icon),
      create("p", { class: "notice-title" }, title),
      create("p", { class: "notice-text" }, text),
      action,
      details,
    );
    this.element.hidden = false;
  }
}
