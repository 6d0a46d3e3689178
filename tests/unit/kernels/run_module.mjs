// Calls functions of a WebAssembly module: a request on stdin, the memory afterwards on stdout. See node_module.py.

import { readFileSync } from "node:fs";
import v8 from "node:v8";

// Node 20 has relaxed SIMD behind this flag; later ones have it anyway, and ignore what they do not know.
if (process.versions.node.startsWith("20.")) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");

const request = JSON.parse(readFileSync(0, "utf8"));
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(request.module, "base64")));
const memory = new Uint8Array(exports.memory.buffer);
const answers = request.calls.map(({ name, args, memory: before }) => {
  const bytes = Buffer.from(before, "base64");
  memory.set(bytes);
  const value = exports[name](...args);
  return { value: value ?? null, memory: Buffer.from(memory.slice(0, bytes.length)).toString("base64") };
});
process.stdout.write(JSON.stringify(answers));
