/** Arrays on their way from Python to ONNX Runtime. */

import type * as Ort from "onnxruntime-web";
import type { PyBuffer } from "pyodide/ffi";

import type { BridgeTensor, Dtype } from "../line-worker/model.js";

/** How pyodide names the buffer types of the dtypes that cross. */
const BUFFER_TYPES = { float32: "f32", int32: "i32", uint8: "u8" } as const satisfies Record<Dtype, string>;

/**
 * Copy a contiguous numpy array. This happens at once, not at the next await: Python's memory moves when it grows,
 * and the array may be reused.
 */
export function copyTensor(
  name: string,
  array: PyBuffer,
  dtype: Dtype,
  dims: readonly number[],
): BridgeTensor {
  const view = array.getBuffer(BUFFER_TYPES[dtype]);
  try {
    return { name, dtype, dims, data: view.data.slice() as Ort.Tensor["data"] };
  } finally {
    view.release();
  }
}
