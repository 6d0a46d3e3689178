/** Arrays on their way between Python and ONNX Runtime. */

import type * as Ort from "onnxruntime-web";
import type { PyBuffer } from "pyodide/ffi";

export type Dtype = "float32" | "int32" | "uint8";

/** A tensor on its way between the runtimes: flat data and dims, never nested. */
export interface BridgeTensor {
  readonly name: string;
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly data: Ort.Tensor["data"];
}

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
