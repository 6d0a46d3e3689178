/** The public class: starts the worker and turns its messages into promises. */

import type { PageSource } from "../documents/page-source.js";
import type {
  EmbeddedText,
  ExportFormat,
  ExportOptions,
  OcrDocument,
  OcrDocumentPage,
} from "../shared/document.js";
import { OcrError, describeError } from "../shared/errors.js";
import { heard } from "../shared/heard.js";
import type { DecodedPicture, StartConfig, TransferableImage } from "../shared/protocol.js";
import type { BackendUse, EngineInfo, LinesRead, OcrPage, ProgressListener } from "../shared/types.js";
import { untilAborted } from "./abort.js";
import type { DocumentInput, DrawFrame } from "./document-source.js";
import { type Call, EngineWorker, GivenUp, workerError } from "./engine-worker.js";
import {
  type HeldImage,
  type OcrImage,
  checkImage,
  holdImage,
  toTransferable,
  unreadable,
} from "./ocr-image.js";
import {
  type CallOptions,
  type OcrClientOptions,
  type RecognizeCallOptions,
  checkCall,
  configOf,
} from "./options.js";
import type { DocumentCallOptions } from "./recognize-document.js";
import { type RecognizeEvent, streamEvents } from "./recognize-stream.js";

export { OcrError } from "../shared/errors.js";
export type * from "../shared/document.js";
export type * from "../shared/types.js";
export type { PageSource } from "../documents/page-source.js";
export type { DecodedPicture } from "../shared/protocol.js";
export type { DocumentInput } from "./document-source.js";
export { setBaseUrl } from "./base-url.js";
export type { OcrImage } from "./ocr-image.js";
export type { CallOptions, OcrClientOptions, RecognizeCallOptions } from "./options.js";
export type { DocumentCallOptions } from "./recognize-document.js";
export type { RecognizeEvent } from "./recognize-stream.js";

/** Python has 45 MB to begin with, 200 MB after a photograph of 12 megapixels, and 590 MB after one of 48. */
const MOST_HEAP_BYTES = 300_000_000;
/** So long after a reading, or the last look, a worker that has nothing to do is idle. */
const RENEWAL_MS = 10_000;

/** Enough to read small print on the screen. */
const PICTURE_PX = 2400;

/** What a page of a document has beside the options of a call. */
interface PageExtra {
  readonly frame?: number;
  readonly embedded?: EmbeddedText;
}

/** A worker with an engine, and what is said of it once it has started. */
interface Running {
  readonly worker: EngineWorker;
  readonly info: Promise<EngineInfo>;
}

/** Reads text from images in a worker of its own. Costs nothing until `start` or the first `recognize`. */
export class OcrClient {
  /** How it starts, or what is wrong with the options that it was made with. */
  readonly #config: StartConfig | OcrError;
  readonly #onBackendChange: (use: BackendUse) => void;
  readonly #startListeners = new Set<ProgressListener>();
  #running: Running | undefined;
  #disposed = false;

  /** Options that cannot be are an error of every call (`option_invalid`), and start nothing. */
  constructor(options: OcrClientOptions = {}) {
    this.#config = configOf(options);
    this.#onBackendChange = options?.onBackendChange ?? (() => undefined);
  }

