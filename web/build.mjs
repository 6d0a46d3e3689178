// Builds the site into web/dist: bundles the scripts, copies every asset, lists all of them with their sha256.
//
// What belongs together lies in one folder, engine-<hash of all that is in it>/: worker, runtimes, Python, models. The scripts
// that people name (assets/ocr-element.js and the like) know that folder by its name, so that no version ever meets files of
// another one, whatever a cache keeps, and an older folder may stay for pages that are still open.

import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { compileArchives } from "./python-archives.mjs";

const WEB = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(WEB);
const SITE = join(WEB, "dist");
/** Built aside and moved at the end: whoever serves the site sees the old one or the new one, never half of it. */
const DIST = join(ROOT, ".build", "site");
/** Gets its name when everything is in it. */
const ENGINE = join(DIST, "engine");
const HASH_LENGTH = 12;

/** Each becomes assets/<name>.js, with parts that come when they are needed. */
const ENTRIES = {
  page: "page/page",
  embed: "page/embed",
  "ocr-element": "element/ocr-element",
  "ocr-client": "client/index",
  headless: "client/headless",
};
/** Each becomes one file, which is fetched by its address: workers, and what opens documents. */
const SINGLE = {
  worker: "worker/worker",
  "line-worker": "line-worker/line-worker",
  "pdf-pages": "documents/pdf-pages",
  "zip-pages": "documents/zip-pages",
};
const PYODIDE_FILES = ["pyodide.asm.mjs", "pyodide.asm.wasm"];
const ORT_APIS = ["wasm", "webgpu", "jspi"];
const READY_KERNELS = "relaxed-simd";
const ORT_CORES = ["", ".asyncify", ".jspi"];

const require = createRequire(import.meta.url);
const packageFolder = (name) => dirname(require.resolve(`${name}/package.json`));

async function bundle(entries, outdir, { splitting, define = {} }) {
  return build({
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, path]) => [name, join(WEB, "src", `${path}.ts`)]),
    ),
    outdir,
    define,
    metafile: true,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    splitting,
    chunkNames: "part-[hash]",
    sourcemap: "linked",
    legalComments: "linked",
    // Pyodide's loader imports these in Node only.
    external: ["node:*", "ws"],
    logLevel: "warning",
  });
}

/** Copy files of one folder into another. */
async function copy(from, target, names) {
  await mkdir(target, { recursive: true });
  await Promise.all(names.map((name) => cp(join(from, name), join(target, name))));
}

async function copyRuntimes() {
  const pyodide = packageFolder("pyodide");
  await copy(pyodide, join(ENGINE, "pyodide"), PYODIDE_FILES);
  // No package is loaded by name, so of the lock file only the description of the platform is needed.
  const { info } = JSON.parse(await readFile(join(pyodide, "pyodide-lock.json"), "utf8"));
  await writeFile(join(ENGINE, "pyodide", "pyodide-lock.json"), JSON.stringify({ info, packages: {} }));

  const ort = dirname(require.resolve("onnxruntime-web/wasm"));
  await copy(ort, join(ENGINE, "ort"), [
    ...ORT_APIS.map((api) => `ort.${api}.min.mjs`),
    ...ORT_CORES.flatMap((core) => ["mjs", "wasm"].map((type) => `ort-wasm-simd-threaded${core}.${type}`)),
  ]);
  // Written by kernels/build.py before this runs.
  const kernels = join(ROOT, ".build", "kernels");
  await copy(kernels, join(ENGINE, "ort"), await readdir(kernels));
  await spliceKernels(join(ENGINE, "ort"));
}

/**
 * Put the kernels of most browsers into ONNX Runtime, as the worker does for the others. Where they do not fit, it does so for
 * all, and tells.
 */
