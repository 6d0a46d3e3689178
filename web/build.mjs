// Builds the site into web/dist: bundles the scripts, copies every asset, lists all of them with their sha256.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const WEB = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(WEB);
const DIST = join(WEB, "dist");

const ENTRIES = ["page", "ocr-element", "ocr-client", "headless", "worker"];
const PYODIDE_FILES = ["pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"];
const ORT_APIS = ["wasm", "webgpu", "jspi"];
const ORT_CORES = ["", ".asyncify", ".jspi"];

const require = createRequire(import.meta.url);
const packageFolder = (name) => dirname(require.resolve(`${name}/package.json`));

async function bundle() {
  await build({
    entryPoints: ENTRIES.map((name) => join(WEB, "src", `${name}.ts`)).filter((f) => existsSync(f)),
    outdir: join(DIST, "assets"),
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
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

  const ort = join(dirname(require.resolve("onnxruntime-web/wasm")));
  await copy(ort, "ort", [
    ...ORT_APIS.map((api) => `ort.${api}.min.mjs`),
    ...ORT_CORES.flatMap((core) => ["mjs", "wasm"].map((type) => `ort-wasm-simd-threaded${core}.${type}`)),
  ]);
}

async function copyOwn() {
  const ending = (folder, suffix) =>
    readdir(folder).then((names) => names.filter((name) => name.endsWith(suffix)));
  await copy(join(ROOT, ".build", "wheels"), "wheels", await ending(join(ROOT, ".build", "wheels"), ".whl"));
  await copy(join(ROOT, ".build"), "wheels", await ending(join(ROOT, ".build"), ".whl"));
  const prepared = join(ROOT, "models", "prepared");
  await copy(prepared, "models", await readdir(prepared));
  await copy(join(ROOT, "models"), "models", ["manifest.json"]);
  await copy(WEB, ".", [...(await ending(WEB, ".html")), ...(await ending(WEB, ".svg"))]);
  const samples = join(WEB, "samples");
  await copy(samples, "samples", await readdir(samples));
}

/** List everything but the pages, which name no files of ours that need checking. */
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

await rm(DIST, { recursive: true, force: true });
await Promise.all([bundle(), copyRuntimes(), copyOwn()]);
await writeIndex();
