/**
 * Words and numbers for people: stages, sizes, durations and backends, said the same way everywhere.
 *
 * Pure functions of results and progress; the DOM is somebody else's.
 */

import type { BackendUse, Notice, OcrPage, Progress, WebBackend } from "../shared/types.js";
import { formatNumber, isWordKey, say, spoken } from "../words/words.js";

const BACKEND_WORDS: Readonly<Record<string, string>> = {
  webgpu: "WebGPU",
  wasm: "WASM",
  webnn: "WebNN",
} satisfies Record<WebBackend, string>;

/** Write a number of bytes in MB, or in kB below a tenth of one. */
export function formatBytes(bytes: number): string {
  if (bytes < 100_000) return say("size.kb", { n: Math.ceil(bytes / 1000) });
  return say("size.mb", { n: tenths(bytes / 1_000_000) });
}

/** Write a duration in ms as a person would say it: "68 ms", "0.8 s", "12 s", "1 min 5 s". */
export function formatDuration(elapsedMs: number): string {
  if (elapsedMs > 0 && elapsedMs < 99.5) return say("time.ms", { n: Math.ceil(elapsedMs) });
  const seconds = elapsedMs / 1000;
  if (seconds < 9.95) return say("time.s", { n: tenths(seconds) });
  const whole = Math.round(seconds);
  if (whole < 60) return say("time.s", { n: whole });
  return say("time.min", { min: Math.floor(whole / 60), s: whole % 60 });
}

function tenths(value: number): string {
  // Rounded as before it is written: 1.45 has no exact form, and Intl rounds it up.
  return formatNumber(Number(value.toFixed(1)), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** Write a confidence in [0, 1] as whole percent, never rounded up to certainty. */
export function formatConfidence(confidence: number): string {
  return formatNumber(Math.floor(confidence * 100) / 100, { style: "percent" });
}

/** What a progress event means to a person. `fraction` in [0, 1] is null while the extent is unknown. */
export interface ProgressWords {
  readonly title: string;
  readonly detail: string;
  readonly fraction: number | null;
}

/** Say what is going on, in how much of it, and how far along. */
export function describeProgress(progress: Progress): ProgressWords {
  const { stage, done, total } = progress;
  const title = say(`stage.${stage}`);
  if (stage === "load") {
    // Once everything is here, Python and the sessions start, which has no extent.
    if (total <= 0 || done >= total) return { title: say("load.start"), detail: "", fraction: null };
    const detail = say("load.bytes", { done: formatBytes(done), total: formatBytes(total) });
    return { title, detail, fraction: done / total };
  }
  // The other stages have no steps worth counting: they are short, or one run of one model.
  if (stage !== "recognize" || total <= 0) return { title, detail: "", fraction: null };
  return { title, detail: say("read.of", { done, count: total }), fraction: done / total };
}

/** Name a backend: "WebGPU". */
export function backendName(backend: string): string {
  return BACKEND_WORDS[backend] ?? backend;
}

/** What ran, and why it was not something else. `reasons` are sentences; empty if it was the first choice. */
export interface BackendWords {
  readonly name: string;
  readonly reasons: string;
}

/** Say which backend an engine runs on, or a result was made with. */
export function describeBackend(use: BackendUse): BackendWords {
  const backend = backendName(use.used);
  const reasons = use.fallbacks.map(({ reason }) => reason.trim().replace(/[^.!?]$/u, "$&."));
  return { name: use.detail ? `${backend}, ${use.detail}` : backend, reasons: reasons.join(" ") };
}

/** Sum the stages of a reading, in ms. The time to load the engine is not part of it. */
export function readingTime(page: OcrPage): number {
  return Object.entries(page.timings_ms).reduce((sum, [stage, ms]) => (stage === "load" ? sum : sum + ms), 0);
}

/** One line about a result: "32 lines in 1.4 s". */
export function summarize(page: OcrPage): string {
  if (page.lines.length === 0) {
    const unread = page.notices.some(({ quads }) => quads.length > 0);
    return say(unread ? "none.read" : "none.found");
  }
  return say("lines.in", { count: page.lines.length, time: formatDuration(readingTime(page)) });
}

/** Say what is to be known of a result, and of how many places it holds. */
export function describeNotice({ code, message, quads }: Notice): string {
  const key = `notice.${code}`;
  // In English it has more to say of the case than the catalogue.
  const said = spoken() !== "en" && isWordKey(key) ? say(key) : message;
  return quads.length > 1 ? `${said} (${say("lines", { count: quads.length })})` : said;
}
