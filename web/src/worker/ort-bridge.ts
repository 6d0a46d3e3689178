/**
 * What Python sees of this side: the JavaScript module `py_ocr_bridge`, imported by py_ocr/backends/web.py only.
 *
 * It decides nothing and holds nothing; every function hands on to the service that does the work. What Python calls is
 * written as Python writes it, in snake_case; nothing else is.
 */

import type { PyBuffer } from "pyodide/ffi";

import type { BridgeTensor, Dtype } from "../line-worker/model.js";
import { startWorker } from "../spawn/start-worker.js";
import type { KernelChoice, WebBackend } from "../shared/types.js";
import type { AssetStore } from "./asset-store.js";
import { type Device, probeDevice } from "./device-probe.js";
import { GpuSlot } from "./gpu-slot.js";
import { LinePool } from "./line-pool.js";
import { LineWorker } from "./line-worker-host.js";
import { Runtimes } from "./ort-runtime.js";
import { type Session, Sessions } from "./ort-sessions.js";
import { copyTensor } from "./tensors.js";
import { WasmKernels } from "./wasm-kernels.js";
import { readVerdict, writeVerdict } from "./verdict-store.js";

/** A loaded model as Python sees it. */
export interface BridgeSession {
  readonly input_names: readonly string[];
  readonly output_names: readonly string[];
  run(...inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]>;
}

export interface Bridge {
  /** What a backend would run on. Rejects with the reason when it cannot run at all. */
  probe(backend: WebBackend): Promise<Device>;
  /** Why the GPU device was lost, or undefined while it is in use. */
  gpu_loss(): string | undefined;
  /** Load a model. One `for_lines` is loaded by line workers, on a backend that has them. */
  create_session(backend: WebBackend, path: string, for_lines: boolean): Promise<BridgeSession>;
  /** How many line workers a backend may have. */
  line_workers(backend: WebBackend): number;
  /** Release a backend's models, and its device. */
  close_backend(backend: WebBackend): Promise<void>;
  /** Use the kernels that ONNX Runtime was shipped with, for `reason`. The backend wasm must have been closed. */
  refuse_kernels(reason: string): void;
  copy_tensor(name: string, array: PyBuffer, dtype: Dtype, ...dims: readonly number[]): BridgeTensor;
  read_text(path: string): Promise<string>;
  read_verdict(key: string): Promise<string | undefined>;
  write_verdict(key: string, verdict: string): Promise<void>;
}

/** What the bridge stands on, for those on this side who need a part of it. */
export interface OrtServices {
  readonly gpu: GpuSlot;
  readonly runtimes: Runtimes;
  readonly sessions: Sessions;
  readonly lines: LinePool;
  readonly kernels: WasmKernels;
  readonly threads: number;
}

export interface OrtChoice {
  /** Of the WASM runtime. */
  readonly threads: number;
  /** Most of them. */
  readonly lineWorkers: number;
  readonly kernels?: KernelChoice | undefined;
}

/** Make the services of ONNX Runtime Web. Nothing is fetched yet. */
export function createOrtServices(
  store: AssetStore,
  { threads, lineWorkers, kernels: choice = "auto" }: OrtChoice,
): OrtServices {
  const gpu = new GpuSlot();
  const kernels = new WasmKernels(store, choice);
  const runtimes = new Runtimes(store, threads, kernels);
  const lines = new LinePool({
    size: lineWorkers,
    loadModel: (path) => store.load(path),
    start: async (onLost) => {
      const program = await runtimes.program();
      const port = startWorker(store.url("assets/line-worker.js"), "py-ocr lines");
      return LineWorker.start(port, program, onLost);
    },
  });
  return { gpu, runtimes, sessions: new Sessions(store, runtimes, gpu, lines), lines, kernels, threads };
}

/** Make the module that Python imports. */
export function createBridge(store: AssetStore, services: OrtServices): Bridge {
  const { gpu, runtimes, sessions, lines, kernels, threads } = services;
  return {
    probe: (backend) => probeDevice(backend, { store, gpu, threads, lines, kernels }),
    gpu_loss: () => gpu.loss,
    create_session: async (backend, path, for_lines) =>
      toPython(await sessions.create(backend, path, for_lines)),
    line_workers: (backend) => (backend === "wasm" ? lines.size : 0),
    close_backend: (backend) => sessions.close(backend),
    refuse_kernels: (reason) => {
      kernels.refuse(reason);
      runtimes.renew("wasm");
      lines.renew();
    },
    copy_tensor: (name, array, dtype, ...dims) => copyTensor(name, array, dtype, dims),
    read_text: (path) => store.loadText(path),
    read_verdict: readVerdict,
    write_verdict: writeVerdict,
  };
}

function toPython(session: Session): BridgeSession {
  return {
    input_names: session.inputNames,
    output_names: session.outputNames,
    run: (...inputs) => session.run(inputs),
  };
}
