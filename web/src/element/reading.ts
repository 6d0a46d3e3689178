/** The state of an element: which image it reads or has read, and what came of it. Knows nothing of how that looks. */

import { abortError } from "../client/abort.js";
import type { RecognizeCallOptions } from "../client/ocr-client.js";
import type { HeldImage } from "../client/ocr-image.js";
import { OcrError } from "../shared/errors.js";
import type { LinesRead, OcrPage, Progress } from "../shared/types.js";

/** What the element is doing. Styled from outside as `py-ocr:state(reading)`. */
export type ReadingState = "empty" | "reading" | "done" | "failed" | "cancelled";

/** Hears what becomes of a reading, when the state has changed already. Of one that was replaced it hears nothing. */
export interface ReadingListener {
  onStart(): void;
  onProgress(progress: Progress): void;
  onLines(read: LinesRead): void;
  onResult(page: OcrPage): void;
  onError(error: OcrError): void;
  /** The state is "done" where there is an earlier result of the image, which is kept. */
  onCancelled(): void;
}

/** How to come by the image and by its text; both end early when the signal aborts. */
export interface ReadingSteps {
  load(signal: AbortSignal): Promise<HeldImage>;
  /** Ends it from outside. */
  readonly signal?: AbortSignal | undefined;
  recognize(image: HeldImage, options: RecognizeCallOptions): Promise<OcrPage>;
}

export class Reading {
  #state: ReadingState = "empty";
  #image: HeldImage | null = null;
  #page: OcrPage | null = null;
  #error: OcrError | null = null;
  #running: AbortController | null = null;

  constructor(private readonly listener: ReadingListener) {}

  get state(): ReadingState {
    return this.#state;
  }

  get image(): HeldImage | null {
    return this.#image;
  }

  /** The last result, also while the image is read again. */
  get page(): OcrPage | null {
    return this.#page;
  }

  get error(): OcrError | null {
    return this.#error;
  }

  /** Take up an image, or forget the one there was. The result of another image goes. Whatever runs is given up. */
  replace(image: HeldImage | null): void {
    this.cancel();
    if (image === null || image !== this.#image) this.#page = null;
    this.#image = image;
  }

  /** Take up an image with a result that is there already. */
  restore(image: HeldImage, page: OcrPage): void {
    this.replace(image);
    this.#error = null;
    this.#page = page;
    this.#state = "done";
  }

  /** Take a corrected page for the result, unless the image is read again. */
  correct(page: OcrPage): void {
    if (this.#state === "done") this.#page = page;
  }

  /** End what runs, if anything does. */
  cancel(): void {
    this.#running?.abort();
  }

  /** Read. Rejects with an OcrError, or with an AbortError when it was cancelled or another reading took over. */
  async run({ load, recognize, signal: outer }: ReadingSteps): Promise<OcrPage> {
    this.cancel();
    const running = new AbortController();
    const { signal } = running;
    const isCurrent = (): boolean => this.#running === running;
    outer?.addEventListener("abort", () => running.abort(), { once: true, signal });
    this.#running = running;
    this.#error = null;
    this.#state = "reading";
    this.listener.onStart();
    try {
      const image = await load(signal);
      if (isCurrent()) this.#image = image;
      const page = await recognize(image, {
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.listener.onProgress(progress);
        },
        onLines: (read) => {
          if (!signal.aborted) this.listener.onLines(read);
        },
      });
      if (!isCurrent()) throw abortError();
      this.#succeed(page);
      return page;
    } catch (error) {
      if (isCurrent()) this.#fail(error, signal);
      throw signal.aborted ? abortError() : OcrError.from(error, "recognize");
    }
  }

  #succeed(page: OcrPage): void {
    this.#running = null;
    this.#page = page;
    this.#state = "done";
    this.listener.onResult(page);
  }

  #fail(error: unknown, signal: AbortSignal): void {
    this.#running = null;
    if (signal.aborted) {
      this.#state = this.#page ? "done" : "cancelled";
      this.listener.onCancelled();
      return;
    }
    this.#error = OcrError.from(error, "recognize");
    this.#state = "failed";
    this.listener.onError(this.#error);
  }
}
