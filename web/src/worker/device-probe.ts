/** What a backend would run on, asked before anything is loaded. */

import type { WebBackend } from "../shared/types.js";
import type { AssetStore } from "./asset-store.js";
import type { GpuSlot } from "./gpu-slot.js";
import { buildFor } from "./ort-builds.js";
import { probeWebnn } from "./webnn-context.js";

/** What a backend runs on: for people, and as a key that changes with adapter, browser and runtime. */
export interface Device {
  readonly detail: string;
  readonly identity: string;
}

interface Surroundings {
  readonly store: AssetStore;
  readonly gpu: GpuSlot;
  readonly threads: number;
}

/** Return what a backend would run on. Rejects with the reason when it cannot run at all. */
export async function probeDevice(
  backend: WebBackend,
  { store, gpu, threads }: Surroundings,
): Promise<Device> {
  if (backend === "wasm") return { detail: `${threads} thread${threads === 1 ? "" : "s"}`, identity: "" };
  const runtime = store.checksum(buildFor(backend).binary);
  if (backend === "webnn") {
    await probeWebnn();
    return { detail: "WebNN, experimental", identity: JSON.stringify([navigator.userAgent, runtime]) };
  }
  const { detail, identity } = (await gpu.acquire()).access;
  return { detail, identity: `${identity} ${runtime}` };
}

/** Say what `auto` will probably come to. */
export async function likelyBackend(gpu: GpuSlot): Promise<"webgpu" | "wasm"> {
  return gpu.acquire().then(
    () => "webgpu",
    () => "wasm",
  );
}
