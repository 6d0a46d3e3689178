/** The builds of ONNX Runtime Web: each is initialised once, so that webgpu and wasm can live in one worker. */

import type * as Ort from "onnxruntime-web";

import { IN_PLACE_OF_BINARY, instantiateCompiled } from "../line-worker/compiled-module.js";
import { discard } from "../line-worker/discard.js";
import type { Program } from "../line-worker/protocol.js";
import type { WebBackend } from "../shared/types.js";
import type { AssetStore, Bytes } from "./asset-store.js";
import { heard } from "../shared/heard.js";
import { buildFor } from "./ort-builds.js";
import type { WasmKernels } from "./wasm-kernels.js";

/** An initialised build, which does one thing at a time. */
export class Runtime {
  #tail: Promise<unknown> = Promise.resolve();

  constructor(readonly ort: typeof Ort) {}

  /** Run `work` after all that was enqueued before, whether that succeeded or not. */
  enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

export class Runtimes {
  readonly #runtimes = new Map<WebBackend, Promise<Runtime>>();
  readonly #renewals = new Map<WebBackend, number>();
  #module: Promise<WebAssembly.Module> | undefined;

  constructor(
    private readonly store: AssetStore,
    private readonly threads: number,
    private readonly kernels: WasmKernels,
  ) {}

  /** Return the runtime of a backend, initialising it when it is first asked for. */
  get(backend: WebBackend): Promise<Runtime> {
    let runtime = this.#runtimes.get(backend);
    if (runtime === undefined) {
      runtime = this.#initialise(backend);
      this.#runtimes.set(backend, runtime);
      // A file that could not be fetched may be there the next time.
      runtime.catch(() => this.#runtimes.delete(backend));
    }
    return runtime;
  }

  /** Refuse this backend from now on, for `reason`: a module cannot be initialised a second time. */
  giveUp(backend: WebBackend, reason: string): void {
    this.#runtimes.set(backend, heard(Promise.reject(new Error(reason))));
  }

  /**
   * Let the next `get` initialise another instance of the backend's build. The memory of the one before goes with the
   * worker only.
   */
  renew(backend: WebBackend): void {
    this.#runtimes.delete(backend);
    if (backend === "wasm") this.#module = undefined;
    this.#renewals.set(backend, (this.#renewals.get(backend) ?? 0) + 1);
  }

  /** Return the WASM runtime as line workers take it: with the same kernels, compiled only once. */
  async program(): Promise<Program> {
    const { api, glue } = buildFor("wasm");
    return { api: this.store.url(api), glue: this.store.url(glue), module: await this.#compiled() };
  }

  async #initialise(backend: WebBackend): Promise<Runtime> {
    const { api, glue, binary } = buildFor(backend);
    // A module is what its whole address says: with another query it is loaded again, with a state of its own.
    const renewals = this.#renewals.get(backend);
    const [ort, wasmBinary] = await Promise.all([
      this.store.importModule<typeof Ort>(renewals === undefined ? api : `${api}?instance=${renewals + 1}`),
      backend === "wasm" ? this.#compiled().then(instead) : this.store.load(binary),
    ]);
    ort.env.logLevel = "error";
    ort.env.wasm.wasmPaths = { mjs: this.store.url(glue) };
    ort.env.wasm.wasmBinary = wasmBinary;
    // On a GPU only shape arithmetic stays on the processor: more threads would idle and cost memory.
    ort.env.wasm.numThreads = backend === "wasm" ? this.threads : 1;
    return new Runtime(ort);
  }

  async #compile(): Promise<WebAssembly.Module> {
    const { ready } = this.kernels;
    if (ready !== undefined) return WebAssembly.compileStreaming(await this.store.openProgram(ready));
    const stock = await this.store.load(buildFor("wasm").binary);
    const binary = await this.kernels.applyTo(stock);
    const module = await WebAssembly.compile(binary);
    discard(stock);
    discard(binary);
    return module;
  }

  #compiled(): Promise<WebAssembly.Module> {
    if (this.#module === undefined) {
      this.#module = this.#compile();
      // As with runtimes: it may be there the next time.
      this.#module.catch(() => (this.#module = undefined));
    }
    return this.#module;
  }
}

function instead(module: WebAssembly.Module): Bytes {
  instantiateCompiled(module);
  return IN_PLACE_OF_BINARY;
}
