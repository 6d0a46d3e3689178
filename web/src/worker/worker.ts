/** The worker: takes requests, hands them to the engine, sends back what comes of them. */

import { OcrError } from "../shared/errors.js";
import { Engine } from "./engine.js";
import { measure } from "./measuring.js";
import type { ProgressListener } from "../shared/progress.js";
import type { BackendNotice, CancelRequest, Request, Response } from "../shared/protocol.js";
import { Cancelled } from "./python-host.js";

/** The part of DedicatedWorkerGlobalScope used here; the DOM library, which the page needs, does not declare it. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(response: Response | BackendNotice): void;
}

const scope = globalThis as unknown as WorkerScope;
let engine: Promise<Engine> | undefined;

scope.onmessage = ({ data: request }) => {
  if (request.kind === "cancel") void engine?.then((running) => running.cancel(request.id));
  else void answer(request);
};

async function answer(request: Exclude<Request, CancelRequest>): Promise<void> {
  const { id } = request;
  try {
    scope.postMessage(
      await handle(request, (progress) => scope.postMessage({ kind: "progress", id, progress })),
    );
  } catch (error) {
    if (error instanceof Cancelled) scope.postMessage({ kind: "cancelled", id });
    else {
      const stage = request.kind === "recognize" ? "recognize" : "load";
      scope.postMessage({ kind: "failed", id, error: OcrError.from(error, stage).toJSON() });
    }
  }
}

async function handle(
  request: Exclude<Request, CancelRequest>,
  onProgress: ProgressListener,
): Promise<Response> {
  const { id } = request;
  if (request.kind === "start") {
    engine = Engine.start(request.config, onProgress, (use) => scope.postMessage({ kind: "backend", use }));
    return { kind: "started", id, info: (await engine).info };
  }
  if (request.kind === "measure") {
    const onStep = (what: string, done: number, total: number): void =>
      scope.postMessage({ kind: "step", id, what, done, total });
    return { kind: "measured", id, measured: await measure(request.config, onProgress, onStep) };
  }
  if (engine === undefined) throw new Error("recognize came before start");
  const page = await (await engine).recognize(id, request.image, request.options, onProgress);
  return { kind: "recognized", id, page };
}
