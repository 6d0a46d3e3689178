// Lays the site's files out in a folder: those that the chosen profiles need, compressed beside themselves.

import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** What compressing makes smaller; images are packed already. */
const COMPRESSIBLE = /\.(?:m?js|css|html|json|wasm|onnx|svg)$/;
/** Half of what the highest level saves over the default costs a tenth of its time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
/** A copy that saves less is not worth its place. */
const WORTHWHILE = 0.97;

/** The paths in the engine's folder that a site with these profiles needs; all of them when no profile is named. */
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
  return paths.filter((path) => !path.startsWith("models/") || wanted.has(path));
}

/**
 * Lay out the files of `source` in `folder`, of which only what lay there before under the same names is replaced. The engine's
 * folder of the version before stays, for pages that are open; older ones go.
 */
export async function copy(source, folder, { profiles, compress, say }) {
  const from = fileURLToPath(source);
  const target = resolve(folder);
  const whole = JSON.parse(await readFile(join(from, "assets.json"), "utf8"));
  const { engine } = whole;
  const index = JSON.parse(await readFile(join(from, engine, "assets.json"), "utf8"));
  const manifest = JSON.parse(await readFile(join(from, engine, "models", "manifest.json"), "utf8"));
  const paths = chosenPaths(Object.keys(index.files), manifest, profiles);
  const isChosen = new Set(paths.map((path) => `${engine}/${path}`));
  const others = Object.keys(whole.files).filter((path) => !path.startsWith(`${engine}/`));
  const pages = ["embed.html", ...(profiles.length === 0 ? ["index.html", "service-worker.js"] : [])];
  const own = [...others.filter((path) => profiles.length === 0 || !path.startsWith("samples/")), ...pages];
  // Without it, a folder that is half laid out is not taken for a whole one.
  await rm(join(target, engine, "assets.json"), { force: true });
  const lay = async (path) => {
    const data = await readFile(join(from, path));
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), data);
    return data.length;
  };
  let bytes = 0;
  for (const path of isChosen) bytes += await lay(path);
  const files = Object.fromEntries(paths.map((path) => [path, index.files[path]]));
  if (profiles.length > 0) {
    // Who names no profile gets one that is there, and those that are not are not offered.
    manifest.profiles = Object.fromEntries(profiles.map((name) => [name, manifest.profiles[name]]));
    if (!profiles.includes(manifest.default)) manifest.default = profiles[0];
    files["models/manifest.json"] = await write(
      join(target, engine, "models", "manifest.json"),
      JSON.stringify(manifest),
    );
  }
  const listing = await write(
    join(target, engine, "assets.json"),
    JSON.stringify({ ...index, files }, null, 1),
  );
  // The scripts that name the engine's folder come when it is there.
  for (const path of own) bytes += await lay(path);
  if (compress)
    await Promise.all(
      [...isChosen, `${engine}/assets.json`, ...own].map((path) => compressBeside(join(target, path))),
    );
  const listed = Object.fromEntries([
    ...own.filter((path) => !pages.includes(path)).map((path) => [path, whole.files[path]]),
    ...Object.entries(files).map(([path, entry]) => [`${engine}/${path}`, entry]),
    [`${engine}/assets.json`, listing],
  ]);
  await write(join(target, "assets.json"), JSON.stringify({ ...whole, files: listed }, null, 1));
  await cp(join(from, "..", "LICENSE"), join(target, "LICENSE"));
  await cp(join(from, "..", "NOTICE"), join(target, "NOTICE"));
  await removeOlder(target, engine);
  say(`${isChosen.size + own.length} files, ${(bytes / 1e6).toFixed(1)} MB, in ${folder}`);
  say(`Name the folder where it is served: setBaseUrl("/py-ocr/"), or <py-ocr base-url="/py-ocr/">.`);
}

/** Remove the engines of earlier versions, but for the last one. */
async function removeOlder(target, engine) {
  const names = (await readdir(target)).filter(
    (name) => /^engine-[0-9a-f]{12}$/.test(name) && name !== engine,
  );
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(target, name))).mtimeMs })),
  );
  const [, ...older] = dated.sort((a, b) => b.at - a.at);
  await Promise.all(older.map(({ name }) => rm(join(target, name), { recursive: true })));
}

async function write(path, text) {
  const data = Buffer.from(text);
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
