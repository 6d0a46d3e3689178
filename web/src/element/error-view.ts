/** What is shown when a reading ended without a result: what happened, what helps, and the button to try again. */

import type { OcrError } from "../shared/errors.js";
import { create, createButton, createIcon } from "./dom.js";

/** A card for an error, or for a reading that was cancelled. Hidden until one of them is shown. */
export class ErrorView {
  readonly element: HTMLElement;
  readonly #onRetry: () => void;

  constructor(onRetry: () => void) {
    this.#onRetry = onRetry;
    this.element = create("div", { class: "notice", part: "error", hidden: true });
  }

  showError(error: OcrError): void {
    const facts = `${error.code}, at the stage “${error.stage}”`;
    const details = create("details", {}, create("summary", {}, "Details"), create("p", {}, facts));
    if (error.traceback) details.append(create("pre", { tabindex: "0" }, error.traceback));
    this.#show("alert", error.cause, error.remedy, "Try again", details);
  }

  showCancelled(): void {
    this.#show("close", "Cancelled", "Nothing was read from this image.", "Read it", "");
  }

  hide(): void {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  #show(icon: "alert" | "close", title: string, text: string, action: string, details: Node | string): void {
    const retry = createButton(action, this.#onRetry, { icon: "again", class: "primary", part: "button" });
    this.element.classList.toggle("failed", icon === "alert");
    this.element.replaceChildren(
      createIcon(icon),
      create("p", { class: "notice-title" }, title),
      create("p", { class: "notice-text" }, text),
      retry,
      details,
    );
    this.element.hidden = false;
  }
}
