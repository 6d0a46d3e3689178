/** Boots Pyodide from verified files and hands out the Python object that the worker talks to. */

import { type PyodideAPI, type PyodideConfig, loadPyodide } from "pyodide";
import type { PyCallable, PyProxy } from "pyodide/ffi";

import { discard } from "../line-worker/discard.js";
import { OcrError, type OcrErrorData, describeError } from "../shared/errors.js";
import type { BackendMeasurement, StepListener } from "../shared/measurement.js";
import type { BackendUse, EngineInfo, LinesListener, LinesRead, OcrPage, Stage } from "../shared/types.js";
import type { AssetStore } from "./asset-store.js";
import type { Bridge } from "./ort-bridge.js";
import { type WheelFile, inflate, unpackWheel } from "./wheel.js";

const CORE = { binary: "pyodide/pyodide.asm.wasm", library: "pyodide/python_stdlib.zip.deflate" } as const;
/** What Pyodide's loader asks for when it wants the library. */
const LIBRARY_NAME = "pyodide/python_stdlib.zip";
const LOADER = "pyodide/pyodide.asm.mjs";
const LOCK = "pyodide/pyodide-lock.json";

/** The library is compiled without docstrings and assertions, so Python must say that it is so. */
const PYTHON_SETTINGS = { PYTHONOPTIMIZE: "2", PYTHONDONTWRITEBYTECODE: "1" };

/** An image for py_ocr: pixels as the browser decoded them, or an encoded file that only Python can decode. */
export type PythonImage = RgbaImage | { readonly kind: "encoded"; readonly data: Uint8Array };

export interface RgbaImage {
  readonly kind: "rgba" | "none";
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The size of the image, which its pixels may have been scaled down from. */
  readonly full_width: number;
  readonly full_height: number;
}

export type BackendListener = (use: BackendUse) => void;

export type StageListener = (stage: Stage, done: number, total: number) => void;

/** `py_ocr.web_entry.Service`; every method returns JSON: {"value": …} or {"error": …}. */
interface PythonService extends PyProxy {
  start(configJson: string, listener: (useJson: string) => void): Promise<string>;
  measure(configJson: string, listener: StepListener): Promise<string>;
  recognize(
    id: number,
    image: PythonImage,
    optionsJson: string,
    onStage: StageListener,
    onLines: ((linesJson: string) => void) | undefined,
  ): Promise<string>;
  export(
    documentJson: string,
    format: string,
    sources: readonly Uint8Array[],
    optionsJson: string,
  ): Promise<string>;
  pack(names: string, files: readonly Uint8Array[]): Promise<string>;
  take_exported(): PyProxy;
  picture(
    data: Uint8Array,
    frame: number,
    mostPixels: number,
    onPixels: (pixels: PyProxy) => void,
  ): Promise<string>;
  cancel(id: number): void;
}

type Outcome<T> = { value: T } | { error: OcrErrorData } | { cancelled: true };

/** The recognition was cancelled in Python, which is not an error. */
export class Cancelled extends Error {}

/** Every file that Python needs, to be fetched before anything asks for them. */
export function pythonPaths(paths: Iterable<string>): string[] {
  return [CORE.library, LOCK, ...wheelPaths(paths)];
}

function wheelPaths(paths: Iterable<string>): string[] {
  return [...paths].filter((path) => path.startsWith("wheels/"));
}

type CreatePyodideModule = NonNullable<PyodideConfig["createPyodideModule"]>;

export class PythonHost {
  #exporters: Promise<void> | undefined;

  private constructor(
    private readonly service: PythonService,
    private readonly pyodide: PyodideAPI,
    private readonly installLate: (prefix: string) => Promise<void>,
  ) {}

  /** How much memory Python has: it never gives any back. */
  get heapBytes(): number {
    return (this.pyodide as unknown as { _module: { HEAPU8: Uint8Array } })._module.HEAPU8.length;
  }

  static async boot(store: AssetStore, bridge: Bridge): Promise<PythonHost> {
    const files = Promise.all(
      wheelPaths(store.paths()).map(async (path) => unpackWheel(await store.load(path))),
    ).then((wheels) => wheels.flat());
    files.catch(() => undefined); // until it is awaited below
    // Pyodide's loader would log a rejection and wait for ever, so everything it fetches is here before it starts.
    const [{ default: createPyodideModule }, lockFileContents, binary, library] = await Promise.all([
      store.importModule<{ default: CreatePyodideModule }>(LOADER),
      store.loadText(LOCK),
      store.openProgram(CORE.binary),
      store.load(CORE.library).then(inflate),
    ]);
    const core = new Map([
      [store.url(CORE.binary), binary],
      [store.url(LIBRARY_NAME), new Response(library)],
    ]);
    const pyodide = await withFetchFrom(core, () =>
      loadPyodide({
        indexURL: store.url("pyodide/"),
        packageBaseUrl: store.url("wheels/"),
        createPyodideModule,
        lockFileContents,
        env: PYTHON_SETTINGS,
        // When a wheel is bad Python starts without it, and `files` says so below: here nobody would hear it.
        fsInit: async (fs, { sitePackages }) => install(fs, sitePackages, await files.catch(() => [])),
      }),
    );
    discard(library);
    await files;
    pyodide.registerJsModule("py_ocr_bridge", bridge);
    const entry = pyodide.pyimport("py_ocr.web_entry") as PyProxy & { Service: PyCallable };
    const installLate = async (prefix: string): Promise<void> => {
      const late = [...store.paths()].filter((path) => path.startsWith(prefix));
      const unpacked = await Promise.all(late.map(async (path) => unpackWheel(await store.load(path))));
      const [root] = pyodide.runPython("import site; site.getsitepackages()").toJs() as [string];
      install(pyodide.FS as unknown as FileSystem, root, unpacked.flat());
      pyodide.runPython("import importlib; importlib.invalidate_caches()");
    };
    return new PythonHost(entry.Service() as PythonService, pyodide, installLate);
  }

