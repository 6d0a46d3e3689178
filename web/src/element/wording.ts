/**
 * Words and numbers for people: stages, sizes, durations and backends, said the same way everywhere.
 *
 * Pure functions of results and progress; the DOM is somebody else's.
 */

import type { BackendUse, Notice, OcrPage, Progress, Stage, WebBackend } from "../shared/types.js";

const STAGE_WORDS: Record<Stage, string> = {
  load: "Getting ready",
  decode: "Opening the image",
  detect: "Finding text",
  crop: "Cutting out the lines",
  orient: "Checking which way is up",
  recognize: "Reading",
  layout: "Putting the lines in order",
};

const BACKEND_WORDS: Readonly<Record<string, string>> = {
  webgpu: "WebGPU",
  wasm: "WASM",
  webnn: "WebNN",
} satisfies Record<WebBackend, string>;

/** Say how many of something there are: `plural(1, "line")` is "1 line". */
export function plural(count: number, singular: string): string {
  return `${count.toLocaleString("en")} ${singular}${count === 1 ? "" : "s"}`;
}

/** Write a number of bytes in MB, or in kB below a tenth of one. */
export function formatBytes(bytes: number): string {
  if (bytes < 100_000) return `${Math.ceil(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Write a duration in ms as a person would say it: "68 ms", "0.8 s", "12 s", "1 min 5 s". */
export function formatDuration(elapsedMs: number): string {
  if (elapsedMs > 0 && elapsedMs < 99.5) return `${Math.ceil(elapsedMs)} ms`;
  const seconds = elapsedMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Write a confidence in [0, 1] as whole percent, never rounded up to certainty. */
export function formatConfidence(confidence: number): string {
  return `${Math.floor(confidence * 100)}%`;
}

/** What a progress event means to a person. `fraction` in [0, 1] is null while the extent is unknown. */
export interface ProgressWords {
  readonly title: string;
  readonly detail: string;
  readonly fraction: number | null;
}

/** Say what is going on, in how much of it, and how far along. */
export function describeProgress(progress: Progress): ProgressWords {
  const { stage, item, done, total } = progress;
  const title = STAGE_WORDS[stage];
  if (stage === "load") {
    // Once everything is here, Python and the sessions start, which has no extent.
    if (total <= 0 || done >= total) return { title: "Starting the engine", detail: "", fraction: null };
    const detail = `${loadedThing(item)}, ${formatBytes(done)} of ${formatBytes(total)}`;
    return { title, detail, fraction: done / total };
  }
  // The other stages have no steps worth counting: they are short, or one run of one model.
  if (stage !== "recognize" || total <= 0) return { title, detail: "", fraction: null };
  return { title, detail: `${done} of ${plural(total, "line")}`, fraction: done / total };
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
    return unread ? "No text could be read" : "No text found";
  }
  return `${plural(page.lines.length, "line")} in ${formatDuration(readingTime(page))}`;
}

/** Say what is to be known of a result, and of how many places it holds. */
export function describeNotice({ message, quads }: Notice): string {
  return quads.length > 1 ? `${message} (${plural(quads.length, "line")})` : message;
}

/** Say what a file of the site is for. */
function loadedThing(path: string): string {
  if (path.startsWith("models/")) return "Models";
  if (path.startsWith("ort/")) return "Runtime";
  return "Python";
}