async function spliceKernels(folder) {
  const { outputFiles } = await build({
    stdin: {
      contents: 'export * from "./kernel-patches.js"; export * from "./wasm-splice.js";',
      resolveDir: join(WEB, "src", "worker"),
    },
    bundle: true,
    format: "esm",
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString("base64");
  const { SpliceError, parsePatches, spliceBodies } = await import(`data:text/javascript;base64,${code}`);
  const stock = new Uint8Array(await readFile(join(folder, "ort-wasm-simd-threaded.wasm")));
  const patches = await readFile(join(folder, `kernels.${READY_KERNELS}.json`), "utf8");
  try {
    const ready = await spliceBodies(stock, parsePatches(patches));
    await writeFile(join(folder, `ort-wasm-simd-threaded.${READY_KERNELS}.wasm`), ready);
  } catch (error) {
    if (!(error instanceof SpliceError)) throw error;
    console.log(`the faster kernels do not fit: ${error.message}`);
  }
}

async function copyOpenJpeg() {
  const folder = dirname(require.resolve("@cornerstonejs/codec-openjpeg/decodewasm"));
  await copy(folder, join(ENGINE, "openjpeg"), ["openjpegwasm_decode.wasm"]);
  // A script that declares one name, which the worker, being a module, can only import.
  const script = await readFile(join(folder, "openjpegwasm_decode.js"), "utf8");
  const module = `${script}\nexport default OpenJPEGWASM;\n`;
  await writeFile(join(ENGINE, "openjpeg", "openjpegwasm_decode.mjs"), module);
}

/** A library under the LGPL: files of its own, which another build of it can take the place of, and its licence. */
async function copyLibHeif() {
  const folder = join(packageFolder("libheif-js"), "libheif-wasm");
  await copy(folder, join(ENGINE, "libheif"), ["libheif.wasm", "LICENSE"]);
  // A script that declares one name, as above.
  const script = await readFile(join(folder, "libheif.js"), "utf8");
  await writeFile(join(ENGINE, "libheif", "libheif.mjs"), `${script}\nexport default libheif;\n`);
}

/** What pdf.js fetches by itself: its worker, and what some PDFs need. */
async function copyPdfJs() {
  const pdfjs = packageFolder("pdfjs-dist");
  await copy(join(pdfjs, "build"), join(ENGINE, "pdfjs"), ["pdf.worker.min.mjs"]);
  for (const part of ["cmaps", "standard_fonts", "wasm"]) {
    await cp(join(pdfjs, part), join(ENGINE, "pdfjs", part), { recursive: true });
  }
}

/** The names in `folder` that end with `suffix`. */
async function ending(folder, suffix) {
  return (await readdir(folder)).filter((name) => name.endsWith(suffix)).sort();
}

/** Python's library and the wheels go out compiled, py_ocr as well: to compile it takes longer than to import it. */
async function copyPython() {
  const built = join(ROOT, ".build");
  const folders = [built, join(built, "wheels")];
  const wheels = (
    await Promise.all(
      folders.map(async (folder) => (await ending(folder, ".whl")).map((name) => join(folder, name))),
    )
  ).flat();
  const library = join(packageFolder("pyodide"), "python_stdlib.zip");
  const engine = wheels.find((path) => basename(path).startsWith("py_ocr-"));
  // Writing documents: fetched when the first one is written.
  const [pypdf] = await ending(join(built, "late-wheels"), ".zip");
  const late = [{ path: engine, part: "late" }, join(built, "late-wheels", pypdf)];
  const [compiledLibrary, lateEngine, latePypdf, ...compiledWheels] = await compileArchives(
    [library, ...late, ...wheels],
    join(built, "compiled"),
  );
  await mkdir(join(ENGINE, "late-wheels"), { recursive: true });
  await cp(lateEngine, join(ENGINE, "late-wheels", "py_ocr-export.compiled.zip.deflate"));
  await cp(latePypdf, join(ENGINE, "late-wheels", `${basename(pypdf, ".zip")}.compiled.zip.deflate`));
  await cp(compiledLibrary, join(ENGINE, "pyodide", "python_stdlib.zip.deflate"));
  await mkdir(join(ENGINE, "wheels"), { recursive: true });
  for (const [index, wheel] of wheels.entries()) {
    const [name, version] = basename(wheel).split("-");
    await cp(compiledWheels[index], join(ENGINE, "wheels", `${name}-${version}.compiled.zip.deflate`));
  }
}

async function copyModels() {
  const prepared = join(ROOT, "models", "prepared");
  await copy(prepared, join(ENGINE, "models"), await readdir(prepared));
  await copy(join(ROOT, "models"), join(ENGINE, "models"), ["golden.json", "manifest.json"]);
}

async function copyOwn() {
  await copy(WEB, DIST, [...(await ending(WEB, ".html")), ...(await ending(WEB, ".svg"))]);
  // Written by tools/bill_of_materials.py before this runs.
  await copy(join(ROOT, ".build"), DIST, ["sbom.cdx.json"]);
  await copy(WEB, DIST, ["manifest.webmanifest"]);
  const icons = join(WEB, "icons");
  await copy(icons, DIST, await readdir(icons));
  const samples = join(WEB, "samples");
  await copy(samples, join(DIST, "samples"), await readdir(samples));
}

const sha256 = (data) => createHash("sha256").update(data).digest("hex");

/** The paths below `folder` of all files whose names do not match `without`, sorted. */
async function filesBelow(folder, without) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !without.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** List every file but pages and source maps, which nobody fetches by this list, in `folder`/assets.json. */
async function writeIndex(folder, extra = {}) {
  const files = {};
  for (const path of await filesBelow(folder, /\.(?:html|map)$/)) {
    const data = await readFile(join(folder, path));
    files[path] = { sha256: sha256(data), bytes: data.length };
  }
  const index = JSON.stringify({ version: 1, ...extra, files }, null, 1);
  await writeFile(join(folder, "assets.json"), index);
  return index;
}

/** Name the engine's folder by what is in it. */
async function nameEngine() {
  const name = `engine-${sha256(await writeIndex(ENGINE)).slice(0, HASH_LENGTH)}`;
  await rename(ENGINE, join(DIST, name));
  return name;
}

/** What the page needs before anything is read. */
const SHELL_FIRST =
  /^(?:index\.html|assets\.json|favicon\.svg|samples\/[a-z]+-small\.jpg|manifest\.webmanifest|icon-192\.png|models\/manifest\.json|assets\/(?:page|worker|line-worker|part-[^/]+)\.(?:js|css))$/;
/** What is kept when it is asked for; all else is the engine's own to keep. */
const SHELL_LATER = /\.(?:m?js|css|png|jpg)$|^(?:pdfjs|late-wheels)\/|^(?:openjpeg|libheif)\/.*\.wasm$/;
const SHELL_ENGINE = /^(?:ort|pyodide)\/.*\.mjs$/;
/** What other formats and documents need, but for the 170 tables that only PDFs without their own fonts do. */
const SHELL_FORMATS =
  /^(?:openjpeg|libheif|late-wheels)\/.*\.(?:mjs|wasm|deflate)$|^pdfjs\/(?!cmaps\/)|^assets\/(?:pdf|zip)-pages\.js$/;

/**
 * Bundle the service worker with the list of what it may serve. It is written last, and its bytes are the version. `late` are
 * parts that few pages need.
 */
async function writeServiceWorker(engineFolder, late) {
  const paths = await filesBelow(DIST, /\.map$/);
  const own = (path) => path.replace(`${engineFolder}/`, "");
  const listed = async (chosen) => {
    const hashed = chosen.map(async (path) => [path, sha256(await readFile(join(DIST, path)))]);
    return Object.fromEntries(await Promise.all(hashed));
  };
  // The list of the whole site is for those who lay it out; the engine has its own.
  const isFirst = (path) => SHELL_FIRST.test(own(path)) && path !== "assets.json" && !late.has(path);
  const first = await listed(paths.filter(isFirst));
  const later = await listed(paths.filter((path) => !isFirst(path) && SHELL_LATER.test(own(path))));
  const engine = Object.keys(later).filter((path) => SHELL_ENGINE.test(own(path)));
  const formats = Object.keys(later).filter((path) => SHELL_FORMATS.test(own(path)));
  const version = sha256(JSON.stringify([first, later])).slice(0, HASH_LENGTH);
  await build({
    entryPoints: [join(WEB, "src", "service-worker", "service-worker.ts")],
    outfile: join(DIST, "service-worker.js"),
    bundle: true,
    format: "iife",
    target: "es2022",
    minify: true,
    define: { SHELL: JSON.stringify({ version, first, later, engine, formats }) },
    logLevel: "warning",
  });
}

/** Parts with the words of one language. */
function catalogues({ outputs }) {
  return Object.entries(outputs)
    .filter(([, { inputs }]) => Object.keys(inputs).some((path) => path.startsWith("web/words/")))
    .map(([path]) => `assets/${basename(path)}`);
}

await rm(DIST, { recursive: true, force: true });
await Promise.all([
  bundle(SINGLE, join(ENGINE, "assets"), { splitting: false }),
  copyRuntimes(),
  copyOpenJpeg(),
  copyLibHeif(),
  copyPdfJs(),
  copyPython(),
  copyModels(),
]);
const engineFolder = await nameEngine();
const [{ metafile }] = await Promise.all([
  bundle(ENTRIES, join(DIST, "assets"), {
    splitting: true,
    define: { PY_OCR_ENGINE: JSON.stringify(`${engineFolder}/`) },
  }),
  copyOwn(),
]);
await writeIndex(DIST, { engine: engineFolder });
await writeServiceWorker(engineFolder, new Set(catalogues(metafile)));
await rm(SITE, { recursive: true, force: true });
await rename(DIST, SITE);
