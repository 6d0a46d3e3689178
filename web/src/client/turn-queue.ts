/** One thing after the other, in the order of asking. */

import { abortError, untilAborted } from "./abort.js";

/** Runs tasks one after another. A task that fails, or is given up while it waits, holds up nobody. */
export class TurnQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Run `task` in its turn. Rejects with an AbortError, without running it, if `signal` aborts before. */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const result = this.#last.then(() => {
      if (signal?.aborted) throw abortError();
      return task();
    });
    this.#last = result.catch(() => undefined); // whoever asked for it hears of the failure
    return untilAborted(result, signal);
  }
}
