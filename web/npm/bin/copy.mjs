// Lays the site's files out in a folder: those that the chosen profiles need, compressed beside themselves.

import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** What compressing makes smaller; images are packed already. */
const COMPRESSIBLE = /\.(?:m?js|css|html|json|wasm|onnx|svg|zip)$/;
/** Half of what the highest level saves over the default costs a tenth of its time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
/** A copy that saves less is not worth its place. */
const WORTHWHILE = 0.97;

/** The paths that a site with these profiles needs; all of them when no profile is named. */
export function chosenPaths(paths, manifest, profiles) {
  if (profiles.length === 0) return paths;
  const wanted = new Set(["models/manifest.json", "models/golden.json"]);
  for (const name of profiles) {
    const profile = manifest.profiles[name];
    if (profile === undefined) {
      throw new Error(
        `There is no profile ${name}. Choose from ${Object.keys(manifest.profiles).join(", ")}.`,
      );
    }
    const { detector, recognizer, classifier, sure_recognizer: sure } = profile;
    for (const id of [detector, recognizer, classifier, sure].filter(Boolean)) {
      const { product, charset } = manifest.models[id];
      if (!product) throw new Error(`The package lacks the model ${id}, which ${name} needs.`);
      wanted.add(`models/${product.file}`);
      if (charset) wanted.add(`models/${charset.file}`);
    }
  }
  return paths.filter(
    (path) => !path.startsWith("samples/") && (!path.startsWith("models/") || wanted.has(path)),
  );
}

/** Lay out the files of `source` in `folder`, of which only what lay there before under the same names is replaced. */
export async function copy(source, folder, { profiles, compress, say }) {
  const from = fileURLToPath(source);
  const index = JSON.parse(await readFile(join(from, "assets.json"), "utf8"));
  const manifest = JSON.parse(await readFile(join(from, "models", "manifest.json"), "utf8"));
  const paths = chosenPaths(Object.keys(index.files), manifest, profiles);
  if (profiles.length > 0) {
    // Who names no profile gets one that is there, and those that are not are not offered.
    manifest.profiles = Object.fromEntries(profiles.map((name) => [name, manifest.profiles[name]]));
    if (!profiles.includes(manifest.default)) manifest.default = profiles[0];
  }
  const target = resolve(folder);
  await rm(join(target, "assets.json"), { force: true });
  const pages = ["embed.html", "index.html"].filter((name) => profiles.length === 0 || name === "embed.html");
  let bytes = 0;
  for (const path of [...paths, ...pages]) {
    const data = await readFile(join(from, path)).catch((error) => {
      if (pages.includes(path)) return undefined;
      throw error;
    });
    if (data === undefined) continue;
    bytes += data.length;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), data);
  }
  const files = Object.fromEntries(paths.map((path) => [path, index.files[path]]));
  if (profiles.length > 0)
    files["models/manifest.json"] = await rewrite(join(target, "models", "manifest.json"), manifest);
  if (compress) await Promise.all([...paths, ...pages].map((path) => compressBeside(join(target, path))));
  // Last: whoever finds the list finds all that it lists.
  await writeFile(join(target, "assets.json"), JSON.stringify({ ...index, files }, null, 1));
  await cp(join(from, "..", "LICENSE"), join(target, "LICENSE"));
  await cp(join(from, "..", "NOTICE"), join(target, "NOTICE"));
  say(`${paths.length} files, ${(bytes / 1e6).toFixed(1)} MB, in ${folder}`);
  say(`Name the folder where it is served: setBaseUrl("/py-ocr/"), or <py-ocr base-url="/py-ocr/">.`);
}

async function rewrite(path, manifest) {
  const { createHash } = await import("node:crypto");
  const data = Buffer.from(JSON.stringify(manifest));
  await writeFile(path, data);
  return { sha256: createHash("sha256").update(data).digest("hex"), bytes: data.length };
}

async function compressBeside(path) {
  for (const suffix of [".br", ".gz"]) await rm(path + suffix, { force: true });
  if (!COMPRESSIBLE.test(path)) return;
  const data = await readFile(path).catch(() => undefined);
  if (data === undefined) return;
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(data, BROTLI),
    promisify(gzip)(data, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  if (br.length < data.length * WORTHWHILE) await writeFile(`${path}.br`, br);
  if (gz.length < data.length * WORTHWHILE) await writeFile(`${path}.gz`, gz);
}
