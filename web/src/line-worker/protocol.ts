/** What a line worker is asked, and what it answers. It is asked one thing at a time; every request has one answer. */

import type { BridgeTensor } from "./model.js";

/** ONNX Runtime Web, ready to be instantiated: the module is compiled once, and its code shared by all workers. */
export interface Program {
  /** Addresses of the API module and of the glue. */
  readonly api: string;
  readonly glue: string;
  readonly module: WebAssembly.Module;
}

/** What a model's inputs and outputs are called. */
export interface ModelNames {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

export type LineRequest =
  /** Answered once the lock is held, which is free again when the worker has ended, however that came. */
  | { readonly kind: "start"; readonly program: Program; readonly lock: string }
  | { readonly kind: "load"; readonly path: string; readonly model: Uint8Array<ArrayBuffer> }
  | { readonly kind: "run"; readonly path: string; readonly inputs: readonly BridgeTensor[] };

export type LineAnswer =
  | { readonly kind: "started" }
  | { readonly kind: "loaded"; readonly names: ModelNames }
  | { readonly kind: "ran"; readonly outputs: readonly BridgeTensor[] }
  | { readonly kind: "failed"; readonly name: string; readonly message: string };
