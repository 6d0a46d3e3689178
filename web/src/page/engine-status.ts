/** The engine's line in the masthead: which backend runs, and why not a faster one. Also starts it ahead of time. */

import { type EngineLease, EngineSlot } from "../client/client-pool.js";
import type { OcrClient } from "../client/ocr-client.js";
import { describeBackend, describeProgress } from "../element/wording.js";
import type { BackendUse, Progress } from "../shared/types.js";
import { say } from "../words/words.js";
import type { Settings } from "./settings.js";

/** Keeps the engine of the current settings alive between images. */
export class EngineStatus {
  readonly #element: HTMLElement;
  readonly #slot = new EngineSlot();
  #lease: EngineLease | null = null;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Take up the engine of these settings and let go of the one before. It is not started yet. */
  use({ backend, profile, kernels, lineWorkers }: Settings): void {
    const lease = this.#slot.use({
      backend,
      kernels,
      ...(profile && { profile }),
      ...(lineWorkers !== null && { lineWorkers }),
    });
    if (lease === this.#lease) return;
    this.#lease = lease;
    this.#say("", "idle");
  }

  /** The client of the current settings. */
  get client(): OcrClient {
    if (!this.#lease) throw new Error("no settings yet");
    return this.#lease.client;
  }

  /** Start the engine before the image is there. What goes wrong is told by the reading that needs it. */
  warm(): void {
    const lease = this.#lease;
    if (!lease) return;
    const isCurrent = (): boolean => this.#lease === lease;
    lease.client
      .start({
        onProgress: (progress) => isCurrent() && this.#say(describeProgress(progress).title, "starting"),
      })
      .then(
        (info) => isCurrent() && this.showUse(info),
        () => isCurrent() && this.#say(say("engine.stopped"), "failed"),
      );
  }

  /** Show that a reading starts the engine. */
  showProgress(progress: Progress): void {
    if (progress.stage === "load") this.#say(describeProgress(progress).title, "starting");
  }

  /** Show what a result was really made with: an engine can fall back in the middle of a reading. */
  showUse(use: BackendUse): void {
    const { name, reasons } = describeBackend(use);
    this.#say(name, "ready", reasons);
  }

  #say(text: string, state: "idle" | "starting" | "ready" | "failed", reasons = ""): void {
    const said = [text, reasons].join(" ").trim();
    // Said again, the same words would be read out again.
    if (this.#element.title !== said) this.#element.textContent = text;
    this.#element.title = said;
    this.#element.dataset["state"] = state;
    this.#element.hidden = text === "";
  }
}
