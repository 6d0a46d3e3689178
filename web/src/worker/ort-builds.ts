/** The builds of ONNX Runtime Web: which one a backend needs, and where its files lie in the site. */

import type { WebBackend } from "../shared/types.js";

/** A build: its API module, its glue and its binary, as paths of the site. */
export interface Build {
  readonly api: string;
  readonly glue: string;
  readonly binary: string;
}

const build = (api: string, core: string): Build => ({
  api: `ort/ort.${api}.min.mjs`,
  glue: `ort/ort-wasm-simd-threaded${core}.mjs`,
  binary: `ort/ort-wasm-simd-threaded${core}.wasm`,
});

/** The builds that build.mjs copies; a visit fetches the one that it needs. */
export const BUILDS = {
  wasm: build("wasm", ""),
  // JSPI (WebAssembly.Suspending) makes the binary 10 MB smaller; Safari and Firefox lack it.
  webgpuJspi: build("jspi", ".jspi"),
  webgpuAsyncify: build("webgpu", ".asyncify"),
} as const satisfies Record<string, Build>;

/** Return the build for a backend. WebGPU and WebNN are in the same ones. */
export function buildFor(backend: WebBackend): Build {
  if (backend === "wasm") return BUILDS.wasm;
  return "Suspending" in WebAssembly ? BUILDS.webgpuJspi : BUILDS.webgpuAsyncify;
}
