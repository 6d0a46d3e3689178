/** What a backend would run on, asked before anything is loaded. */

import type { KernelSet, WebBackend } from "../shared/types.js";
import type { AssetStore } from "./asset-store.js";
import type { GpuSlot } from "./gpu-slot.js";
import type { LinePool } from "./line-pool.js";
import { buildFor } from "./ort-builds.js";
import type { WasmKernels } from "./wasm-kernels.js";
import { probeWebnn } from "./webnn-context.js";

/** What a backend runs on: for people, and as a key that changes with adapter, browser and runtime. */
export interface Device {
  readonly detail: string;
  readonly identity: string;
  /** The kernels that compute; undefined (Python's None, which null is not) on a backend that has no choice of them. */
  readonly kernels: KernelSet | undefined;
  /** Why they are the stock ones although others were to be used; undefined when all is as it was to be. */
  readonly kernels_refusal: string | undefined;
  /** Why there are no line workers although there were to be some. */
  readonly line_workers_refusal: string | undefined;
}

const NOTHING_BESIDE = { kernels: undefined, kernels_refusal: undefined, line_workers_refusal: undefined };

interface Surroundings {
  readonly store: AssetStore;
  readonly gpu: GpuSlot;
  readonly threads: number;
  readonly lines: LinePool;
  readonly kernels: WasmKernels;
}

/** Return what a backend would run on. Rejects with the reason when it cannot run at all. */
export async function probeDevice(
  backend: WebBackend,
  { store, gpu, threads, lines, kernels }: Surroundings,
): Promise<Device> {
  const runtime = store.checksum(buildFor(backend).binary);
  if (backend === "wasm") {
    return {
      detail: [
        counted(threads, "thread"),
        ...(lines.size > 0 ? [counted(lines.size, "line worker")] : []),
      ].join(" + "),
      identity: kernels.identity && JSON.stringify([navigator.userAgent, runtime, kernels.identity]),
      kernels: kernels.set,
      kernels_refusal: kernels.refusal,
      line_workers_refusal: lines.refusal,
    };
  }
  if (backend === "webnn") {
    await probeWebnn();
    return {
      detail: "WebNN, experimental",
      identity: JSON.stringify([navigator.userAgent, runtime]),
      ...NOTHING_BESIDE,
    };
  }
  const { detail, identity } = (await gpu.acquire()).access;
  return { detail, identity: `${identity} ${runtime}`, ...NOTHING_BESIDE };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Say what `auto` will probably come to. */
export async function likelyBackend(gpu: GpuSlot): Promise<"webgpu" | "wasm"> {
  return gpu.acquire().then(
    () => "webgpu",
    () => "wasm",
  );
}
