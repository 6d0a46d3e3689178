/** Byte progress of the load stage, summed over parallel downloads. */

import type { ProgressListener } from "../shared/types.js";

/** Often enough for a smooth bar, seldom enough to cost nothing. */
const REPORT_INTERVAL_MS = 50;

/** Sums what parallel downloads have received and reports it, at most every 50 ms. */
export class ByteProgress {
  #done = 0;
  #total = 0;
  #reportedAt = -Infinity;

  constructor(private readonly listener: ProgressListener) {}

  /** Announce `bytes` to come, so that the total is known before the first of them arrives. */
  expect(bytes: number): void {
    this.#total += bytes;
  }

  /** Count `bytes` of `item` as received. */
  receive(item: string, bytes: number): void {
    this.#done += bytes;
    const now = performance.now();
    if (this.#done < this.#total && now - this.#reportedAt < REPORT_INTERVAL_MS) return;
    this.#reportedAt = now;
    this.listener({ stage: "load", item, done: this.#done, total: this.#total });
  }
}