  /** Start the engine. `onBackend` hears of every change of backend from then on. */
  async start(config: object, onBackend: BackendListener): Promise<EngineInfo> {
    const listener = (json: string): void => onBackend(JSON.parse(json) as BackendUse);
    return unwrap<EngineInfo>(() => this.service.start(JSON.stringify(config), listener));
  }

  /** Measure a backend, for which nothing need be started. */
  async measure(config: object, onStep: StepListener): Promise<BackendMeasurement> {
    return unwrap<BackendMeasurement>(() => this.service.measure(JSON.stringify(config), onStep));
  }

  async recognize(
    id: number,
    image: PythonImage,
    options: object,
    onStage: StageListener,
    onLines?: LinesListener,
  ): Promise<OcrPage> {
    const listener = onLines && ((json: string): void => onLines(JSON.parse(json) as LinesRead));
    return unwrap<OcrPage>(() =>
      this.service.recognize(id, image, JSON.stringify(options), onStage, listener),
    );
  }

  /** Write a document in some form, with modules that are fetched for the first one. */
  async export(
    document: object,
    format: string,
    sources: readonly Uint8Array[],
    options: object,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return this.#exported(() =>
      this.service.export(JSON.stringify(document), format, sources, JSON.stringify(options)),
    );
  }

  /** Pack files into a ZIP archive. */
  async pack(names: readonly string[], files: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
    return this.#exported(() => this.service.pack(JSON.stringify(names), files));
  }

  async #exported(write: () => Promise<string>): Promise<Uint8Array<ArrayBuffer>> {
    this.#exporters ??= this.installLate("late-wheels/");
    try {
      await this.#exporters;
    } catch (error) {
      this.#exporters = undefined; // the next one tries again
      throw error;
    }
    await unwrap<number>(write);
    const exported = this.service.take_exported();
    try {
      return copyOf(exported);
    } finally {
      exported.destroy();
    }
  }

  /** Decode an image file that the browser cannot, upright and with so many pixels at most. */
  async picture(data: Uint8Array, frame: number, mostPixels: number): Promise<RgbaImage> {
    let pixels = new Uint8Array();
    const size = await unwrap<Omit<RgbaImage, "kind" | "data">>(() =>
      this.service.picture(data, frame, mostPixels, (found) => (pixels = copyOf(found))),
    );
    return { kind: "rgba", data: pixels, ...size };
  }

  /** Cancel the recognition `id` at its next await, wherever it is. */
  cancel(id: number): void {
    this.service.cancel(id);
  }
}

/** Copy bytes out of Python's memory. */
function copyOf(bytes: PyProxy): Uint8Array<ArrayBuffer> {
  return bytes.toJs() as Uint8Array<ArrayBuffer>;
}

/** Return the value that Python answers. Python answers whatever happens, unless its interpreter has died. */
async function unwrap<T>(call: () => Promise<string>): Promise<T> {
  let json: string;
  try {
    json = await call();
  } catch (error) {
    throw new OcrError(
      "engine_crashed",
      `Python stopped working: ${describeError(error)}.`,
      "Try again: it starts afresh. If the image is very large, scale it down.",
      "recognize",
      error instanceof Error ? error.stack : undefined,
    );
  }
  const outcome = JSON.parse(json) as Outcome<T>;
  if ("value" in outcome) return outcome.value;
  if ("cancelled" in outcome) throw new Cancelled();
  throw OcrError.fromJSON(outcome.error);
}

type FileSystem = Parameters<NonNullable<PyodideConfig["fsInit"]>>[0];

function install(fs: FileSystem, root: string, files: readonly WheelFile[]): void {
  const made = new Set<string>();
  for (const { path, data } of files) {
    const target = `${root}/${path}`;
    const folder = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(folder)) fs.mkdirTree(folder);
    made.add(folder);
    fs.writeFile(target, data, { canOwn: true });
  }
}

/** Let `work` fetch these addresses, each once, from here: Pyodide's loader takes addresses only, and fetches them itself. */
async function withFetchFrom<T>(files: ReadonlyMap<string, Response>, work: () => Promise<T>): Promise<T> {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : new URL(input, location.href).href;
    return files.get(url) ?? original(input, init);
  };
  try {
    return await work();
  } finally {
    globalThis.fetch = original;
  }
}
