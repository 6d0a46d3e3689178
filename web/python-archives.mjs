// Compiles Python's library and the wheels to bytecode, with the very Pyodide that will run them. Kept in .build/compiled.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

import { loadPyodide, version } from "pyodide";

const COMPILER = join(dirname(fileURLToPath(import.meta.url)), "compile_archive.py");

/**
 * Return for each source archive, a path or {path, part}, the path of its compiled form, compiling those that
 * `cacheFolder` lacks.
 */
export async function compileArchives(sources, cacheFolder) {
  await mkdir(cacheFolder, { recursive: true });
  const script = await readFile(COMPILER, "utf8");
  let python;
  const compiled = [];
  for (const entry of sources) {
    const { path: source, part } = typeof entry === "string" ? { path: entry, part: "" } : entry;
    const data = await readFile(source);
    const key = createHash("sha256").update(version).update(script).update(data).update(part).digest("hex");
    const target = join(cacheFolder, `${key}.zip.deflate`);
    if (!existsSync(target)) {
      console.log(`compiling ${source}`);
      python ??= await startPython(script);
      python.FS.writeFile("/source.zip", data);
      python.globals.get("compile_archive")("/source.zip", "/target.zip", part);
      await writeFile(`${target}.part`, deflateSync(python.FS.readFile("/target.zip"), { level: 9 }));
      await rename(`${target}.part`, target);
    }
    compiled.push(target);
  }
  // What an earlier version of a source left there would pile up with every change of py_ocr.
  const kept = new Set(compiled.map((path) => basename(path)));
  const stale = (await readdir(cacheFolder)).filter((name) => !kept.has(name));
  await Promise.all(stale.map((name) => rm(join(cacheFolder, name), { force: true })));
  return compiled;
}

async function startPython(script) {
  const python = await loadPyodide();
  python.runPython(script);
  return python;
}
