/** Measures a backend inside the worker: the engine's own store, bridge and Python, without an engine. */

import { MANIFEST, type Manifest, filesOf } from "../shared/manifest.js";
import type { BackendMeasurement, StepListener } from "../shared/measurement.js";
import type { MeasureConfig } from "../shared/protocol.js";
import type { ProgressListener } from "../shared/types.js";
import { AssetStore } from "./asset-store.js";
import { createBridge, createOrtServices } from "./ort-bridge.js";
import { threadsFor } from "./processor.js";
import { PythonHost, pythonPaths } from "./python-host.js";

/** Have py_ocr measure one backend. What the backend cannot do is part of the result. */
export async function measure(
  config: MeasureConfig,
  onProgress: ProgressListener,
  onStep: StepListener,
): Promise<BackendMeasurement> {
  const { backend, profile, thorough } = config;
  const store = await AssetStore.open(config.baseUrl, onProgress);
  // A single run of a model is what is measured, so there is nothing for line workers.
  const ort = createOrtServices(store, {
    threads: threadsFor(config),
    lineWorkers: 0,
    kernels: config.kernels,
  });
  for (const path of pythonPaths(store.paths())) store.prefetch(path);
  // Fetching is not what is measured: while Python starts, the runtime and the models come.
  ort.sessions.prepare(backend, []);
  const manifest = JSON.parse(await store.loadText(MANIFEST)) as Manifest;
  const { models, readers, late } = filesOf(manifest, profile);
  for (const path of [...models, ...readers, ...late]) store.prefetch(path);
  const python = await PythonHost.boot(store, createBridge(store, ort));
  return python.measure({ backend, profile: profile ?? null, thorough }, onStep);
}