  /** Load everything and say what runs. Later calls return the same; after a failure the next call tries again. */
  async start(options: CallOptions = {}): Promise<EngineInfo> {
    checkCall(options);
    return (await this.#start(options)).info;
  }

  /** Read the text of one image. Starts the engine first when it is not running yet. */
  async recognize(image: OcrImage, options: RecognizeCallOptions = {}): Promise<OcrPage> {
    return this.#read(image, options);
  }

  /**
   * Read a document page by page: a PDF, a TIFF of many pages, a ZIP archive of images, or files that are its pages.
   * Yields each page when it is read, and returns the document. Leaving the loop ends the reading.
   */
  async *recognizeDocument(
    input: DocumentInput,
    options: DocumentCallOptions = {},
  ): AsyncGenerator<OcrDocumentPage, OcrDocument> {
    const { readDocument } = await import("./recognize-document.js");
    const { signal, languages, alternatives, indent, furigana, onLines } = options;
    const name = options.name ?? (input instanceof File ? input.name : "");
    let number = 0;
    return yield* readDocument(
      () => this.openDocument(input, options),
      (image, extra, onProgress) => {
        const call = {
          onProgress,
          ...(signal && { signal }),
          ...(languages && { languages }),
          ...(alternatives !== undefined && { alternatives }),
          ...(indent !== undefined && { indent }),
          ...(furigana !== undefined && { furigana }),
          ...(onLines && { onLines: (read: LinesRead): void => onLines(number, read) }),
        };
        return this.#read(image, call, extra);
      },
      name,
      { ...options, onStart: (page) => (number = page) },
    );
  }

  /**
   * Write a document as a file, with the code that the commands have: the bytes are the same. `sources` are the files
   * that it was read from, for "pdf": the PDF itself gets the text, and pictures become its pages.
   */
  async exportDocument(
    document: OcrDocument,
    format: ExportFormat,
    sources: readonly Blob[] = [],
    options: ExportOptions = {},
  ): Promise<Blob> {
    const { worker } = await this.#start({});
    const call = worker.call(() => undefined);
    call.send({ kind: "export", document, format, sources, options });
    const answer = await call.answer;
    if (answer.kind !== "exported") throw new Error(`unexpected answer ${answer.kind}`);
    const { EXPORT_TYPES } = await import("./export-types.js");
    return new Blob([answer.data], { type: EXPORT_TYPES[format] });
  }

  /** Pack files into a ZIP archive, which has no dates: equal files give an equal archive. */
  async packFiles(files: readonly { readonly name: string; readonly blob: Blob }[]): Promise<Blob> {
    const { worker } = await this.#start({});
    const call = worker.call(() => undefined);
    call.send({ kind: "pack", files });
    const answer = await call.answer;
    if (answer.kind !== "exported") throw new Error(`unexpected answer ${answer.kind}`);
    return new Blob([answer.data], { type: "application/zip" });
  }

  /**
   * Decode an image file for people to look at, or a frame of it, upright, its longer side at most `sidePx` or so: of
   * files that browsers cannot draw. The bitmap is the caller's to close.
   */
  async picture(
    image: Blob,
    { frame = 0, sidePx = PICTURE_PX }: { readonly frame?: number; readonly sidePx?: number } = {},
  ): Promise<DecodedPicture> {
    const { worker } = await this.#start({});
    const call = worker.call(() => undefined);
    // What is longer than it is high has fewer pixels: it comes out sharper than asked for.
    call.send({ kind: "picture", image, frame, most_pixels: sidePx * sidePx });
    const answer = await call.answer;
    if (answer.kind !== "pictured") throw new Error(`unexpected answer ${answer.kind}`);
    return answer.picture;
  }

  /** Open a document to look at its pages. Its owner closes it. */
  async openDocument(
    input: DocumentInput,
    { password, pdfText = "auto" }: Pick<DocumentCallOptions, "password" | "pdfText"> = {},
  ): Promise<PageSource> {
    const { baseUrl } = this.#startable();
    const { openDocument } = await import("./document-source.js");
    const draw: DrawFrame = async (image, frame, sidePx) =>
      (await this.picture(image, { frame, sidePx })).bitmap;
    return openDocument(input, { baseUrl, pdfText, ...(password !== undefined && { password }) }, draw);
  }

  async #read(image: OcrImage | null, options: RecognizeCallOptions, extra?: PageExtra): Promise<OcrPage> {
    // Only a page of a document may come without a picture.
    if (image !== null || extra === undefined) checkImage(image);
    checkCall(options);
    const held = image === null ? null : new Held(image, options.signal);
    for (;;) {
      try {
        return await this.#readOnce(held, options, extra);
      } catch (error) {
        // What was cancelled before it was in the way of this one, which has not begun.
        if (!(error instanceof GivenUp)) throw error;
      }
    }
  }

