/** The public class: starts the worker and turns its messages into promises. */

import type { PageSource } from "../documents/page-source.js";
import type { EmbeddedText, OcrDocument, OcrDocumentPage } from "../shared/document.js";
import { OcrError } from "../shared/errors.js";
import type { BackendNotice, Request, Response, StartConfig, TransferableImage } from "../shared/protocol.js";
import type {
  BackendChoice,
  BackendUse,
  EngineInfo,
  EngineParams,
  KernelChoice,
  LinesListener,
  LinesRead,
  OcrPage,
  ProgressListener,
  TextOptions,
} from "../shared/types.js";
import { untilAborted } from "./abort.js";
import { type DocumentInput, openDocument } from "./document-source.js";
import { createWorker, resolveBaseUrl, workerError } from "./engine-worker.js";
import { type OcrImage, toTransferable } from "./ocr-image.js";
import { type DocumentCallOptions, readDocument } from "./recognize-document.js";
import { type RecognizeEvent, streamEvents } from "./recognize-stream.js";

export { OcrError } from "../shared/errors.js";
export type * from "../shared/document.js";
export type * from "../shared/types.js";
export type { PageSource } from "../documents/page-source.js";
export type { DocumentInput } from "./document-source.js";
export type { OcrImage } from "./ocr-image.js";
export { asDocument, type DocumentCallOptions } from "./recognize-document.js";
export type { RecognizeEvent } from "./recognize-stream.js";

export interface OcrClientOptions {
  /** Where the site's files lie. By default the folder above this module's. Must be of the page's own origin. */
  readonly baseUrl?: string | URL;
  readonly backend?: BackendChoice;
  /** Which models read: "balanced", "fast", "best" or another of the site's; its default when absent. */
  readonly profile?: string;
  /**
   * How many cores of the processor WASM may use: threads of its runtime, where the page is cross-origin isolated, and
   * workers that read lines, which are never more.
   */
  readonly threads?: number;
  /** Most workers that read lines beside each other, on WASM; 0 switches them off. */
  readonly lineWorkers?: number;
  /** Kernels of the WASM runtime: "stock" switches ours off. */
  readonly kernels?: KernelChoice;
  /** Other values for parameters of the stages, for who wants to trade accuracy for speed or the reverse. */
  readonly params?: EngineParams;
  /** Hears of every change of backend after the start, such as the one that a lost GPU leads to. */
  readonly onBackendChange?: (use: BackendUse) => void;
}

export interface CallOptions {
  /** Ends the call: its promise rejects at once with a DOMException named "AbortError". */
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
}

export interface RecognizeCallOptions extends CallOptions, TextOptions {
  /** BCP 47 tags of the languages to expect, of those that the profile offers; letters that none uses are not read. */
  readonly languages?: readonly string[];
  /** Hears of lines as they are read, the top of the page first. The page that comes last replaces them. */
  readonly onLines?: LinesListener;
  /** Whether to tell what doubtful characters may be otherwise, which takes a while. */
  readonly alternatives?: boolean;
}

/** What a page of a document has beside the options of a call. */
interface PageExtra {
  readonly frame?: number;
  readonly embedded?: EmbeddedText;
}

interface Pending {
  resolve(response: Response): void;
  reject(error: Error): void;
  readonly onProgress: ProgressListener;
  readonly onLines: LinesListener | undefined;
}

/** A request that is under way. */
interface Sent {
  readonly id: number;
  readonly response: Promise<Response>;
}

/** After these nothing that lives in the worker can be trusted: the next call starts a fresh one. */
const FATAL_CODES: ReadonlySet<string> = new Set(["engine_crashed", "backend_crashed"]);

/** Omit that keeps the members of a union apart. */
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** Reads text from images in a worker of its own. Costs nothing until `start` or the first `recognize`. */
export class OcrClient {
  readonly #config: StartConfig;
  readonly #onBackendChange: (use: BackendUse) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #startListeners = new Set<ProgressListener>();
  #worker: Worker | undefined;
  /** Why there is no worker any more. */
  #stopReason: Error = workerError(undefined);
  #started: Promise<EngineInfo> | undefined;
  #disposed = false;
  #nextId = 1;

