/** A reading that tells of lines by calling becomes an iterator over them. */

import type { LinesListener, LinesRead, OcrPage } from "../shared/types.js";

/** What `OcrClient.recognizeStream` gives: lines as they are read, and the whole page at last. */
export type RecognizeEvent =
  ({ readonly kind: "lines" } & LinesRead) | { readonly kind: "page"; readonly page: OcrPage };

/** What streaming needs of the options of a call. */
interface StreamOptions {
  readonly signal?: AbortSignal;
  readonly onLines?: LinesListener;
}

/** Iterate over what `recognize` tells of lines, then give its page. Leaving the loop ends it; so does the signal. */
export async function* streamEvents(
  recognize: (streaming: Required<StreamOptions>) => Promise<OcrPage>,
  options: StreamOptions,
): AsyncGenerator<RecognizeEvent, void> {
  const left = new AbortController();
  const leave = (): void => left.abort();
  options.signal?.addEventListener("abort", leave, { once: true });
  if (options.signal?.aborted) leave();
  const told: RecognizeEvent[] = [];
  let isOver = false;
  let wake = (): void => undefined;
  const onLines: LinesListener = (read) => {
    options.onLines?.(read);
    told.push({ kind: "lines", ...read });
    wake();
  };
  const end = (): void => {
    isOver = true;
    wake();
  };
  try {
    const reading = recognize({ signal: left.signal, onLines });
    reading.then(end, end); // its error is thrown where it is awaited
    while (!isOver || told.length > 0) {
      const next = told.shift();
      if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else yield next;
    }
    yield { kind: "page", page: await reading };
  } finally {
    options.signal?.removeEventListener("abort", leave);
    leave();
  }
}
