/** What the client and the worker say to each other. Every request has an id, and exactly one answer unless cancelled. */

import type { OcrErrorData } from "./errors.js";
import type { BackendChoice, EngineInfo, OcrPage, Progress } from "./types.js";

export interface StartConfig {
  /** Where assets.json lies; ends with a slash. */
  readonly baseUrl: string;
  readonly backend: BackendChoice;
  /** The model family; the manifest's default when absent. */
  readonly model?: string;
  /** Threads of the WASM runtime; chosen from the processor when absent. */
  readonly threads?: number;
}

export interface RecognizeOptions {
  readonly languages?: readonly string[];
}

export type StartRequest = {
  readonly kind: "start";
  readonly id: number;
  readonly config: StartConfig;
};

export type RecognizeRequest = {
  readonly kind: "recognize";
  readonly id: number;
  readonly image: Blob | ImageData | ImageBitmap;
  readonly options: RecognizeOptions;
};

/** Ends the request `id`, whose answer nobody waits for any more. */
export type CancelRequest = { readonly kind: "cancel"; readonly id: number };

export type Request = StartRequest | RecognizeRequest | CancelRequest;

export type Response =
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "started"; readonly id: number; readonly info: EngineInfo }
  | { readonly kind: "recognized"; readonly id: number; readonly page: OcrPage }
  | { readonly kind: "cancelled"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly error: OcrErrorData };
