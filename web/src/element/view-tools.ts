/** The tools below the image: how large it is shown, which way up, with boxes or without. */

import { formatNumber, say } from "../words/words.js";
import { create, createButton } from "./dom.js";

export interface ViewToolActions {
  onOut(): void;
  onIn(): void;
  onFit(): void;
  onWidth(): void;
  onFull(): void;
  onTurn(): void;
  onBoxes(shown: boolean): void;
}

export class ViewTools {
  readonly element: HTMLElement;
  readonly #percent = create("output", { class: "zoom-percent" });
  readonly #boxes: HTMLButtonElement;
  readonly #onBoxes: (shown: boolean) => void;
  #areShown = true;

  constructor(actions: ViewToolActions) {
    const tool = { class: "tool", part: "button", iconOnly: true } as const;
    this.#onBoxes = (shown) => actions.onBoxes(shown);
    this.#boxes = createButton(say("boxes"), () => this.toggleBoxes(), {
      ...tool,
      icon: "boxes",
      "aria-pressed": "true",
    });
    this.element = create(
      "div",
      { class: "zoom", role: "group", "aria-label": say("zoom"), hidden: true },
      createButton(say("zoom.out"), actions.onOut, { ...tool, icon: "minus" }),
      this.#percent,
      createButton(say("zoom.in"), actions.onIn, { ...tool, icon: "plus" }),
      createButton(say("zoom.fit"), actions.onFit, { ...tool, icon: "fit" }),
      createButton(say("zoom.width"), actions.onWidth, { ...tool, icon: "width" }),
      createButton(say("zoom.full"), actions.onFull, { ...tool, icon: "full" }),
      create("span", { class: "spring" }),
      createButton(say("turn.right"), actions.onTurn, { ...tool, icon: "turn" }),
      this.#boxes,
    );
  }

  showScale(scale: number): void {
    this.#percent.textContent = formatNumber(scale, { style: "percent", maximumFractionDigits: 0 });
  }

  toggleBoxes(): void {
    this.#areShown = !this.#areShown;
    this.#boxes.ariaPressed = String(this.#areShown);
    this.#onBoxes(this.#areShown);
  }
}
