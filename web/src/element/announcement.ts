/** What a screen reader is told when a reading has come to another state. Pure. */

import { say } from "../words/words.js";
import type { Settled } from "./view.js";
import { summarize } from "./wording.js";

export function announcementOf({ state, name, page, error, isCancelled }: Settled): string {
  if (isCancelled && page) return say("said.kept", { name });
  if (isCancelled) return say("said.cancelled", { name });
  if (state === "failed") return say("said.failed", { name, message: error?.message ?? "" });
  if (state === "done" && page) return say("said.done", { name, summary: summarize(page) });
  return say("said.reading", { name });
}
