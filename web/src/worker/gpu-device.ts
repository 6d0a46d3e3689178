/** Obtains the GPU device that ONNX Runtime Web computes on, so that its loss can be seen and its limits are the adapter's. */

import { describeError } from "../shared/errors.js";

/** Why there is no usable GPU; becomes the reason of the fallback. */
export class GpuUnavailable extends Error {}

export interface GpuAccess {
  readonly device: GPUDevice;
  /** Vendor and architecture, as the browser discloses them. */
  readonly detail: string;
  /** All that the browser discloses of the adapter, and the browser itself: drivers come without a version. */
  readonly identity: string;
}

/** The first request can give null while the browser's GPU process is still starting. */
const ADAPTER_RETRY_MS = 1000;

const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBuffersPerShaderStage",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const FEATURES = ["shader-f16", "subgroups"] as const satisfies readonly GPUFeatureName[];

/** Return a device with all the adapter's limits. Throws GpuUnavailable, saying why. */
export async function requestGpu(): Promise<GpuAccess> {
  // The type says that `gpu` always exists; browsers without WebGPU lack it.
  const gpu = navigator.gpu as GPU | undefined;
  if (gpu === undefined) throw new GpuUnavailable("this browser does not have it");
  const adapter = await requestAdapter(gpu);
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = FEATURES.filter((name) => adapter.features.has(name));
  const { vendor, architecture, device: model, description } = adapter.info;
  try {
    const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
    return {
      device,
      detail: [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter",
      identity: JSON.stringify([vendor, architecture, model, description, navigator.userAgent]),
    };
  } catch (error) {
    throw new GpuUnavailable(`the GPU gave no device (${describeError(error)})`);
  }
}

async function requestAdapter(gpu: GPU): Promise<GPUAdapter> {
  try {
    const options: GPURequestAdapterOptions = { powerPreference: "high-performance" };
    const adapter = await gpu.requestAdapter(options);
    if (adapter !== null) return adapter;
    await new Promise((resolve) => setTimeout(resolve, ADAPTER_RETRY_MS));
    const second = await gpu.requestAdapter(options);
    if (second !== null) return second;
  } catch (error) {
    throw new GpuUnavailable(`the browser refused a GPU adapter (${describeError(error)})`);
  }
  throw new GpuUnavailable("the browser found no GPU adapter");
}
