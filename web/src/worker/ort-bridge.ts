/**
 * ONNX Runtime Web as Python sees it: the JavaScript module `py_ocr_bridge`, imported by py_ocr/backends/web.py only.
 * It decides nothing. Each build of the runtime is initialised once, so that webgpu and wasm can live in one worker.
 */

import type * as Ort from "onnxruntime-web";
import type { PyBuffer } from "pyodide/ffi";

import type { AssetStore } from "./asset-store.js";
import { describeError } from "../shared/errors.js";
import { type GpuAccess, requestGpu } from "./gpu-device.js";
import { type Backend, buildFor } from "./ort-builds.js";
import { readVerdict, writeVerdict } from "./verdict-store.js";
import { probeWebnn } from "./webnn-context.js";

type Dtype = "float32" | "int32" | "uint8";

/** What a backend runs on: for people, and as a key that changes with adapter, browser and runtime. */
interface Device {
  readonly detail: string;
  readonly identity: string;
}

/** ONNX Runtime's level for errors; its warnings here are about shape operators that stay on the processor. */
const LOG_ERRORS = 3;

/** How pyodide names the buffer types of the dtypes that cross. */
const BUFFER_TYPES = { float32: "f32", int32: "i32", uint8: "u8" } as const satisfies Record<Dtype, string>;

/** What ONNX Runtime is asked for; `webgpu` comes with its device in place of this. */
const PROVIDERS: Record<Backend, Ort.InferenceSession.ExecutionProviderConfig> = {
  webgpu: "webgpu",
  wasm: "wasm",
  webnn: { name: "webnn", deviceType: "gpu" },
};

/** How long a backend that is being closed may take to release its models before they are left to their fate. */
const RELEASE_MS = 5000;

class Runtime {
  #tail: Promise<unknown> = Promise.resolve();

  constructor(readonly ort: typeof Ort) {}

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

