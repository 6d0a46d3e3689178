/** A line worker: ONNX Runtime Web with one thread, and the recognisers. It knows nothing of images, text or Python. */

import type * as Ort from "onnxruntime-web";

import { describeError } from "../shared/errors.js";
import { IN_PLACE_OF_BINARY, instantiateCompiled } from "./compiled-module.js";
import { createModel, feedsOf, outputsOf } from "./model.js";
import type { LineAnswer, LineRequest, Program } from "./protocol.js";

let ort: typeof Ort;
const models = new Map<string, Ort.InferenceSession>();

globalThis.onmessage = async ({ data: request }: MessageEvent<LineRequest>) => {
  const answer = await handle(request).catch((error: unknown): LineAnswer => ({
    kind: "failed",
    name: error instanceof Error ? error.name : "Error",
    message: describeError(error),
  }));
  postMessage(answer);
};

async function handle(request: LineRequest): Promise<LineAnswer> {
  if (request.kind === "start") {
    await Promise.all([hold(request.lock), initialise(request.program)]);
    return { kind: "started" };
  }
  if (request.kind === "load") {
    const model = await createModel(ort, request.model, "wasm");
    models.set(request.path, model);
    return { kind: "loaded", names: { inputNames: model.inputNames, outputNames: model.outputNames } };
  }
  const model = models.get(request.path);
  if (model === undefined) throw new Error(`${request.path} was not loaded`);
  return { kind: "ran", outputs: outputsOf(await model.run(feedsOf(ort, request.inputs))) };
}

async function initialise({ api, glue, module }: Program): Promise<void> {
  instantiateCompiled(module);
  ort = (await import(api)) as typeof Ort;
  ort.env.logLevel = "error";
  ort.env.wasm.wasmPaths = { mjs: glue };
  ort.env.wasm.wasmBinary = IN_PLACE_OF_BINARY;
  ort.env.wasm.numThreads = 1;
}

/** Hold a lock for as long as this worker lives. Where there are no locks, a time limit has to tell that it has died. */
function hold(lock: string): Promise<void> {
  return new Promise((resolve) => {
    const held = (): Promise<never> => {
      resolve();
      return new Promise(() => undefined);
    };
    navigator.locks?.request(lock, held).catch(() => resolve());
    if (navigator.locks === undefined) resolve();
  });
}
