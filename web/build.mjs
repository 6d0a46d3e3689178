// Builds the site into web/dist: bundles the scripts, copies every asset, lists all of them with their sha256.

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
const ORT_CORES = ["", ".asyncify", ".jspi"];

const require = createRequire(import.meta.url);
const packageFolder = (name) => dirname(require.resolve(`${name}/package.json`));

async function bundle(entries, splitting) {
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, path]) => [name, join(WEB, "src", `${path}.ts`)]),
    ),
    outdir: join(DIST, "assets"),
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

/** Copy files of one folder into web/dist/<target>. */
async function copy(from, target, names) {
  await mkdir(join(DIST, target), { recursive: true });
  await Promise.all(names.map((name) => cp(join(from, name), join(DIST, target, name))));
}

async function copyRuntimes() {
  const pyodide = packageFolder("pyodide");
  await copy(pyodide, "pyodide", PYODIDE_FILES);
  // No package is loaded by name, so of the lock file only the description of the platform is needed.
  const { info } = JSON.parse(await readFile(join(pyodide, "pyodide-lock.json"), "utf8"));
  await writeFile(join(DIST, "pyodide", "pyodide-lock.json"), JSON.stringify({ info, packages: {} }));

  const ort = dirname(require.resolve("onnxruntime-web/wasm"));
  await copy(ort, "ort", [
    ...ORT_APIS.map((api) => `ort.${api}.min.mjs`),
    ...ORT_CORES.flatMap((core) => ["mjs", "wasm"].map((type) => `ort-wasm-simd-threaded${core}.${type}`)),
  ]);
  // Written by kernels/build.py before this runs.
  const kernels = join(ROOT, ".build", "kernels");
  await copy(kernels, "ort", await readdir(kernels));
}

async function copyOpenJpeg() {
  const folder = dirname(require.resolve("@cornerstonejs/codec-openjpeg/decodewasm"));
  await copy(folder, "openjpeg", ["openjpegwasm_decode.wasm"]);
  // A script that declares one name, which the worker, being a module, can only import.
  const script = await readFile(join(folder, "openjpegwasm_decode.js"), "utf8");
  const module = `${script}\nexport default OpenJPEGWASM;\n`;
  await writeFile(join(DIST, "openjpeg", "openjpegwasm_decode.mjs"), module);
}

/** What pdf.js fetches by itself: its worker, and what some PDFs need. */
async function copyPdfJs() {
  const pdfjs = packageFolder("pdfjs-dist");
  await copy(join(pdfjs, "build"), "pdfjs", ["pdf.worker.min.mjs"]);
  for (const part of ["cmaps", "standard_fonts", "wasm"]) {
    await cp(join(pdfjs, part), join(DIST, "pdfjs", part), { recursive: true });
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
  await mkdir(join(DIST, "late-wheels"), { recursive: true });
  await cp(lateEngine, join(DIST, "late-wheels", "py_ocr-export.compiled.zip"));
  await cp(latePypdf, join(DIST, "late-wheels", `${basename(pypdf, ".zip")}.compiled.zip`));
  await cp(compiledLibrary, join(DIST, "pyodide", "python_stdlib.zip"));
  await mkdir(join(DIST, "wheels"), { recursive: true });
  for (const [index, wheel] of wheels.entries()) {
    const [name, version] = basename(wheel).split("-");
    await cp(compiledWheels[index], join(DIST, "wheels", `${name}-${version}.compiled.zip`));
  }
}

async function copyOwn() {
  const prepared = join(ROOT, "models", "prepared");
  await copy(prepared, "models", await readdir(prepared));
  await copy(join(ROOT, "models"), "models", ["golden.json", "manifest.json"]);
  await copy(WEB, ".", [...(await ending(WEB, ".html")), ...(await ending(WEB, ".svg"))]);
  // Written by tools/bill_of_materials.py before this runs.
  await copy(join(ROOT, ".build"), ".", ["sbom.cdx.json"]);
  await copy(WEB, ".", ["manifest.webmanifest"]);
  const icons = join(WEB, "icons");
  await copy(icons, ".", await readdir(icons));
  const words = join(WEB, "words");
  await copy(words, "words", await readdir(words));
  const samples = join(WEB, "samples");
  await copy(samples, "samples", await readdir(samples));
}

/** List every file but pages and source maps, which the worker never fetches. */
async function writeIndex() {
  const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !/\.(?:html|map)$/.test(entry.name))
    .map((entry) => relative(DIST, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
  const files = {};
  for (const path of paths) {
    const data = await readFile(join(DIST, path));
    files[path] = { sha256: createHash("sha256").update(data).digest("hex"), bytes: data.length };
  }
  await writeFile(join(DIST, "assets.json"), JSON.stringify({ version: 1, files }, null, 1));
}

/** What the page needs before anything is read. */
const SHELL_FIRST =
  /^(?:index\.html|assets\.json|favicon\.svg|samples\/[a-z]+-small\.jpg|manifest\.webmanifest|icon-192\.png|models\/manifest\.json|assets\/(?:page|worker|line-worker|part-[^/]+)\.(?:js|css))$/;
/** What is kept when it is asked for; all else is the engine's own to keep. */
const SHELL_LATER = /\.(?:m?js|css|png|jpg)$|^words\/|^pdfjs\//;
const SHELL_ENGINE = /^(?:ort|pyodide|openjpeg)\/.*\.mjs$/;

/** Bundle the service worker with the list of what it may serve. It is written last, and its bytes are the version. */
async function writeServiceWorker() {
  const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".map"))
    .map((entry) => relative(DIST, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
  const listed = async (chosen) => {
    const hashed = chosen.map(async (path) => {
      const data = await readFile(join(DIST, path));
      return [path, createHash("sha256").update(data).digest("hex")];
    });
    return Object.fromEntries(await Promise.all(hashed));
  };
  const first = await listed(paths.filter((path) => SHELL_FIRST.test(path)));
  const later = await listed(paths.filter((path) => !SHELL_FIRST.test(path) && SHELL_LATER.test(path)));
  const engine = Object.keys(later).filter((path) => SHELL_ENGINE.test(path));
  const version = createHash("sha256")
    .update(JSON.stringify([first, later]))
    .digest("hex")
    .slice(0, 12);
  await build({
    entryPoints: [join(WEB, "src", "service-worker", "service-worker.ts")],
    outfile: join(DIST, "service-worker.js"),
    bundle: true,
    format: "iife",
    target: "es2022",
    minify: true,
    define: { SHELL: JSON.stringify({ version, first, later, engine }) },
    logLevel: "warning",
  });
}

await rm(DIST, { recursive: true, force: true });
await Promise.all([
  bundle(ENTRIES, true),
  bundle(SINGLE, false),
  copyRuntimes(),
  copyOpenJpeg(),
  copyPdfJs(),
  copyPython(),
  copyOwn(),
]);
await writeIndex();
await writeServiceWorker();
await rm(SITE, { recursive: true, force: true });
await rename(DIST, SITE);
