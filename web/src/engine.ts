/** The engine inside the worker: puts store, bridge and Python together, fetching in parallel what they will need. */

import { AssetStore } from "./asset-store.js";
import { decodeImage } from "./image-decode.js";
import { type Backend, OrtBridge, buildFor } from "./ort-bridge.js";
import type { ProgressListener } from "./progress.js";
import type { RecognizeOptions, RecognizeRequest, StartConfig } from "./protocol.js";
import { PythonHost, pythonPaths } from "./python-host.js";
import type { EngineInfo, OcrPage } from "./types.js";

const MANIFEST = "models/manifest.json";
/** More threads than this gain little on models of this size. */
const MAX_THREADS = 4;

interface Manifest {
  readonly default: string;
  readonly families: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly models: Readonly<Record<string, { product: { file: string } | null; charset?: { file: string } }>>;
}

export class Engine {
  private constructor(
    private readonly python: PythonHost,
    readonly info: EngineInfo,
  ) {}

  static async start(config: StartConfig, onProgress: ProgressListener): Promise<Engine> {
    const store = await AssetStore.open(config.baseUrl, onProgress);
    const threads = config.threads ?? Math.min(MAX_THREADS, navigator.hardwareConcurrency);
    const bridge = new OrtBridge(store, crossOriginIsolated ? threads : 1);
    for (const path of pythonPaths(store.paths())) store.prefetch(path);
    prefetchRuntime(store, bridge, config.backend);
    await prefetchModels(store, config.model);
    const python = await PythonHost.boot(store, bridge);
    const info = await python.start({
      backend: config.backend,
      model: config.model ?? null,
      threads: bridge.threads,
      isolated: crossOriginIsolated,
    });
    void store.sweep();
    return new Engine(python, info);
  }

  async recognize(
    id: number,
    image: RecognizeRequest["image"],
    options: RecognizeOptions,
    onProgress: ProgressListener,
  ): Promise<OcrPage> {
    const startedAt = performance.now();
    onProgress({ stage: "decode", item: "", done: 0, total: 1 });
    const pixels = await decodeImage(image);
    const decode_ms = performance.now() - startedAt;
    onProgress({ stage: "decode", item: "", done: 1, total: 1 });
    return this.python.recognize(id, pixels, { ...options, decode_ms }, (stage, done, total) =>
      onProgress({ stage, item: "", done, total }),
    );
  }

  cancel(id: number): void {
    this.python.cancel(id);
  }
}

/** Fetch the runtime that Python's policy will most probably choose. A wrong guess costs a download, nothing else. */
function prefetchRuntime(store: AssetStore, bridge: OrtBridge, requested: StartConfig["backend"]): void {
  const fetchFor = (backend: Backend): void => store.prefetch(buildFor(backend).binary);
  if (requested !== "auto") return fetchFor(requested);
  void bridge.probe_webgpu().then(
    () => fetchFor("webgpu"),
    () => fetchFor("wasm"),
  );
}

/** Fetch the files of a model family. What is wrong with the manifest or the name is for Python to say. */
async function prefetchModels(store: AssetStore, family: string | undefined): Promise<void> {
  const text = await store.loadText(MANIFEST);
  store.prefetch(MANIFEST);
  const manifest = JSON.parse(text) as Manifest;
  for (const id of Object.values(manifest.families[family ?? manifest.default] ?? {})) {
    const model = manifest.models[id];
    for (const file of [model?.product?.file, model?.charset?.file]) {
      if (file !== undefined) store.prefetch(`models/${file}`);
    }
  }
}
