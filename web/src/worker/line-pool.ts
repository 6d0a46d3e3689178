/**
 * The line workers: as many as help, started when there are lines for them, ended when there have been none for a while.
 *
 * A batch whose worker fails is given to another one, and then to whoever asked, as LinesUnread: it has the model on the
 * engine's own runtime as a last resort. So no fault of a worker is a fault of the reading.
 */

import { OcrError, describeError } from "../shared/errors.js";
import type { BridgeTensor } from "../line-worker/model.js";
import type { ModelNames } from "../line-worker/protocol.js";
import type { Bytes } from "./asset-store.js";
import { type LineWorker, LineWorkerLost } from "./line-worker-host.js";

/** After so long without lines the workers are ended, and their memory is free. */
const IDLE_MS = 30_000;

/** How many workers may try a batch. */
const MOST_TRIES = 2;

/** After so many failures in a row, none of them followed by a batch that was read, there are no more workers. */
const MOST_FAILURES = 4;

const OUT_OF_MEMORY = /bad_alloc|out.?of.?memory|allocation|cannot (?:enlarge|grow)/i;

/** No line worker has read it; the message says why. */
export class LinesUnread extends Error {
  override readonly name = "LinesUnread";
}

/** What is used of a LineWorker. */
export type PooledWorker = Pick<LineWorker, "namesOf" | "load" | "run" | "end">;

export interface LinePoolOptions {
  /** Most workers. */
  readonly size: number;
  /** Start a worker; `onLost` hears when it ends by itself. */
  readonly start: (onLost: () => void) => Promise<PooledWorker>;
  readonly loadModel: (path: string) => Promise<Bytes>;
  readonly idleMs?: number;
}

interface Task {
  readonly path: string;
  readonly work: (worker: PooledWorker, names: ModelNames) => Promise<unknown>;
  tries: number;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

export class LinePool {
  #size: number;
  #refusal: string | undefined;
  readonly #workers = new Set<PooledWorker>();
  readonly #busy = new Set<PooledWorker>();
  readonly #waiting: Task[] = [];
  #starting = 0;
  /** Grows when all workers are ended, so that one which then starts is not taken in. */
  #generation = 0;
  /** Why all workers were ended the last time. */
  #ended: Error | undefined;
  #failures = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** The model that was asked for first reads every line: a worker starts with it. */
  #firstPath: string | undefined;

  constructor(private readonly options: LinePoolOptions) {
    this.#size = options.size;
  }

  /** How many workers there may be: fewer than at first where some could not start, or found no memory. */
  get size(): number {
    return this.#size;
  }

  /** Why there are none although there were to be some. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Load a model in one of the workers. Others load it when they get lines for it. */
  load(path: string): Promise<ModelNames> {
    this.#firstPath ??= path;
    return this.#enqueue(path, async (_worker, names) => names);
  }

  /** Run a model, in whichever worker is free first. Rejects with LinesUnread when none could. */
  run(path: string, inputs: readonly BridgeTensor[]): Promise<readonly BridgeTensor[]> {
    return this.#enqueue(path, (worker) => worker.run(path, inputs));
  }

  /** Start all workers: there will be lines soon. */
  wake(): void {
    if (this.#firstPath === undefined) return;
    for (let missing = this.#room; missing > 0; missing -= 1) void this.#start();
  }

  /** End all workers. They start again, with another program perhaps, when there are lines. */
  close(): void {
    this.#endAll(new Error("the line workers were ended"));
  }

  /** End all workers, and forget why there could be none: they get another program. */
  renew(): void {
    this.close();
    this.#size = this.options.size;
    this.#refusal = undefined;
    this.#failures = 0;
  }

  /** How many more workers there may be. */
  get #room(): number {
    return this.#size - this.#workers.size - this.#starting;
  }

  /** End all workers. What they were to read, or were reading, rejects with `reason`. */
  #endAll(reason: Error): void {
    this.#generation += 1;
    this.#ended = reason;
    this.#starting = 0;
    clearTimeout(this.#idleTimer);
    for (const worker of this.#workers) worker.end();
    this.#workers.clear();
    this.#busy.clear();
    for (const task of this.#waiting.splice(0)) task.reject(reason);
  }

  #enqueue<T>(path: string, work: (worker: PooledWorker, names: ModelNames) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ path, work, tries: 0, resolve: resolve as Task["resolve"], reject });
      this.#advance();
    });
  }

