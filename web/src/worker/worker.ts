/** The worker: takes requests, hands them to the engine, sends back what comes of them. */

import { OcrError } from "../shared/errors.js";
import type { CancelRequest, Notice, PingRequest, Request, Response } from "../shared/protocol.js";
import type { LinesRead, ProgressListener } from "../shared/types.js";
import { Engine } from "./engine.js";
import { measure } from "./measuring.js";
import { requireWebAssembly } from "./policy.js";
import { Cancelled } from "./python-host.js";
import { requireTrust, trustOwnWorkers } from "./trust.js";

trustOwnWorkers();

let engine: Promise<Engine> | undefined;

globalThis.onmessage = ({ data: request }: MessageEvent<Request>) => {
  if (request.kind === "ping") send({ kind: "alive" });
  else if (request.kind === "cancel") cancel(request.id);
  else void answer(request);
};

// Nobody knows which request it was: all are told.
globalThis.onmessageerror = () => reportError(new Error("a request cannot be read"));

function send(message: Response | Notice): void {
  const transfer = message.kind === "pictured" ? [message.picture.bitmap] : [];
  postMessage(message, { transfer });
}

function cancel(id: number): void {
  engine?.then(
    (running) => running.cancel(id),
    () => undefined, // nothing runs: whoever asked for the start has heard why
  );
}

async function answer(request: Exclude<Request, CancelRequest | PingRequest>): Promise<void> {
  const { id } = request;
  try {
    send(await handle(request, (progress) => send({ kind: "progress", id, progress })));
  } catch (error) {
    if (error instanceof Cancelled) send({ kind: "cancelled", id });
    else {
      const stage = request.kind === "recognize" ? "recognize" : "load";
      send({ kind: "failed", id, error: OcrError.from(error, stage).toJSON() });
    }
  }
}

async function handle(
  request: Exclude<Request, CancelRequest | PingRequest>,
  onProgress: ProgressListener,
): Promise<Response> {
  const { id } = request;
  if (request.kind !== "recognize") {
    requireWebAssembly();
    requireTrust();
  }
  if (request.kind === "start") {
    engine = Engine.start(request.config, onProgress, (use) => send({ kind: "backend", use }));
    return { kind: "started", id, info: (await engine).info };
  }
  if (request.kind === "measure") {
    const onStep = (what: string, done: number, total: number): void =>
      send({ kind: "step", id, what, done, total });
    return { kind: "measured", id, measured: await measure(request.config, onProgress, onStep) };
  }
  if (engine === undefined) throw new Error("recognize came before start");
  if (request.kind === "picture")
    return { kind: "pictured", id, picture: await (await engine).picture(request) };
  if (request.kind === "export") return { kind: "exported", id, data: await (await engine).export(request) };
  if (request.kind === "pack") return { kind: "exported", id, data: await (await engine).pack(request) };
  const onLines = (read: LinesRead): void => send({ kind: "lines", id, read });
  const page = await (await engine).recognize(request, onProgress, request.streams ? onLines : undefined);
  return { kind: "recognized", id, page, heap_bytes: (await engine).heapBytes };
}
