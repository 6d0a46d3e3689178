/** What an error means to a visitor, and what they can do about it. Its own words stay in the details. Pure. */

import type { OcrError } from "../shared/errors.js";
import { isWordKey, say, spoken } from "../words/words.js";

/** What the card's button does: read the image again, or take another one. */
export type Remedy = "retry" | "other";

export interface ErrorWords {
  readonly title: string;
  readonly text: string;
  readonly remedy: Remedy;
  /** What the error says of itself, where other words stand in its place. */
  readonly original: string | null;
}

/** What only another file helps against. The same file would fail again. */
const HOPELESS: ReadonlySet<string> = new Set([
  "image_empty",
  "image_shape",
  "image_too_large",
  "image_truncated",
  "image_undecodable",
  "image_unsupported",
  "document_empty",
  "pdf_damaged",
]);

const NEEDS_NETWORK = /^(?:asset_|image_unreachable|worker_failed)/u;
const CRASHED = /^(?:worker_failed|worker_stopped|worker_silent|engine_crashed|backend_crashed|internal)$/u;
const MEMORY = /out of memory|could not allocate|allocation failed|memoryerror|\boom\b/iu;

/** Put an error into a visitor's words. */
export function errorWords(error: OcrError, isOnline: boolean): ErrorWords {
  const { code, cause, remedy: help, message } = error;
  const remedy = HOPELESS.has(code) ? "other" : "retry";
  const general = (key: "offline" | "memory" | "engine"): ErrorWords => ({
    title: say(`error.${key}`),
    text: say(`error.${key}.help`),
    remedy,
    original: message,
  });
  if (!isOnline && NEEDS_NETWORK.test(code)) return general("offline");
  if (MEMORY.test(cause) && code !== "image_too_large") return general("memory");
  if (CRASHED.test(code)) return general("engine");
  const key = `error.${code}`;
  const helpKey = `${key}.help`;
  if (spoken() !== "en" && isWordKey(key) && isWordKey(helpKey))
    return { title: say(key), text: say(helpKey), remedy, original: message };
  return { title: cause, text: help, remedy, original: null };
}
