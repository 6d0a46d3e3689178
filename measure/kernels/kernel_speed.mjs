// How fast the kernels are by themselves: in Node (`node kernel_speed.mjs MODULE`), or in a worker that imports this.

/** (M, N, K): a block of columns as MLAS makes them, and edges. */
const SIZES = [
  [96, 128, 48],
  [192, 128, 96],
  [24, 128, 128],
  [7, 120, 128],
  [1, 128, 128],
];
const SAMPLES = 25;
/** Of a sample: so much that a browser's coarse clock tells it. */
const OPERATIONS = 4e7;
const FLOATS = 4096;

/** Return GFLOP/s by size and function, and ns per float of erf: the best of short samples, taken in turns. */
export async function measureSpeed(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes);
  const { memory, ...kernels } = instance.exports;
  const numbers = new Float32Array(memory.buffer);
  for (let i = 0; i < numbers.length; i += 1) numbers[i] = ((i * 7919) % 1000) / 1000 - 0.5;
  const names = Object.keys(kernels);
  const isErf = (name) => name.startsWith("erf");
  const gflops = SIZES.map(([m, n, k]) => {
    const operations = 2 * m * n * k;
    const products = Math.ceil(OPERATIONS / operations);
    const best = bestOf(
      names.filter((name) => !isErf(name)),
      (name) => {
        for (let i = 0; i < products; i += 1) multiply(kernels[name], m, n, k);
      },
    );
    return { size: [m, n, k], by_kernel: scaled(best, (ms) => (products * operations) / ms / 1e6) };
  });
  const rounds = 100;
  const erf = bestOf(names.filter(isErf), (name) => {
    for (let i = 0; i < rounds; i += 1) kernels[name](65536, 131072, FLOATS);
  });
  return { gflops, erf_ns: scaled(erf, (ms) => (ms * 1e6) / rounds / FLOATS) };
}

function bestOf(names, run) {
  const best = {};
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (const name of names) {
      const started = performance.now();
      run(name);
      best[name] = Math.min(best[name] ?? Infinity, performance.now() - started);
    }
  }
  return best;
}

function multiply(kernel, m, n, k) {
  const panels = 65536 + 4 * m * k;
  let [a, c, rows] = [65536, panels + 4 * k * (n + 16), m];
  while (rows > 0) {
    const done = kernel(a, panels, c, k, rows, n, k, n, 1);
    rows -= done;
    a += 4 * done * k;
    c += 4 * done * n;
  }
}

const scaled = (values, scale) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, scale(value)]));

if (globalThis.process?.argv[2] !== undefined) {
  const [{ readFileSync }, v8] = await Promise.all([import("node:fs"), import("node:v8")]);
  if (process.versions.node.startsWith("20.")) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  console.log(JSON.stringify(await measureSpeed(readFileSync(process.argv[2]))));
}
