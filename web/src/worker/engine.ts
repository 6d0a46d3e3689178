/** The engine inside the worker: puts store, bridge and Python together, fetching in parallel what they will need. */

import { MANIFEST, type Manifest, filesOf } from "../shared/manifest.js";
import type {
  DecodedPicture,
  ExportRequest,
  Notice,
  PackRequest,
  PictureRequest,
  RecognizeRequest,
  StartConfig,
} from "../shared/protocol.js";
import type { EngineInfo, LinesListener, OcrPage, ProgressListener } from "../shared/types.js";
import { AssetStore } from "./asset-store.js";
import { likelyBackend } from "./device-probe.js";
import { HeicDecoder } from "./heic.js";
import { type Decoders, decodeImage, isForeignToPython } from "./image-decode.js";
import { MAX_PIXELS, readPixelsHere } from "./image-size.js";
import { Jpeg2000Decoder } from "./jpeg2000.js";
import type { LinePool } from "./line-pool.js";
import { type OrtServices, createBridge, createOrtServices } from "./ort-bridge.js";
import { pixelsAsTiff } from "./pixels-as-tiff.js";
import { lineWorkersFor, threadsFor } from "./processor.js";
import {
  type BackendListener,
  Cancelled,
  PythonHost,
  type PythonImage,
  type StageListener,
  pythonPaths,
} from "./python-host.js";

/** Writing a document of a thousand pages takes less. */
const EXPORT_LIMIT_MS = 240_000;

/** A page whose text is all embedded. */
const NO_PIXELS: PythonImage = {
  kind: "none",
  data: new Uint8Array(0),
  width: 0,
  height: 0,
  full_width: 0,
  full_height: 0,
};

/** The size of a word or a line cut out. */
const SMALL_IMAGE_PX = 100_000;

export class Engine {
  readonly #running = new Map<number, AbortController>();
  /** The reading whose turn comes last. */
  #last: Promise<unknown> = Promise.resolve();
  #fetchLate: (() => void) | undefined;

  private constructor(
    private readonly python: PythonHost,
    private readonly decoders: Decoders,
    readonly info: EngineInfo,
    private readonly lines: LinePool,
    fetchLate: () => void,
    private readonly mostPixels: number,
  ) {
    this.#fetchLate = fetchLate;
  }

  static async start(
    config: StartConfig,
    onProgress: ProgressListener,
    onBackend: BackendListener,
  ): Promise<Engine> {
    const store = await AssetStore.open(config.baseUrl, onProgress);
    const ort = createOrtServices(store, {
      threads: threadsFor(config),
      lineWorkers: lineWorkersFor(config),
      kernels: config.kernels,
    });
    for (const path of pythonPaths(store.paths())) store.prefetch(path);
    // What fails here fails again when Python asks for it, and is told then.
    const late = prepareModels(store, ort, config).catch(() => []);
    const python = await PythonHost.boot(store, createBridge(store, ort));
    const booted_ms = performance.now();
    const settings = {
      backend: config.backend,
      profile: config.profile ?? null,
      threads: ort.threads,
      isolated: crossOriginIsolated,
      params: config.params ?? {},
    };
    const info = await python.start(settings, onBackend);
    void store.sweep();
    const timings_ms = { python: booted_ms, ...info.timings_ms };
    const line_workers = info.used === "wasm" ? ort.lines.size : 0;
    const fetchLate = (): void => void late.then((paths) => paths.forEach((path) => store.prefetch(path)));
    const told = { ...info, line_workers, timings_ms };
    return new Engine(
      python,
      { jpeg2000: new Jpeg2000Decoder(store), heic: new HeicDecoder(store) },
      told,
      ort.lines,
      fetchLate,
      readPixelsHere(config.maxMegapixels),
    );
  }

  /** How much memory Python has: it never gives any back. */
  get heapBytes(): number {
    return this.python.heapBytes;
  }

  /**
   * Read an image in its turn. `onLines` hears of lines as they are read. Throws Cancelled after `cancel(id)`.
   *
   * It is decoded in its turn, too: what waits is a file, and not yet its pixels.
   */
  recognize(
    request: RecognizeRequest,
    onProgress: ProgressListener,
    onLines?: LinesListener,
  ): Promise<OcrPage> {
    const controller = new AbortController();
    this.#running.set(request.id, controller);
    const page = this.#last.then(() => this.#read(request, controller.signal, onProgress, onLines));
    this.#last = page.catch(() => undefined); // whoever asked for it hears of the failure
    return page;
  }

