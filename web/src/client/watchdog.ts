/** Notices that a worker says nothing any more, so that nobody waits for it without an end. */

import type { Notice, Response } from "../shared/protocol.js";

/** How often a worker is asked whether it lives. */
const TICK_MS = 5_000;
/** The worker's script may take so long to come and to run. */
const FIRST_WORD_MS = 90_000;
/** A worker that computes answers between two steps of the work, none of which takes so long. */
const SILENCE_MS = 60_000;
/** So long a worker may live and yet get on with nothing. Its own limits on files and runs of models are far below. */
const STANDSTILL_MS = 300_000;

/** Asks a worker whether it lives, while something is expected of it. */
export class Watchdog {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tickedAt = 0;
  #silent_ms = 0;
  #still_ms = 0;
  #allowed_ms = FIRST_WORD_MS;

  /** `ping` asks the worker; `onLost` hears once why it is given up. */
  constructor(
    private readonly ping: () => void,
    private readonly onLost: (reason: string) => void,
  ) {}

  /** Something is expected of the worker. */
  watch(): void {
    if (this.#timer !== undefined) return;
    this.#silent_ms = 0;
    this.#still_ms = 0;
    this.#next();
  }

  /** Nothing is expected of it any more. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The worker said something. */
  heard(message: Response | Notice): void {
    this.#silent_ms = 0;
    if (message.kind !== "alive") this.#still_ms = 0;
    this.#allowed_ms = message.kind === "computing" ? Math.max(SILENCE_MS, message.limit_ms) : SILENCE_MS;
  }

  #next(): void {
    this.#tickedAt = performance.now();
    this.#timer = setTimeout(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    // While the page itself stood still (a busy thread, a hidden tab, a sleeping computer), no answer could be heard.
    const passed_ms = Math.min(performance.now() - this.#tickedAt, 2 * TICK_MS);
    this.#silent_ms += passed_ms;
    this.#still_ms += passed_ms;
    if (this.#silent_ms >= this.#allowed_ms)
      this.#lose(`it has said nothing for ${seconds(this.#silent_ms)}`);
    else if (this.#still_ms >= STANDSTILL_MS)
      this.#lose(`it got on with nothing for ${seconds(this.#still_ms)}`);
    else {
      this.ping();
      this.#next();
    }
  }

  #lose(reason: string): void {
    this.rest();
    this.onLost(reason);
  }
}

function seconds(duration_ms: number): string {
  return `${Math.round(duration_ms / 1000)} seconds`;
}