  constructor(options: OcrClientOptions = {}) {
    const {
      baseUrl,
      backend = "auto",
      profile,
      threads,
      lineWorkers,
      kernels,
      params,
      onBackendChange,
    } = options;
    this.#onBackendChange = onBackendChange ?? (() => undefined);
    this.#config = {
      baseUrl: resolveBaseUrl(baseUrl),
      backend,
      ...(profile === undefined ? {} : { profile }),
      ...(threads === undefined ? {} : { threads }),
      ...(lineWorkers === undefined ? {} : { lineWorkers }),
      ...(kernels === undefined ? {} : { kernels }),
      ...(params === undefined ? {} : { params }),
    };
  }

  /** Load everything and say what runs. Later calls return the same; after a failure the next call tries again. */
  async start({ signal, onProgress }: CallOptions = {}): Promise<EngineInfo> {
    this.#throwIfDisposed();
    signal?.throwIfAborted();
    if (onProgress !== undefined) this.#startListeners.add(onProgress);
    try {
      this.#started ??= this.#startWorker();
      return await untilAborted(this.#started, signal);
    } finally {
      if (onProgress !== undefined) this.#startListeners.delete(onProgress);
    }
  }

  /** Read the text of one image. Starts the engine first when it is not running yet. */
  async recognize(image: OcrImage, options: RecognizeCallOptions = {}): Promise<OcrPage> {
    return this.#read(image, options);
  }

  /**
   * Read a document page by page: a PDF, a TIFF of many pages, a ZIP archive of images, or files that are its pages.
   * Yields each page when it is read, and returns the document. Leaving the loop ends the reading.
   */
  recognizeDocument(
    input: DocumentInput,
    options: DocumentCallOptions = {},
  ): AsyncGenerator<OcrDocumentPage, OcrDocument> {
    const { signal, languages, alternatives, indent, furigana, onLines } = options;
    const name = options.name ?? (input instanceof File ? input.name : "");
    let number = 0;
    return readDocument(
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

  /** Open a document to look at its pages. Its owner closes it. */
  openDocument(
    input: DocumentInput,
    { password, pdfText = "auto" }: Pick<DocumentCallOptions, "password" | "pdfText"> = {},
  ): Promise<PageSource> {
    const { baseUrl } = this.#config;
    return openDocument(input, { baseUrl, pdfText, ...(password !== undefined && { password }) });
  }

  async #read(
    image: OcrImage | null,
    options: RecognizeCallOptions,
    extra: PageExtra = {},
  ): Promise<OcrPage> {
    const { signal } = options;
    await this.start(options);
    const ready = image === null ? null : await toTransferable(image);
    const { id, response } = this.#sendImage(ready, options, extra);
    const cancel = (): void => {
      this.#pending.delete(id);
      this.#worker?.postMessage({ kind: "cancel", id } satisfies Request);
    };
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      const answer = await untilAborted(response, signal);
      if (answer.kind !== "recognized") throw new Error(`unexpected answer ${answer.kind}`);
      return answer.page;
    } finally {
      signal?.removeEventListener("abort", cancel);
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
    this.#stopWorker(disposedError());
  }

  async #startWorker(): Promise<EngineInfo> {
    this.#worker = createWorker(this.#config.baseUrl);
    this.#worker.onmessage = ({ data }: MessageEvent<Response | BackendNotice>) => this.#receive(data);
    this.#worker.onerror = (event) => this.#stopWorker(workerError(event.message));
    const report: ProgressListener = (progress) => {
      for (const listener of this.#startListeners) listener(progress);
    };
    try {
      const { response } = this.#send({ kind: "start", config: this.#config }, { onProgress: report });
      const answer = await response;
      if (answer.kind !== "started") throw new Error(`unexpected answer ${answer.kind}`);
      return answer.info;
    } catch (error) {
      this.#stopWorker(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  /** Hand an image over to the worker. A bitmap that cannot be handed over is nobody's, and is closed. */
  #sendImage(image: TransferableImage | null, call: RecognizeCallOptions, extra: PageExtra): Sent {
    const transfer = image instanceof ImageBitmap ? [image] : [];
    const { languages, alternatives, indent, furigana } = call;
    const options = {
      ...extra,
      ...(languages !== undefined && { languages }),
      ...(alternatives !== undefined && { alternatives }),
      ...(indent !== undefined && { indent }),
      ...(furigana !== undefined && { furigana }),
    };
    const streams = call.onLines !== undefined;
    try {
      call.signal?.throwIfAborted();
      return this.#send({ kind: "recognize", image, options, streams }, call, transfer);
    } catch (error) {
      for (const bitmap of transfer) bitmap.close();
      throw error;
    }
  }

  #send(
    request: WithoutId<Request>,
    { onProgress = () => undefined, onLines }: RecognizeCallOptions,
    transfer: Transferable[] = [],
  ): Sent {
    // It may have died since the start, while an image was made ready for it.
    if (this.#worker === undefined) throw this.#stopReason;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#worker.postMessage({ ...request, id } satisfies Request, transfer);
    const response = new Promise<Response>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress, onLines });
    });
    return { id, response };
  }

  #receive(response: Response | BackendNotice): void {
    if (response.kind === "backend") {
      this.#onBackendChange(response.use);
      return;
    }
    const pending = this.#pending.get(response.id);
    if (pending === undefined) return; // cancelled: nobody waits for it any more
    if (response.kind === "progress") {
      pending.onProgress(response.progress);
      return;
    }
    if (response.kind === "lines") {
      pending.onLines?.(response.read);
      return;
    }
    this.#pending.delete(response.id);
    if (response.kind !== "failed") {
      pending.resolve(response);
      return;
    }
    const error = OcrError.fromJSON(response.error);
    pending.reject(error);
    if (FATAL_CODES.has(error.code)) this.#stopWorker(error);
  }

  #stopWorker(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#stopReason = reason;
    this.#started = undefined;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(reason);
  }

  #throwIfDisposed(): void {
    if (this.#disposed) throw disposedError();
  }
}

function disposedError(): OcrError {
  return new OcrError("disposed", "The OCR client was disposed.", "Create a new OcrClient.", "load");
}
