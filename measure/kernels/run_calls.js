// A worker: makes the recorded calls with every set of kernels in turns, and compares what comes of them.

import { spliceBodies } from "../../web/src/worker/wasm-splice.ts";

const STOCK = "stock";

onmessage = async ({ data }) => {
  try {
    postMessage({ done: await run(data) });
  } catch (error) {
    postMessage({ error: `${error}\n${error.stack}` });
  }
};

async function run({ site, calls, sets, threads, rounds }) {
  const models = [...new Set(calls.map(({ file }) => file))];
  const runtimes = {};
  for (const set of sets) runtimes[set] = await openRuntime(site, set, threads, models);
  const results = [];
  for (const [index, call] of calls.entries()) {
    const feeds = await loadFeeds(site, call);
    const best_ms = {};
    const outputs = {};
    for (let round = 0; round < rounds; round += 1) {
      // Whoever comes first in a round finds colder caches: each in its turn.
      for (const set of sets.map((_, place) => sets[(place + round) % sets.length])) {
        const { ort, sessions } = runtimes[set];
        const inputs = Object.fromEntries(
          feeds.map(({ name, dtype, dims, data }) => [name, new ort.Tensor(dtype, data, dims)]),
        );
        const started = performance.now();
        const answer = await sessions[call.file].run(inputs);
        const elapsed_ms = performance.now() - started;
        best_ms[set] = Math.min(best_ms[set] ?? Infinity, elapsed_ms);
        outputs[set] ??= Object.entries(answer).map(([name, { data, dims }]) => ({
          name,
          dims,
          data: data.slice(),
        }));
        for (const tensor of Object.values(answer)) tensor.dispose();
      }
    }
    const differences = Object.fromEntries(
      sets.filter((set) => set !== STOCK).map((set) => [set, compare(outputs[STOCK], outputs[set])]),
    );
    results.push({ image: call.image, role: call.role, best_ms, differences });
    postMessage({ progress: [index + 1, calls.length] });
  }
  return results;
}

/** Initialise an instance of the runtime of its own, with a set of kernels, and load the models. */
async function openRuntime(site, set, threads, models) {
  const ort = await import(`${site}ort/ort.wasm.min.mjs?measured=${set}`);
  const stock = await fetchBytes(`${site}ort/ort-wasm-simd-threaded.wasm`);
  ort.env.logLevel = "error";
  ort.env.wasm.wasmPaths = { mjs: `${site}ort/ort-wasm-simd-threaded.mjs` };
  ort.env.wasm.wasmBinary = set === STOCK ? stock : await spliceBodies(stock, await fetchPatches(site, set));
  ort.env.wasm.numThreads = threads;
  const sessions = {};
  for (const file of models) {
    const model = await fetchBytes(`${site}models/${file}`);
    sessions[file] = await ort.InferenceSession.create(model, {
      executionProviders: ["wasm"],
      logSeverityLevel: 3,
    });
  }
  return { ort, sessions };
}

async function fetchPatches(site, set) {
  const { kernels } = JSON.parse(
    new TextDecoder().decode(await fetchBytes(`${site}ort/kernels.${set}.json`)),
  );
  return kernels.map(({ name, stock_bytes, stock_sha256, body }) => ({
    name,
    stockBytes: stock_bytes,
    stockSha256: stock_sha256,
    body: Uint8Array.from(atob(body), (character) => character.charCodeAt(0)),
  }));
}

async function loadFeeds(site, { feeds }) {
  const arrays = { uint8: Uint8Array, float32: Float32Array };
  return Promise.all(
    feeds.map(async ({ name, dtype, dims, path }) => {
      const bytes = await fetchBytes(new URL(`/${path}`, site));
      return { name, dtype, dims, data: new arrays[dtype](bytes.buffer) };
    }),
  );
}

async function fetchBytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Where a text map is cut into text and none. */
const THRESHOLD = 0.3;

function compare(expected, actual) {
  const found = { values: 0, labels: 0, labels_changed: 0, largest: 0, map_values: 0, sides_changed: 0 };
  for (const [index, { name, dims, data }] of expected.entries()) {
    const other = actual[index].data;
    const isMap = name === "probability" && dims.length === 4;
    if (data instanceof Float32Array) found.values += data.length;
    else found.labels += data.length;
    if (isMap) found.map_values += data.length;
    for (let i = 0; i < data.length; i += 1) {
      if (!(data instanceof Float32Array)) found.labels_changed += data[i] === other[i] ? 0 : 1;
      else {
        const difference = Math.abs(data[i] - other[i]);
        // Written so that NaN counts.
        if (!(difference <= found.largest)) found.largest = difference;
        if (isMap && data[i] > THRESHOLD !== other[i] > THRESHOLD) found.sides_changed += 1;
      }
    }
  }
  return found;
}
