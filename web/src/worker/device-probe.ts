/** What a backend would run on, asked before anything is loaded. */

import type { KernelSet, WebBackend } from "../shared/types.js";
import type { AssetStore } from "./asset-store.js";
import type { GpuSlot } from "./gpu-slot.js";
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
}

const NO_KERNELS = { kernels: undefined, kernels_refusal: undefined };

interface Surroundings {
  readonly store: AssetStore;
  readonly gpu: GpuSlot;
  readonly threads: number;
  readonly kernels: WasmKernels;
}

/** Return what a backend would run on. Rejects with the reason when it cannot run at all. */
export async function probeDevice(
  backend: WebBackend,
  { store, gpu, threads, kernels }: Surroundings,
): Promise<Device> {
  const runtime = store.checksum(buildFor(backend).binary);
  if (backend === "wasm") {
    return {
      detail: `${threads} thread${threads === 1 ? "" : "s"}`,
      identity: kernels.identity && JSON.stringify([navigator.userAgent, runtime, kernels.identity]),
      kernels: kernels.set,
      kernels_refusal: kernels.refusal,
    };
  }
  if (backend === "webnn") {
    await probeWebnn();
    return {
      detail: "WebNN, experimental",
      identity: JSON.stringify([navigator.userAgent, runtime]),
      ...NO_KERNELS,
    };
  }
  const { detail, identity } = (await gpu.acquire()).access;
  return { detail, identity: `${identity} ${runtime}`, ...NO_KERNELS };
}

/** Say what `auto` will probably come to. */
export async function likelyBackend(gpu: GpuSlot): Promise<"webgpu" | "wasm"> {
  return gpu.acquire().then(
    () => "webgpu",
    () => "wasm",
  );
}
