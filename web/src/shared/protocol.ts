/** What the client and the worker say to each other. Every request but a ping has an id, and exactly one answer unless cancelled. */

import type { EmbeddedText, ExportFormat, ExportOptions, OcrDocument } from "./document.js";
import type { OcrErrorData } from "./errors.js";
import type { BackendMeasurement } from "./measurement.js";
import type {
  BackendChoice,
  BackendUse,
  EngineInfo,
  EngineParams,
  KernelChoice,
  LinesRead,
  OcrPage,
  Progress,
  TextOptions,
  WebBackend,
} from "./types.js";

export interface StartConfig {
  /** Where assets.json lies; ends with a slash. */
  readonly baseUrl: string;
  readonly backend: BackendChoice;
  /** Which models read: "balanced", "fast", "best" or another of the site's; its default when absent. */
  readonly profile?: string;
  /** Threads of the WASM runtime; chosen from the processor when absent. */
  readonly threads?: number;
  /** Most line workers beside the WASM runtime; chosen from processor and memory when absent, none when 0. */
  readonly lineWorkers?: number;
  /** Millions of pixels that an image is read with at most; chosen from the memory when absent. */
  readonly maxMegapixels?: number;
  /** Kernels of the WASM runtime; "auto" when absent. */
  readonly kernels?: KernelChoice;
  readonly params?: EngineParams;
}

export interface MeasureConfig extends StartConfig {
  readonly backend: WebBackend;
  /** Time every size and check the largest golden case, as far as the time for that suffices. */
  readonly thorough: boolean;
}

/** An image that can cross to the worker. Encoded files (a Blob) are decoded there. */
export type TransferableImage = Blob | ImageData | ImageBitmap;

export interface RecognizeOptions extends TextOptions {
  readonly languages?: readonly string[];
  readonly alternatives?: boolean;
  /** Which frame of a file of many, from 0; absent means the first, and a notice when there are more. */
  readonly frame?: number;
  /** Text that the page has already. */
  readonly embedded?: EmbeddedText;
}

/** A picture, upright, and the size of the image that it may have been scaled down from. */
export interface DecodedPicture {
  readonly bitmap: ImageBitmap;
  readonly width: number;
  readonly height: number;
}

export type StartRequest = {
  readonly kind: "start";
  readonly id: number;
  readonly config: StartConfig;
};

export type RecognizeRequest = {
  readonly kind: "recognize";
  readonly id: number;
  /** Null where all text is embedded. */
  readonly image: TransferableImage | null;
  readonly options: RecognizeOptions;
  /** Whether lines are to be told of as they are read. */
  readonly streams: boolean;
};

/** Measures a backend in place of starting an engine. */
export type MeasureRequest = {
  readonly kind: "measure";
  readonly id: number;
  readonly config: MeasureConfig;
};

/** Writes a document in some form. `sources` are the files that it was read from; only "pdf" needs them. */
export type ExportRequest = {
  readonly kind: "export";
  readonly id: number;
  readonly document: OcrDocument;
  readonly format: ExportFormat;
  readonly sources: readonly Blob[];
  readonly options: ExportOptions;
};

/** Decodes a picture for people to look at, of a file that the browser cannot draw. */
export type PictureRequest = {
  readonly kind: "picture";
  readonly id: number;
  readonly image: Blob;
  /** Which frame of a file of many, from 0. */
  readonly frame: number;
  readonly most_pixels: number;
};

/** Packs files into a ZIP archive. */
export type PackRequest = {
  readonly kind: "pack";
  readonly id: number;
  readonly files: readonly { readonly name: string; readonly blob: Blob }[];
};

/** Ends the request `id`, whose answer nobody waits for any more. */
export type CancelRequest = { readonly kind: "cancel"; readonly id: number };

/** Asks whether the worker lives, which it says as soon as it comes to hear of it. */
export type PingRequest = { readonly kind: "ping" };

export type Request =
  | StartRequest
  | RecognizeRequest
  | MeasureRequest
  | ExportRequest
  | PackRequest
  | PictureRequest
  | CancelRequest
  | PingRequest;

/** What a worker says unasked. */
export type Notice =
  /** Another backend has taken over. */
  | { readonly kind: "backend"; readonly use: BackendUse }
  | { readonly kind: "alive" }
  /** From now on it may hear of nothing for so long: a model runs, which cannot be interrupted. */
  | { readonly kind: "computing"; readonly limit_ms: number };

/** What is told of a request before its answer. */
export type Update =
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | {
      readonly kind: "step";
      readonly id: number;
      readonly what: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: "lines"; readonly id: number; readonly read: LinesRead };

export type Answer =
  | { readonly kind: "started"; readonly id: number; readonly info: EngineInfo }
  | { readonly kind: "measured"; readonly id: number; readonly measured: BackendMeasurement }
  | { readonly kind: "recognized"; readonly id: number; readonly page: OcrPage; readonly heap_bytes: number }
  | { readonly kind: "exported"; readonly id: number; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly kind: "pictured"; readonly id: number; readonly picture: DecodedPicture }
  | { readonly kind: "cancelled"; readonly id: number };

export type Response =
  Update | Answer | { readonly kind: "failed"; readonly id: number; readonly error: OcrErrorData };
