/** One worker: where it comes from, what it is asked, and its end, after which nobody waits for it. */

import { OcrError, describeError } from "../shared/errors.js";
import type { Answer, Notice, Request, Response, Update } from "../shared/protocol.js";
import { startWorker } from "../spawn/start-worker.js";
import type { BackendUse } from "../shared/types.js";
import { Watchdog } from "./watchdog.js";
import { WORKER, whyNoWorker } from "./worker-diagnosis.js";

/** Omit that keeps the members of a union apart. */
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** What a worker can be asked that has an answer. */
export type Question = WithoutId<Exclude<Request, { kind: "cancel" | "ping" }>>;

/** After these nothing that lives in the worker can be trusted: the next call starts a fresh one. */
const FATAL_CODES: ReadonlySet<string> = new Set(["engine_crashed", "backend_crashed"]);

/** After a call was cancelled the worker got on with a step of it for too long: it is replaced. */
export class GivenUp extends Error {
  override readonly name = "GivenUp";
}

/** A worker that starts faster than this is still waited for so long. */
const LEAST_PATIENCE_MS = 2_000;

interface Pending {
  /** Whether whoever asked asks the next worker, where this one is given up. */
  readonly isMovable: boolean;
  resolve(answer: Answer): void;
  reject(error: Error): void;
  hear(update: Update): void;
}

/** Something that is asked. It is answered, or rejects with why the worker ended, whatever happens. */
export interface Call {
  readonly answer: Promise<Answer>;
  /** Ask it. Does nothing once it is settled or given up, and then says so. */
  send(question: Question, transfer?: Transferable[]): boolean;
  /** Nobody waits for the answer any more. */
  cancel(): void;
}

export interface EngineWorkerListeners {
  onBackend?(use: BackendUse): void;
  /** The worker is gone, for whatever reason. */
  onEnd?(reason: Error): void;
}

export class EngineWorker {
  readonly #port: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #watchdog: Watchdog;
  #nextId = 1;
  /** Why it is gone. */
  #ended: Error | undefined;
  readonly #madeAt = performance.now();
  /** How long it took to start; undefined until it has. */
  #startedIn_ms: number | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  /** Start one. Throws OcrError (`worker_failed`) where the browser makes none from this address. */
  constructor(
    baseUrl: string,
    private readonly listeners: EngineWorkerListeners = {},
  ) {
    this.#port = createWorker(baseUrl);
    this.#port.onmessage = ({ data }: MessageEvent<Response | Notice>) => this.#receive(data);
    this.#port.onerror = ({ message }) => {
      if (message) this.end(workerError(message));
      // It could not be loaded; the browser does not say why.
      else void whyNoWorker(baseUrl).then((reason) => this.end(reason ?? workerError(undefined)));
    };
    this.#port.onmessageerror = () => this.end(workerError("its answer cannot be read"));
    this.#watchdog = new Watchdog(
      () => this.#port.postMessage({ kind: "ping" } satisfies Request),
      (reason) => this.end(silentError(reason)),
    );
  }

  /** Whether nothing is expected of it. */
  get isIdle(): boolean {
    return this.#pending.size === 0;
  }

  /**
   * Prepare to ask something. `hear` is told what comes of it before its answer. Throws why the worker is gone. What is
   * movable may be rejected with `GivenUp`, and is then to be asked of another worker.
   */
  call(hear: (update: Update) => void, isMovable = false): Call {
    if (this.#ended !== undefined) throw this.#ended;
    const id = this.#nextId;
    this.#nextId += 1;
    const answer = new Promise<Answer>((resolve, reject) =>
      this.#pending.set(id, { isMovable, resolve, reject, hear }),
    );
    answer.catch(() => undefined); // whoever asks awaits it later
    this.#watchdog.watch();
    let isSent = false;
    return {
      answer,
      send: (question, transfer = []) => {
        if (!this.#pending.has(id)) return false;
        this.#port.postMessage({ ...question, id } satisfies Request, transfer);
        isSent = true;
        return true;
      },
      cancel: () => {
        if (!this.#forget(id) || !isSent) return;
        this.#expectAnswer();
        this.#port.postMessage({ kind: "cancel", id } satisfies Request);
      },
    };
  }

  /** End it. Whatever is pending rejects with `reason`. */
  end(reason: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#watchdog.rest();
    clearTimeout(this.#patience);
    this.#port.terminate();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.listeners.onEnd?.(reason);
    for (const { reject } of pending) reject(reason);
  }

  #receive(message: Response | Notice): void {
    if (this.#ended !== undefined) return;
    this.#watchdog.heard(message);
    if (message.kind === "started") this.#startedIn_ms ??= performance.now() - this.#madeAt;
    if (message.kind === "alive" || message.kind === "cancelled") {
      clearTimeout(this.#patience);
      this.#patience = undefined;
    }
    if (message.kind === "alive" || message.kind === "computing") return;
    if (message.kind === "backend") {
      this.listeners.onBackend?.(message.use);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return; // cancelled: nobody waits for it any more
    if (message.kind === "progress" || message.kind === "lines" || message.kind === "step") {
      pending.hear(message);
      return;
    }
    this.#forget(message.id);
    if (message.kind !== "failed") {
      pending.resolve(message);
      return;
    }
    const error = OcrError.fromJSON(message.error);
    pending.reject(error);
    if (FATAL_CODES.has(error.code)) this.end(error);
  }

  /**
   * See that the worker comes to hear of a cancelled call. A step that goes on for as long as a fresh worker takes to start is not
   * waited for: so whoever asks next waits at most twice as long as they had to.
   */
  #expectAnswer(): void {
    if (this.#patience !== undefined || this.#startedIn_ms === undefined) return;
    this.#port.postMessage({ kind: "ping" } satisfies Request);
    this.#patience = setTimeout(
      () => {
        this.#patience = undefined;
        const others = [...this.#pending.values()];
        if (others.every(({ isMovable }) => isMovable)) this.end(new GivenUp("a cancelled step goes on"));
      },
      Math.max(LEAST_PATIENCE_MS, this.#startedIn_ms),
    );
  }

  #forget(id: number): boolean {
    const isKnown = this.#pending.delete(id);
    if (this.#pending.size === 0) this.#watchdog.rest();
    return isKnown;
  }
}

function createWorker(baseUrl: string): Worker {
  const url = new URL(WORKER, baseUrl);
  try {
    return startWorker(url, "py-ocr");
  } catch (error) {
    if (error instanceof OcrError) throw error;
    throw workerError(`${describeError(error)}; it comes from ${url.href}`);
  }
}

const RELOAD =
  "Reload the page. If it happens again, check that assets/worker.js is served and allowed by the page's policy.";

/** The worker did not load, or died. */
export function workerError(message: string | undefined): OcrError {
  const cause = `The worker failed${message ? `: ${message}` : " to load"}.`;
  return new OcrError("worker_failed", cause, RELOAD, "load");
}

function silentError(reason: string): OcrError {
  return new OcrError(
    "worker_silent",
    `The worker was ended: ${reason}.`,
    "Try again: it starts afresh. If it is always the same image, scale it down.",
    "load",
  );
}
