/** What a screen reader is told when a reading has come to another state. Pure. */

import type { Settled } from "./view.js";
import { summarize } from "./wording.js";

export function announcementOf({ state, name, page, error, isCancelled }: Settled): string {
  if (isCancelled && page) return `Cancelled; the earlier result of ${name} is kept`;
  if (isCancelled) return `Cancelled reading ${name}`;
  if (state === "failed") return `${name} could not be read. ${error?.message ?? ""}`;
  if (state === "done" && page) return `${name}: ${summarize(page)}`;
  return `Reading ${name}`;
}
