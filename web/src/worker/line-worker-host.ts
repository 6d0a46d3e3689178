/** A line worker as the engine's worker sees it: asked one thing at a time, and never waited for without an end. */

import { describeError } from "../shared/errors.js";
import type { BridgeTensor } from "../line-worker/model.js";
import type { LineAnswer, LineRequest, ModelNames, Program } from "../line-worker/protocol.js";
import type { Bytes } from "./asset-store.js";

/** What is used of a Worker. */
export type WorkerPort = Pick<
  Worker,
  "postMessage" | "terminate" | "onmessage" | "onerror" | "onmessageerror"
>;

/** How long a line worker may take before it counts as hung, in milliseconds. A busy machine takes a tenth of it. */
export interface LineLimits {
  readonly start: number;
  readonly load: number;
  readonly run: number;
  /** As much more for each megapixel of a batch. */
  readonly runPerMegapixel: number;
  /** What is on its way when time is up may still come: this thread may have been the one that was busy. */
  readonly grace: number;
}

export const LINE_LIMITS: LineLimits = {
  start: 20_000,
  load: 20_000,
  run: 15_000,
  runPerMegapixel: 60_000,
  grace: 1000,
};

/** How long a run of a model may take, by the size of what it is given. */
export function runLimit(inputs: readonly BridgeTensor[], limits: LineLimits = LINE_LIMITS): number {
  const pixels = Math.max(...inputs.map(({ dims }) => dims.reduce((product, dim) => product * dim, 1))) / 3;
  return limits.run + (limits.runPerMegapixel * pixels) / 1e6;
}

/** The worker is gone, or does not answer. */
export class LineWorkerLost extends Error {
  override readonly name = "LineWorkerLost";
}

/** What answers a request. */
type AnswerOf<Kind extends LineAnswer["kind"]> = Extract<LineAnswer, { kind: Kind }>;

interface Waiting {
  resolve(answer: LineAnswer): void;
  reject(error: Error): void;
}

export class LineWorker {
  readonly #models = new Map<string, ModelNames>();
  #waiting: Waiting | undefined;
  #lost: Error | undefined;
  #onLost: (reason: Error) => void = () => undefined;

  private constructor(
    private readonly port: WorkerPort,
    private readonly limits: LineLimits,
  ) {
    port.onmessage = ({ data }: MessageEvent<LineAnswer>) => this.#settle()?.resolve(data);
    port.onerror = (event) => this.#lose(event.message || "it could not be loaded");
    port.onmessageerror = () => this.#lose("its answer cannot be read");
  }

  /** Start one. `onLost` hears when it ends later, unless `end` ended it. Rejects when it does not start. */
  static async start(
    port: WorkerPort,
    program: Program,
    onLost: (reason: Error) => void,
    limits: LineLimits = LINE_LIMITS,
  ): Promise<LineWorker> {
    const worker = new LineWorker(port, limits);
    const lock = `py-ocr-line-worker ${crypto.randomUUID()}`;
    try {
      await worker.#ask("started", { kind: "start", program, lock }, limits.start);
    } catch (error) {
      worker.end();
      throw error;
    }
    worker.#onLost = onLost;
    worker.#watch(lock);
    return worker;
  }

  /** The names of a model that it has, or undefined. */
  namesOf(path: string): ModelNames | undefined {
    return this.#models.get(path);
  }

  async load(path: string, model: Bytes): Promise<ModelNames> {
    const request = { kind: "load", path, model } as const;
    const { names } = await this.#ask("loaded", request, this.limits.load, [model.buffer]);
    this.#models.set(path, names);
    return names;
  }

  /** Run a model that it has. The inputs stay the caller's. */
  async run(path: string, inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]> {
    const limit_ms = runLimit(inputs, this.limits);
    return (await this.#ask("ran", { kind: "run", path, inputs }, limit_ms)).outputs;
  }

  /** End it. What it was asked rejects. */
  end(): void {
    this.#lost ??= new LineWorkerLost("it was ended");
    this.port.terminate();
    this.#settle()?.reject(this.#lost);
  }

  async #ask<Kind extends LineAnswer["kind"]>(
    kind: Kind,
    request: LineRequest,
    limit_ms: number,
    transfer: Transferable[] = [],
  ): Promise<AnswerOf<Kind>> {
    if (this.#lost !== undefined) throw this.#lost;
    const answered = new Promise<LineAnswer>((resolve, reject) => (this.#waiting = { resolve, reject }));
    this.port.postMessage(request, transfer);
    let timer = setTimeout(() => {
      const hung = (): void => this.#lose(`it did not answer within ${Math.round(limit_ms / 1000)} s`);
      timer = setTimeout(hung, this.limits.grace);
    }, limit_ms);
    try {
      const answer = await answered;
      if (answer.kind === "failed") throw Object.assign(new Error(answer.message), { name: answer.name });
      if (answer.kind !== kind) throw new Error(`unexpected answer ${answer.kind}`);
      return answer as AnswerOf<Kind>;
    } finally {
      clearTimeout(timer);
    }
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  /** Learn at once when it ends: the lock that it holds is free then, even when the browser says nothing. */
  #watch(lock: string): void {
    navigator.locks
      ?.request(lock, () => this.#lose("it ended"))
      .catch((error: unknown) => console.warn(`py-ocr: no lock to watch by: ${describeError(error)}`));
  }

  #lose(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = new LineWorkerLost(reason);
    this.port.terminate();
    this.#settle()?.reject(this.#lost);
    this.#onLost(this.#lost);
  }
}
