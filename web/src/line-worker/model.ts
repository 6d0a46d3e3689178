/** A model on ONNX Runtime Web, run on plain arrays, in whichever worker. */

import type * as Ort from "onnxruntime-web";

import { discard } from "./discard.js";

export type Dtype = "float32" | "int32" | "uint8";

/** A tensor on its way between the runtimes: flat data and dims, never nested. */
export interface BridgeTensor {
  readonly name: string;
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly data: Ort.Tensor["data"];
}

/** ONNX Runtime's level for errors; its warnings here are about shape operators that stay on the processor. */
const LOG_ERRORS = 3;

/** Load a model. Its file is gone afterwards. */
export async function createModel(
  ort: typeof Ort,
  model: Uint8Array<ArrayBuffer>,
  provider: Ort.InferenceSession.ExecutionProviderConfig,
): Promise<Ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: "all",
      logSeverityLevel: LOG_ERRORS,
      // A pattern plans one block of memory for each shape that was seen, beside all the earlier ones. Every page and
      // every batch of lines has a shape of its own, so that blocks pile up and are hardly ever used again.
      enableMemPattern: false,
    });
  } finally {
    discard(model);
  }
}

/** Return what a model takes, as ONNX Runtime does. */
export function feedsOf({ Tensor }: typeof Ort, inputs: readonly BridgeTensor[]): Record<string, Ort.Tensor> {
  return Object.fromEntries(
    inputs.map(({ name, dtype, data, dims }) => [name, new Tensor(dtype as Dtype, data, dims)]),
  );
}

/** Return every output of a run. They belong to the caller. */
export function outputsOf(results: Ort.InferenceSession.OnnxValueMapType): BridgeTensor[] {
  return Object.entries(results as Record<string, Ort.Tensor>).map(([name, tensor]) => {
    const output = { name, dtype: tensor.type, dims: tensor.dims, data: tensor.data };
    tensor.dispose();
    return output;
  });
}
