// Builds the npm package into the folder that is named: modules, types, the command, and the site's files beside them.

import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const SOURCE = join(ROOT, "web", "src");
const PACKAGE = join(ROOT, ".build", "npm");
const [OUT = join(ROOT, "dist")] = process.argv.slice(2);

const { version, license, description } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));

const { engine } = JSON.parse(await readFile(join(ROOT, "web", "dist", "assets.json"), "utf8"));

async function bundle() {
  const common = {
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: "linked",
  };
  await build({
    ...common,
    entryPoints: {
      index: join(SOURCE, "client", "index.ts"),
      element: join(SOURCE, "element", "ocr-element.ts"),
    },
    outdir: PACKAGE,
    splitting: true,
    chunkNames: "part-[hash]",
    // The site's files lie beside these modules.
    define: { PY_OCR_FOLDER: JSON.stringify("assets/"), PY_OCR_ENGINE: JSON.stringify(`${engine}/`) },
    legalComments: "none",
    logLevel: "warning",
  });
  await build({
    ...common,
    entryPoints: { playwright: join(SOURCE, "playwright", "index.ts") },
    outdir: PACKAGE,
    platform: "node",
    target: "node20",
    // The fixtures must be those of the Playwright that runs the tests.
    external: ["@playwright/test"],
    legalComments: "none",
    logLevel: "warning",
  });
}

/** Keep bundlers from looking for what is imported by an address: minifying took the comments that say so. */
async function markImports() {
  for (const name of await readdir(PACKAGE)) {
    if (!name.endsWith(".js")) continue;
    const text = await readFile(join(PACKAGE, name), "utf8");
    const marked = text.replaceAll("import(`", "import(/* webpackIgnore: true */ /* @vite-ignore */ `");
    if (marked !== text) await writeFile(join(PACKAGE, name), marked);
  }
}

/** Write the declarations of what the main thread has; the site's own page is nobody's business. */
async function declare() {
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const target = join(PACKAGE, "types");
  const options = ["--declaration", "--emitDeclarationOnly", "--noEmit", "false", "--rootDir", SOURCE];
  for (const folder of [SOURCE, join(SOURCE, "playwright")]) {
    execFileSync(process.execPath, [tsc, "-p", folder, ...options, "--outDir", target], { stdio: "inherit" });
  }
  await rm(join(target, "page"), { recursive: true, force: true });
  await cp(join(HERE, "types"), target, { recursive: true });
}

const types = (path) => `./types/${path}.d.ts`;

function manifest() {
  return {
    name: "py-ocr",
    version,
    description,
    license,
    keywords: ["ocr", "text-recognition", "webassembly", "webgpu", "onnx", "custom-element"],
    type: "module",
    main: "./index.js",
    types: types("client/index"),
    exports: {
      ".": { types: types("client/index"), default: "./index.js" },
      "./element": { types: types("element/ocr-element"), default: "./element.js" },
      "./element.js": { types: types("element/ocr-element"), default: "./element.js" },
      "./jsx": { types: types("jsx"), default: "./element.js" },
      "./react": { types: types("react"), default: "./element.js" },
      "./vue": { types: types("vue"), default: "./element.js" },
      "./playwright": { types: types("playwright/index"), default: "./playwright.js" },
      "./assets/*": "./assets/*",
      "./custom-elements.json": "./custom-elements.json",
      "./package.json": "./package.json",
    },
    bin: { "py-ocr": "./bin/py-ocr.mjs" },
    customElements: "./custom-elements.json",
    // They define <py-ocr>.
    sideEffects: ["./element.js", "./part-*.js", "./assets/assets/*.js"],
    peerDependencies: { "@playwright/test": ">=1.40" },
    peerDependenciesMeta: { "@playwright/test": { optional: true } },
    engines: { node: ">=20" },
  };
}

await rm(PACKAGE, { recursive: true, force: true });
await mkdir(PACKAGE, { recursive: true });
await Promise.all([bundle(), declare()]);
await markImports();
await Promise.all([
  cp(join(ROOT, "web", "dist"), join(PACKAGE, "assets"), { recursive: true }),
  cp(join(HERE, "bin"), join(PACKAGE, "bin"), { recursive: true }),
  cp(join(HERE, "custom-elements.json"), join(PACKAGE, "custom-elements.json")),
  cp(join(HERE, "README.md"), join(PACKAGE, "README.md")),
  ...["LICENSE", "NOTICE"].map((name) => cp(join(ROOT, name), join(PACKAGE, name))),
  writeFile(join(PACKAGE, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`),
]);
await mkdir(OUT, { recursive: true });
execFileSync("npm", ["pack", "--silent", "--pack-destination", resolve(OUT)], {
  cwd: PACKAGE,
  stdio: ["ignore", "ignore", "inherit"],
  shell: process.platform === "win32",
});
