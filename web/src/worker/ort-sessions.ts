/** Models on ONNX Runtime Web: loaded ahead or when asked for, and released by backend. */

import type * as Ort from "onnxruntime-web";

import { describeError } from "../shared/errors.js";
import type { WebBackend } from "../shared/types.js";
import type { AssetStore } from "./asset-store.js";
import type { GpuSlot } from "./gpu-slot.js";
import { heard } from "./heard.js";
import type { Runtime, Runtimes } from "./ort-runtime.js";
import type { BridgeTensor, Dtype } from "./tensors.js";

/** ONNX Runtime's level for errors; its warnings here are about shape operators that stay on the processor. */
const LOG_ERRORS = 3;

/** What ONNX Runtime is asked for; `webgpu` comes with its device in place of this. */
const PROVIDERS: Record<WebBackend, Ort.InferenceSession.ExecutionProviderConfig> = {
  webgpu: "webgpu",
  wasm: "wasm",
  webnn: { name: "webnn", deviceType: "gpu" },
};

/** How long a backend that is being closed may take to release its models before its runtime is given up. */
const RELEASE_MS = 5000;

const NEVER = new Promise<never>(() => undefined);

/** A loaded model. */
export class Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];

  /** `lost` rejects when the device is gone, so that nobody waits for it. */
  constructor(
    private readonly runtime: Runtime,
    private readonly session: Ort.InferenceSession,
    private readonly lost: Promise<never>,
  ) {
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  /** Run the model once and return every output. */
  async run(inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]> {
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

export class Sessions {
  readonly #prepared = new Map<string, Promise<Session>>();
  readonly #sessions = new Map<WebBackend, Set<Promise<Session>>>();

  constructor(
    private readonly store: AssetStore,
    private readonly runtimes: Runtimes,
    private readonly gpu: GpuSlot,
  ) {}

  /** Start loading the runtime and these models now, so that `create` finds them loaded. */
  prepare(backend: WebBackend, paths: readonly string[]): void {
    heard(this.runtimes.get(backend));
    for (const path of paths) this.#prepared.set(`${backend}:${path}`, heard(this.#load(backend, path)));
  }

  /** Load the model at `path` on `backend`, or hand out what was prepared. */
  create(backend: WebBackend, path: string): Promise<Session> {
    const key = `${backend}:${path}`;
    const session = this.#prepared.get(key) ?? this.#load(backend, path);
    this.#prepared.delete(key);
    return session;
  }

  /**
   * Release a backend's models, and its device. It can be opened again, on a new device and in the same runtime: a
   * module cannot be initialised a second time, and its memory goes with the worker only, but is used again.
   */
  async close(backend: WebBackend): Promise<void> {
    // First, so that a run which hangs on the device ends, and the release after it in the queue has its turn.
    if (backend === "webgpu") await this.gpu.release();
    const sessions = [...(this.#sessions.get(backend) ?? [])];
    this.#sessions.delete(backend);
    for (const key of this.#prepared.keys()) if (key.startsWith(`${backend}:`)) this.#prepared.delete(key);
    const released = Promise.all(sessions.map(releaseQuietly)).then(() => true);
    const inTime = new Promise<false>((resolve) => setTimeout(() => resolve(false), RELEASE_MS));
    if (!(await Promise.race([released, inTime]))) this.runtimes.giveUp(backend, "its runtime hangs");
  }

  #load(backend: WebBackend, path: string): Promise<Session> {
    const session = this.#create(backend, path);
    const sessions = this.#sessions.get(backend) ?? new Set();
    this.#sessions.set(backend, sessions.add(session));
    return session;
  }

  async #create(backend: WebBackend, path: string): Promise<Session> {
    const [runtime, model, gpu] = await Promise.all([
      this.runtimes.get(backend),
      this.store.load(path),
      backend === "webgpu" ? this.gpu.acquire() : undefined,
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
    return new Session(runtime, session, gpu?.lost ?? NEVER);
  }
}

async function releaseQuietly(session: Promise<Session>): Promise<void> {
  try {
    await (await session).release();
  } catch (error) {
    // It never came to be, or its runtime has crashed: then its memory goes with the worker.
    console.warn(`py-ocr: could not release a model: ${describeError(error)}`);
  }
}
