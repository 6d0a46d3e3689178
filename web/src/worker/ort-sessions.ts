/** Models on ONNX Runtime Web: loaded ahead or when asked for, and released by backend. */

import type * as Ort from "onnxruntime-web";

import { type BridgeTensor, createModel, feedsOf, outputsOf } from "../line-worker/model.js";
import type { ModelNames } from "../line-worker/protocol.js";
import { describeError } from "../shared/errors.js";
import type { WebBackend } from "../shared/types.js";
import type { AssetStore } from "./asset-store.js";
import type { GpuSlot } from "./gpu-slot.js";
import { heard } from "../shared/heard.js";
import { tellComputing } from "./computing.js";
import { type LinePool, LinesUnread } from "./line-pool.js";
import type { Runtime, Runtimes } from "./ort-runtime.js";

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
export interface Session extends ModelNames {
  /** Run the model once and return every output. */
  run(inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]>;
  release(): Promise<void>;
}

/** A model on a runtime of this worker. */
class OwnSession implements Session {
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

  async run(inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]> {
    const feeds = feedsOf(this.runtime.ort, inputs);
    const run = (): ReturnType<typeof this.session.run> => {
      tellComputing(inputs);
      return this.session.run(feeds);
    };
    return outputsOf(await Promise.race([this.runtime.enqueue(run), this.lost]));
  }

  async release(): Promise<void> {
    await this.runtime.enqueue(() => this.session.release());
  }
}

/** A model in the line workers, and on this worker's own runtime once they cannot be used. */
class PooledSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  #own: Promise<Session> | undefined;

  constructor(
    names: ModelNames,
    private readonly pool: LinePool,
    private readonly path: string,
    private readonly loadOwn: () => Promise<Session>,
  ) {
    this.inputNames = names.inputNames;
    this.outputNames = names.outputNames;
  }

  async run(inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]> {
    try {
      return await this.pool.run(this.path, inputs);
    } catch (error) {
      if (!(error instanceof LinesUnread)) throw error;
      this.#own ??= this.loadOwn();
      return (await this.#own).run(inputs);
    }
  }

  /** Nothing to do: `loadOwn` is known to whoever gave it, and the pool is closed as a whole. */
  async release(): Promise<void> {}
}

export class Sessions {
  readonly #prepared = new Map<string, Promise<Session>>();
  readonly #sessions = new Map<WebBackend, Set<Promise<Session>>>();

  constructor(
    private readonly store: AssetStore,
    private readonly runtimes: Runtimes,
    private readonly gpu: GpuSlot,
    private readonly lines: LinePool,
  ) {}

  /** Start loading the runtime and these models now, so that `create` finds them loaded. */
  prepare(backend: WebBackend, paths: readonly string[], forLines = false): void {
    heard(this.runtimes.get(backend));
    for (const path of paths)
      this.#prepared.set(`${backend}:${path}`, heard(this.#load(backend, path, forLines)));
  }

  /** Load the model at `path` on `backend`, or hand out what was prepared. Models `forLines` may go to line workers. */
  create(backend: WebBackend, path: string, forLines: boolean): Promise<Session> {
    const key = `${backend}:${path}`;
    const session = this.#prepared.get(key) ?? this.#load(backend, path, forLines);
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
    if (backend === "wasm") this.lines.close();
    const sessions = [...(this.#sessions.get(backend) ?? [])];
    this.#sessions.delete(backend);
    for (const key of this.#prepared.keys()) if (key.startsWith(`${backend}:`)) this.#prepared.delete(key);
    const released = Promise.all(sessions.map(releaseQuietly)).then(() => true);
    const inTime = new Promise<false>((resolve) => setTimeout(() => resolve(false), RELEASE_MS));
    if (!(await Promise.race([released, inTime]))) this.runtimes.giveUp(backend, "its runtime hangs");
  }

  #load(backend: WebBackend, path: string, forLines: boolean): Promise<Session> {
    const pooled = forLines && backend === "wasm" && this.lines.size > 0;
    const session = pooled ? this.#createPooled(path) : this.#create(backend, path);
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
    const session = await runtime.enqueue(() => createModel(runtime.ort, model, provider));
    return new OwnSession(runtime, session, gpu?.lost ?? NEVER);
  }

  async #createPooled(path: string): Promise<Session> {
    const loadOwn = (): Promise<Session> => this.#load("wasm", path, false);
    try {
      return new PooledSession(await this.lines.load(path), this.lines, path, loadOwn);
    } catch (error) {
      if (!(error instanceof LinesUnread)) throw error;
      return loadOwn();
    }
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
