/**
 * ONNX Runtime Web as Python sees it: the JavaScript module `py_ocr_bridge`, imported by py_ocr/backends/web.py only.
 * It decides nothing. Each build of the runtime is initialised once, so that webgpu and wasm can live in one worker.
 */

import type * as Ort from "onnxruntime-web";
import type { PyBuffer } from "pyodide/ffi";

import type { AssetStore } from "./asset-store.js";
import { type GpuAccess, requestGpu } from "./gpu-device.js";

export type Backend = "webgpu" | "wasm";
type Dtype = "float32" | "int32" | "uint8";

/** A build of ONNX Runtime Web: its API module, its glue and its binary, as paths of the site. */
interface Build {
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

export function buildFor(backend: Backend): Build {
  if (backend === "wasm") return BUILDS.wasm;
  return "Suspending" in WebAssembly ? BUILDS.webgpuJspi : BUILDS.webgpuAsyncify;
}

/** ONNX Runtime's level for errors; its warnings here are about shape operators that stay on the processor. */
const LOG_ERRORS = 3;

/** How pyodide names the buffer types of the dtypes that cross. */
const BUFFER_TYPES = { float32: "f32", int32: "i32", uint8: "u8" } as const satisfies Record<Dtype, string>;

class Runtime {
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    readonly ort: typeof Ort,
    readonly provider: Ort.InferenceSession.ExecutionProviderConfig,
  ) {}

  /** Run `work` after all that was enqueued before, whether that succeeded or not. */
  enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

/** A tensor on its way between the runtimes: flat data and dims, never nested. */
export interface BridgeTensor {
  readonly name: string;
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly data: Ort.Tensor["data"];
}

/** A loaded model. */
export class BridgeSession {
  readonly input_names: readonly string[];
  readonly output_names: readonly string[];

  constructor(
    private readonly runtime: Runtime,
    private readonly session: Ort.InferenceSession,
  ) {
    this.input_names = session.inputNames;
    this.output_names = session.outputNames;
  }

  /** Run the model once on what `copy_tensor` returned, and return every output. */
  async run(...inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]> {
    const { Tensor } = this.runtime.ort;
    const feeds = Object.fromEntries(
      inputs.map(({ name, dtype, data, dims }) => [name, new Tensor(dtype as Dtype, data, dims)]),
    );
    const results = await this.runtime.enqueue(() => this.session.run(feeds));
    return Object.entries(results).map(([name, tensor]) => {
      const output = { name, dtype: tensor.type, dims: tensor.dims, data: tensor.data };
      tensor.dispose();
      return output;
    });
  }

  async release(): Promise<void> {
    await this.runtime.enqueue(() => this.session.release());
  }
}

export class OrtBridge {
  readonly #runtimes = new Map<Backend, Promise<Runtime>>();
  readonly #prepared = new Map<string, Promise<BridgeSession>>();
  #gpu: Promise<GpuAccess> | undefined;
  #gpuLoss: string | undefined;

  constructor(
    private readonly store: AssetStore,
    readonly threads: number,
  ) {}

  /** Return what the GPU is called. Rejects with the reason when there is none. */
  async probe_webgpu(): Promise<string> {
    return (await this.#requestGpu()).detail;
  }

  /** Why the GPU device was lost, or undefined while it is in use. */
  gpu_loss(): string | undefined {
    return this.#gpuLoss;
  }

  read_text(path: string): Promise<string> {
    return this.store.loadText(path);
  }

  /** Say what `auto` will probably come to. */
  async likely_backend(): Promise<Backend> {
    return this.#requestGpu().then(
      () => "webgpu",
      () => "wasm",
    );
  }

  /** Start loading the runtime and these models now, so that `create_session` finds them loaded. */
  prepare(backend: Backend, paths: readonly string[]): void {
    heard(this.#runtime(backend));
    for (const path of paths) this.#prepared.set(`${backend}:${path}`, heard(this.#load(backend, path)));
  }

  /** Load the model at `path` on `backend`, or hand out what was prepared. */
  create_session(backend: Backend, path: string): Promise<BridgeSession> {
    const key = `${backend}:${path}`;
    const session = this.#prepared.get(key) ?? this.#load(backend, path);
    this.#prepared.delete(key);
    return session;
  }

  /**
   * Copy a contiguous numpy array. This happens at once, not at the next await: Python's memory moves when it grows,
   * and the array may be reused.
   */
  copy_tensor(name: string, array: PyBuffer, dtype: Dtype, ...dims: readonly number[]): BridgeTensor {
    const view = array.getBuffer(BUFFER_TYPES[dtype]);
    try {
      return { name, dtype, dims, data: view.data.slice() as Ort.Tensor["data"] };
    } finally {
      view.release();
    }
  }

  async #load(backend: Backend, path: string): Promise<BridgeSession> {
    const [runtime, model] = await Promise.all([this.#runtime(backend), this.store.load(path)]);
    const session = await runtime.enqueue(() =>
      runtime.ort.InferenceSession.create(model, {
        executionProviders: [runtime.provider],
        graphOptimizationLevel: "all",
        logSeverityLevel: LOG_ERRORS,
      }),
    );
    return new BridgeSession(runtime, session);
  }

  #requestGpu(): Promise<GpuAccess> {
    this.#gpu ??= requestGpu().then((gpu) => {
      void gpu.device.lost.then(({ reason, message }) => {
        this.#gpuLoss = message || reason;
      });
      return gpu;
    });
    return this.#gpu;
  }

  #runtime(backend: Backend): Promise<Runtime> {
    let runtime = this.#runtimes.get(backend);
    if (runtime === undefined) {
      runtime = this.#initialise(backend);
      this.#runtimes.set(backend, runtime);
    }
    return runtime;
  }

  async #initialise(backend: Backend): Promise<Runtime> {
    const { api, glue, binary } = buildFor(backend);
    const [ort, wasmBinary, gpu] = await Promise.all([
      this.store.importModule<typeof Ort>(api),
      this.store.load(binary),
      backend === "webgpu" ? this.#requestGpu() : undefined,
    ]);
    ort.env.logLevel = "error";
    ort.env.wasm.wasmPaths = { mjs: this.store.url(glue) };
    ort.env.wasm.wasmBinary = wasmBinary;
    // With WebGPU only shape arithmetic stays on the processor: more threads would idle and cost memory.
    ort.env.wasm.numThreads = backend === "wasm" ? this.threads : 1;
    return new Runtime(ort, gpu === undefined ? "wasm" : { name: "webgpu", device: gpu.device });
  }
}

/** Keep a rejection from counting as unhandled before the one who will await `promise` does so. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