  /** `lost` rejects when the device is gone, so that nobody waits for it. */
  constructor(
    private readonly runtime: Runtime,
    private readonly session: Ort.InferenceSession,
    private readonly lost: Promise<never>,
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
    const results = await Promise.race([this.runtime.enqueue(() => this.session.run(feeds)), this.lost]);
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

/** A GPU device in use. */
class Gpu {
  loss: string | undefined;
  readonly lost: Promise<never>;

  constructor(readonly access: GpuAccess) {
    this.lost = access.device.lost.then(({ reason, message }) => {
      this.loss = message || reason;
      throw new Error(this.loss);
    });
    heard(this.lost);
  }
}

const NEVER = new Promise<never>(() => undefined);

export class OrtBridge {
  readonly #runtimes = new Map<Backend, Promise<Runtime>>();
  readonly #prepared = new Map<string, Promise<BridgeSession>>();
  readonly #sessions = new Map<Backend, Set<Promise<BridgeSession>>>();
  #gpuRequest: Promise<Gpu> | undefined;
  #gpu: Gpu | undefined;

  constructor(
    private readonly store: AssetStore,
    readonly threads: number,
  ) {}

  /** Return what a backend would run on. Rejects with the reason when it cannot run at all. */
  async probe(backend: Backend): Promise<Device> {
    if (backend === "wasm") {
      return { detail: `${this.threads} thread${this.threads === 1 ? "" : "s"}`, identity: "" };
    }
    const runtime = this.store.checksum(buildFor(backend).binary);
    if (backend === "webnn") {
      await probeWebnn();
      return { detail: "WebNN, experimental", identity: JSON.stringify([navigator.userAgent, runtime]) };
    }
    const { detail, identity } = (await this.#requestGpu()).access;
    return { detail, identity: `${identity} ${runtime}` };
  }

  /** Why the GPU device was lost, or undefined while it is in use. */
  gpu_loss(): string | undefined {
    return this.#gpu?.loss;
  }

  read_verdict(key: string): Promise<string | undefined> {
    return readVerdict(key);
  }

  write_verdict(key: string, verdict: string): Promise<void> {
    return writeVerdict(key, verdict);
  }

  /**
   * Release a backend's models, and its device. It can be opened again, on a new device and in the same runtime: a
   * module cannot be initialised a second time, and its memory goes with the worker only, but is used again.
   */
  async close_backend(backend: Backend): Promise<void> {
    const gpu = backend === "webgpu" ? await this.#gpuRequest?.catch(() => undefined) : undefined;
    if (backend === "webgpu") this.#gpuRequest = this.#gpu = undefined;
    // First, so that a run which hangs on the device ends, and the release after it in the queue has its turn.
    gpu?.access.device.destroy();
    const sessions = [...(this.#sessions.get(backend) ?? [])];
    this.#sessions.delete(backend);
    for (const key of this.#prepared.keys()) if (key.startsWith(`${backend}:`)) this.#prepared.delete(key);
    const released = Promise.all(sessions.map(releaseQuietly)).then(() => true);
    const inTime = new Promise<false>((resolve) => setTimeout(() => resolve(false), RELEASE_MS));
    if (!(await Promise.race([released, inTime]))) {
      this.#runtimes.set(backend, heard(Promise.reject(new Error("its runtime hangs"))));
    }
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

  #load(backend: Backend, path: string): Promise<BridgeSession> {
    const session = this.#create(backend, path);
    const sessions = this.#sessions.get(backend) ?? new Set();
    this.#sessions.set(backend, sessions.add(session));
    return session;
  }

  async #create(backend: Backend, path: string): Promise<BridgeSession> {
    const [runtime, model, gpu] = await Promise.all([
      this.#runtime(backend),
      this.store.load(path),
      backend === "webgpu" ? this.#requestGpu() : undefined,
    ]);
    const provider: Ort.InferenceSession.ExecutionProviderConfig =
      gpu === undefined ? PROVIDERS[backend] : { name: "webgpu", device: gpu.access.device };
    const session = await runtime.enqueue(() =>
      runtime.ort.InferenceSession.create(model, {
        executionProviders: [provider],
        graphOptimizationLevel: "all",
        logSeverityLevel: LOG_ERRORS,
      }),
    );
    return new BridgeSession(runtime, session, gpu?.lost ?? NEVER);
  }

  #requestGpu(): Promise<Gpu> {
    this.#gpuRequest ??= requestGpu().then((access) => (this.#gpu = new Gpu(access)));
    return this.#gpuRequest;
  }

  #runtime(backend: Backend): Promise<Runtime> {
    let runtime = this.#runtimes.get(backend);
    if (runtime === undefined) {
      runtime = this.#initialise(backend);
      this.#runtimes.set(backend, runtime);
      // A file that could not be fetched may be there the next time.
      runtime.catch(() => this.#runtimes.delete(backend));
    }
    return runtime;
  }

  async #initialise(backend: Backend): Promise<Runtime> {
    const { api, glue, binary } = buildFor(backend);
    const [ort, wasmBinary] = await Promise.all([
      this.store.importModule<typeof Ort>(api),
      this.store.load(binary),
    ]);
    ort.env.logLevel = "error";
    ort.env.wasm.wasmPaths = { mjs: this.store.url(glue) };
    ort.env.wasm.wasmBinary = wasmBinary;
    // On a GPU only shape arithmetic stays on the processor: more threads would idle and cost memory.
    ort.env.wasm.numThreads = backend === "wasm" ? this.threads : 1;
    return new Runtime(ort);
  }
}

/** Keep a rejection from counting as unhandled before the one who will await `promise` does so. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function releaseQuietly(session: Promise<BridgeSession>): Promise<void> {
  try {
    await (await session).release();
  } catch (error) {
    // It never came to be, or its runtime has crashed: then its memory goes with the worker.
    console.warn(`py-ocr: could not release a model: ${describeError(error)}`);
  }
}