  async #readOnce(held: Held | null, options: RecognizeCallOptions, extra?: PageExtra): Promise<OcrPage> {
    const { signal, onProgress, onLines } = options;
    const { worker } = await this.#start(options);
    signal?.throwIfAborted();
    const call = worker.call((update) => {
      if (update.kind === "progress") onProgress?.(update.progress);
      else if (update.kind === "lines") onLines?.(update.read);
    }, true);
    signal?.addEventListener("abort", call.cancel, { once: true });
    try {
      // Whatever becomes of the worker meanwhile, and of the image: the call ends as soon as one of them fails.
      const answer = await untilAborted(
        Promise.race([call.answer, handOver(call, held, options, extra)]),
        signal,
      );
      if (answer.kind !== "recognized") throw new Error(`unexpected answer ${answer.kind}`);
      if (answer.heap_bytes > MOST_HEAP_BYTES) this.#renewWhenIdle(worker);
      return answer.page;
    } finally {
      call.cancel();
      signal?.removeEventListener("abort", call.cancel);
    }
  }

  /**
   * Read the text of one image and iterate over its lines as they are read; the page comes last. Leaving the loop
   * cancels the reading.
   */
  recognizeStream(image: OcrImage, options: RecognizeCallOptions = {}): AsyncGenerator<RecognizeEvent, void> {
    return streamEvents((streaming) => this.recognize(image, { ...options, ...streaming }), options);
  }

  /** Stop the worker and free its memory. Whatever is pending rejects with the code "disposed". */
  dispose(): void {
    this.#disposed = true;
    this.#running?.worker.end(disposedError());
  }

  /** Return the running engine, started by this call or by one before it. */
  async #start({ signal, onProgress }: CallOptions): Promise<Running> {
    const config = this.#startable();
    signal?.throwIfAborted();
    if (onProgress !== undefined) this.#startListeners.add(onProgress);
    try {
      const running = (this.#running ??= this.#startWorker(config));
      await untilAborted(running.info, signal);
      return running;
    } finally {
      if (onProgress !== undefined) this.#startListeners.delete(onProgress);
    }
  }

  /** Return how an engine starts. Throws OcrError where none can. */
  #startable(): StartConfig {
    if (this.#disposed) throw disposedError();
    if (this.#config instanceof OcrError) throw this.#config;
    return this.#config;
  }

  /** A worker gives no memory back. One that has taken much gives way to a fresh one when it has had nothing to do. */
  #renewWhenIdle(worker: EngineWorker): void {
    setTimeout(() => {
      if (this.#running?.worker !== worker) return;
      if (!worker.isIdle) return this.#renewWhenIdle(worker);
      worker.end(workerError("it has grown too large"));
      this.start().catch(() => undefined); // the next call tries again, and is told
    }, RENEWAL_MS);
  }

  #startWorker(config: StartConfig): Running {
    const worker = new EngineWorker(config.baseUrl, {
      onBackend: this.#onBackendChange,
      onEnd: (reason) => {
        if (this.#running?.worker === worker) this.#running = undefined;
        // Ready for the next call, which is told where that fails.
        if (reason instanceof GivenUp) this.start().catch(() => undefined);
      },
    });
    const call = worker.call((update) => {
      if (update.kind !== "progress") return;
      for (const listener of this.#startListeners) listener(update.progress);
    });
    call.send({ kind: "start", config });
    const started = async (): Promise<EngineInfo> => {
      try {
        const answer = await call.answer;
        if (answer.kind !== "started") throw new Error(`unexpected answer ${answer.kind}`);
        return answer.info;
      } catch (error) {
        worker.end(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    };
    return { worker, info: heard(started()) };
  }
}

/** An image that is fetched once, however often it is handed over. */
class Held {
  #image: Promise<HeldImage> | undefined;

  constructor(
    private readonly given: OcrImage,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async crossing(): Promise<TransferableImage> {
    this.#image ??= holdImage(this.given, this.signal);
    return toTransferable(await this.#image, this.signal);
  }
}

/** Hand an image over to the worker. Rejects when it cannot be; else it is the worker that answers. */
async function handOver(
  call: Call,
  held: Held | null,
  options: RecognizeCallOptions,
  extra: PageExtra = {},
): Promise<never> {
  const crossing = held === null ? null : await held.crossing();
  const transfer = crossing instanceof ImageBitmap ? [crossing] : [];
  const { languages, alternatives, indent, furigana } = options;
  const chosen = {
    ...extra,
    ...(languages !== undefined && { languages }),
    ...(alternatives !== undefined && { alternatives }),
    ...(indent !== undefined && { indent }),
    ...(furigana !== undefined && { furigana }),
  };
  const streams = options.onLines !== undefined;
  let isSent = false;
  try {
    isSent = call.send({ kind: "recognize", image: crossing, options: chosen, streams }, transfer);
  } catch (error) {
    throw unreadable(`cannot be handed to the worker (${describeError(error)})`);
  } finally {
    // A bitmap that was not handed over is nobody's.
    if (!isSent) for (const bitmap of transfer) bitmap.close();
  }
  return new Promise<never>(() => undefined);
}

function disposedError(): OcrError {
  return new OcrError("disposed", "The OCR client was disposed.", "Create a new OcrClient.", "load");
}