  async #read(
    { id, image, options }: RecognizeRequest,
    signal: AbortSignal,
    onProgress: ProgressListener,
    onLines?: LinesListener,
  ): Promise<OcrPage> {
    try {
      if (signal.aborted) throw new Cancelled();
      const startedAt = performance.now();
      // Text that a page has already lies at places of its own pixels.
      const most_pixels = options.embedded === undefined ? this.mostPixels : MAX_PIXELS;
      onProgress({ stage: "decode", item: "", done: 0, total: 1 });
      const pixels = image === null ? NO_PIXELS : await decodeImage(image, this.decoders, most_pixels);
      const decode_ms = performance.now() - startedAt;
      onProgress({ stage: "decode", item: "", done: 1, total: 1 });
      if (signal.aborted) throw new Cancelled();
      // They get ready while text is looked for.
      if (isWorthLineWorkers(pixels)) this.lines.wake();
      let batches = 0;
      const onStage: StageListener = (stage, done, total) => {
        onProgress({ stage, item: "", done, total });
        // What is told first is that reading begins, then the first batch: its text is there.
        if (stage === "recognize" && batches++ > 0) this.#fetchLateModels();
      };
      return await this.python.recognize(
        id,
        pixels,
        { ...options, decode_ms, most_pixels },
        onStage,
        onLines,
      );
    } finally {
      this.#running.delete(id);
    }
  }

  /** Write a document in some form. What that needs is fetched when the first one is written. */
  async export({ document, format, sources, options }: ExportRequest): Promise<Uint8Array<ArrayBuffer>> {
    const files: Uint8Array[] = [];
    // One after the other: pixels take many times the room of their file.
    for (const source of sources) files.push(await this.#forPython(source));
    // Python takes this thread for as long as it writes, which then answers nobody.
    postMessage({ kind: "computing", limit_ms: EXPORT_LIMIT_MS } satisfies Notice);
    return this.python.export(document, format, files, options);
  }

  /** Return a file whose picture Python can put into a PDF: itself, or the pixels of one that only others decode. */
  async #forPython(source: Blob): Promise<Uint8Array> {
    const bytes = new Uint8Array(await source.arrayBuffer());
    if (!isForeignToPython(bytes)) return bytes;
    // Where it is damaged, Python says so in its own way.
    const decoded = await decodeImage(source, this.decoders, MAX_PIXELS).catch(() => null);
    return decoded?.kind === "rgba" ? pixelsAsTiff(decoded) : bytes;
  }

  /** Pack files into a ZIP archive. */
  async pack({ files }: PackRequest): Promise<Uint8Array<ArrayBuffer>> {
    const data = await Promise.all(files.map(async ({ blob }) => new Uint8Array(await blob.arrayBuffer())));
    postMessage({ kind: "computing", limit_ms: EXPORT_LIMIT_MS } satisfies Notice);
    return this.python.pack(
      files.map(({ name }) => name),
      data,
    );
  }

  /** Decode an image for people to look at, by whatever reads it. */
  async picture({ image, frame, most_pixels }: PictureRequest): Promise<DecodedPicture> {
    const decoded = await decodeImage(image, this.decoders, most_pixels);
    const { data, width, height, full_width, full_height } =
      decoded.kind === "encoded" ? await this.python.picture(decoded.data, frame, most_pixels) : decoded;
    const pixels = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    const bitmap = await createImageBitmap(new ImageData(pixels, width, height));
    return { bitmap, width: full_width, height: full_height };
  }

  /** Fetch what only some pages need, once: after the first text, which it would delay, and before it is asked for. */
  #fetchLateModels(): void {
    this.#fetchLate?.();
    this.#fetchLate = undefined;
  }

  /** Stop reading the image of that request at the next await; does nothing when it is over. */
  cancel(id: number): void {
    if (!this.#running.has(id)) return;
    this.#running.get(id)?.abort();
    this.python.cancel(id);
  }
}

/** Whether an image may have more lines than one worker reads while another one starts. */
function isWorthLineWorkers(image: PythonImage): boolean {
  return image.kind === "encoded" || image.width * image.height > SMALL_IMAGE_PX;
}

/**
 * Load, while Python starts, the runtime and the models that its policy will most probably choose. Return the paths of
 * the models that can come later.
 */
async function prepareModels(
  store: AssetStore,
  { gpu, sessions }: OrtServices,
  config: StartConfig,
): Promise<readonly string[]> {
  const manifest = store.loadText(MANIFEST);
  const backend = config.backend === "auto" ? await likelyBackend(gpu) : config.backend;
  const prepared = backend === "webgpu" || backend === "wasm";
  if (prepared) sessions.prepare(backend, []);
  const { models, readers, late, charsets } = filesOf(JSON.parse(await manifest) as Manifest, config.profile);
  for (const path of charsets) store.prefetch(path);
  if (prepared) {
    sessions.prepare(backend, readers, true);
    sessions.prepare(backend, models);
  }
  return late;
}
