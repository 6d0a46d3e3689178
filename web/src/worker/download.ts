/** Downloads of the site's files. One of which nothing comes any more is an error, and not a wait without an end. */

import { OcrError, describeError } from "../shared/errors.js";
import { diagnoseSilence } from "./site-diagnosis.js";

/** So long nothing may come of a file. */
const SILENCE_MS = 30_000;
/** A worker that was busy has not seen yet what came meanwhile: it gets so long to look. */
const GRACE_MS = 2_000;

/** Yield the parts of a file as they come. Throws OcrError (`asset_unreachable`); `silenceMs` is for tests. */
export async function* download(
  url: URL,
  path: string,
  cache: RequestCache,
  silenceMs = SILENCE_MS,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const watch = new SilenceWatch(silenceMs);
  try {
    const response = await fetch(url, { cache, signal: watch.signal });
    if (!response.ok) throw unreachable(path, `the server answered ${response.status} for ${url.href}`);
    const reader = response.body?.getReader();
    for (;;) {
      watch.heard();
      const part = await reader?.read();
      if (part?.value === undefined) return;
      yield part.value;
    }
  } catch (error) {
    if (error instanceof OcrError) throw error;
    throw (await diagnoseSilence(url.href)) ?? unreachable(path, describeError(error));
  } finally {
    watch.end();
  }
}

/** Return a whole file as text. Throws as `download` does. */
export async function downloadText(url: URL, path: string, cache: RequestCache): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of download(url, path, cache)) text += decoder.decode(part, { stream: true });
  return text + decoder.decode();
}

export function unreachable(path: string, reason: string): OcrError {
  return new OcrError(
    "asset_unreachable",
    `The file ${path} could not be fetched: ${reason}.`,
    "Check the connection and try again.",
    "load",
  );
}

/** Aborts a request of which nothing was heard for a while. */
class SilenceWatch {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly silenceMs: number) {
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.#abort(), Math.min(GRACE_MS, this.silenceMs));
    }, this.silenceMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    // Also where whoever read has had enough: what is still to come is not wanted.
    this.#controller.abort();
  }

  #abort(): void {
    this.#controller.abort(new Error(`nothing came for ${this.silenceMs / 1000} seconds`));
  }
}