  #advance(): void {
    clearTimeout(this.#idleTimer);
    for (let task = this.#waiting[0]; task !== undefined; task = this.#waiting[0]) {
      const worker = this.#freeWorker(task.path);
      if (worker === undefined) break;
      this.#waiting.shift();
      void this.#give(worker, task);
    }
    if (this.#size === 0) {
      const reason = new LinesUnread(this.#refusal ?? "none is wanted");
      for (const task of this.#waiting.splice(0)) task.reject(reason);
    }
    const wanted = Math.min(this.#waiting.length - this.#starting, this.#room);
    for (let count = 0; count < wanted; count += 1) void this.#start();
    if (this.#workers.size > 0 && this.#busy.size + this.#waiting.length === 0) {
      this.#idleTimer = setTimeout(() => this.close(), this.options.idleMs ?? IDLE_MS);
    }
  }

  /** A worker that has nothing to do, with that model if possible. */
  #freeWorker(path: string): PooledWorker | undefined {
    const free = [...this.#workers].filter((worker) => !this.#busy.has(worker));
    return free.find((worker) => worker.namesOf(path) !== undefined) ?? free[0];
  }

  async #start(): Promise<void> {
    const generation = this.#generation;
    this.#starting += 1;
    let worker: PooledWorker | undefined;
    try {
      worker = await this.options.start(() => worker && this.#drop(worker));
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#starting -= 1;
      this.#shrinkTo(this.#workers.size + this.#starting, describeError(error));
      this.#advance();
      return;
    }
    if (generation !== this.#generation) {
      worker.end();
      return;
    }
    this.#starting -= 1;
    this.#workers.add(worker);
    this.#advance();
    if (this.#busy.has(worker) || this.#firstPath === undefined) return;
    // Nothing to read yet: it gets ready. Whoever needs the model hears of a failure.
    const ignore = (): void => undefined;
    const work = async (): Promise<void> => undefined;
    await this.#give(worker, {
      path: this.#firstPath,
      work,
      tries: MOST_TRIES,
      resolve: ignore,
      reject: ignore,
    });
  }

  async #give(worker: PooledWorker, task: Task): Promise<void> {
    const generation = this.#generation;
    this.#busy.add(worker);
    try {
      const { path } = task;
      const names = worker.namesOf(path) ?? (await worker.load(path, await this.options.loadModel(path)));
      task.resolve(await task.work(worker, names));
      this.#failures = 0;
    } catch (error) {
      if (generation !== this.#generation) {
        task.reject(this.#ended);
        return;
      }
      // A file that cannot be had is no fault of a worker.
      if (error instanceof OcrError) task.reject(error);
      else this.#failed(worker, task, error);
    }
    this.#busy.delete(worker);
    this.#advance();
  }

  #failed(worker: PooledWorker, task: Task, error: unknown): void {
    const reason = describeError(error);
    console.warn(`py-ocr: a line worker failed: ${reason}`);
    this.#drop(worker);
    this.#failures += 1;
    if (this.#failures >= MOST_FAILURES) this.#shrinkTo(0, reason);
    else if (!(error instanceof LineWorkerLost) && OUT_OF_MEMORY.test(reason)) {
      this.#shrinkTo(this.#size - 1, reason);
    }
    task.tries += 1;
    if (task.tries < MOST_TRIES && this.#size > 0) this.#waiting.unshift(task);
    else task.reject(new LinesUnread(reason));
  }

  /** Forget a worker, which must not be used again: its memory is full, or it is gone. */
  #drop(worker: PooledWorker): void {
    worker.end();
    this.#workers.delete(worker);
  }

  #shrinkTo(size: number, reason: string): void {
    this.#size = Math.max(0, size);
    if (this.#size > 0) return;
    this.#refusal = `The line workers cannot be used: ${reason}.`;
    this.#endAll(new LinesUnread(reason));
  }
}
