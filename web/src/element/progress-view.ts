/** What is shown while something is going on: the stage in words, a bar, how long it has taken, and a way out. */

import type { Progress } from "../shared/types.js";
import { say } from "../words/words.js";
import { create, createButton } from "./dom.js";
import { describeProgress, formatDuration } from "./wording.js";

const TICK_MS = 200;

/** A panel that is hidden until `start` and again after `stop`. */
export class ProgressView {
  readonly element: HTMLElement;
  readonly #title = create("p", { class: "progress-title", part: "status" });
  readonly #detail = create("span");
  readonly #elapsed = create("span", { class: "progress-elapsed" });
  readonly #fill = create("div", { class: "progress-fill" });
  readonly #bar: HTMLElement;
  #startedAt = 0;
  #isWaiting = false;
  /** How far the stage had come: a bar never runs backwards, whatever is found to be needed besides. */
  #reached = { stage: "", fraction: 0 };
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(onCancel: () => void) {
    this.#bar = create("div", { class: "progress-bar", part: "progress", role: "progressbar" }, this.#fill);
    this.#bar.ariaLabel = say("progress");
    this.element = create(
      "div",
      { class: "progress", hidden: true },
      this.#title,
      create("p", { class: "progress-detail" }, this.#detail, this.#elapsed),
      createButton(say("cancel"), onCancel, { part: "button" }),
      this.#bar,
    );
  }

  /** Show the panel and start its clock, which starts again when the waiting ends. */
  start(title: string): void {
    this.stop();
    this.#startedAt = performance.now();
    this.#isWaiting = true;
    this.#reached = { stage: "", fraction: 0 };
    this.#say(title, "", null);
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
    this.element.hidden = false;
  }

  /** Show a progress event. */
  update(progress: Progress): void {
    if (this.#isWaiting) this.#startedAt = performance.now();
    this.#isWaiting = false;
    const { title, detail, fraction } = describeProgress(progress);
    const { stage } = progress;
    const before = this.#reached.stage === stage ? this.#reached.fraction : 0;
    if (fraction !== null) this.#reached = { stage, fraction: Math.max(before, fraction) };
    this.#say(title, detail, fraction === null ? null : this.#reached.fraction);
  }

  /** Hide the panel and stop its clock. */
  stop(): void {
    clearInterval(this.#ticker);
    this.#ticker = undefined;
    this.element.hidden = true;
  }

  #tick(): void {
    const elapsedMs = performance.now() - this.#startedAt;
    this.#elapsed.textContent = elapsedMs < 1000 ? "" : formatDuration(elapsedMs);
  }

  #say(title: string, detail: string, fraction: number | null): void {
    this.#title.textContent = title;
    this.#detail.textContent = detail;
    this.#bar.classList.toggle("indeterminate", fraction === null);
    this.#bar.ariaValueNow = fraction === null ? null : String(Math.round(fraction * 100));
    this.#bar.ariaValueText = detail ? `${title}: ${detail}` : title;
    this.#fill.style.scale = fraction === null ? "" : `${fraction} 1`;
  }
}
