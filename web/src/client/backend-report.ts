/** Measures the backends of this device, each in a fresh worker, and puts what was found into one report. */

import type { BackendMeasurement } from "../shared/measurement.js";
import type { MeasureConfig } from "../shared/protocol.js";
import type { WebBackend } from "../shared/types.js";
import { abortError, untilAborted } from "./abort.js";
import { engineUrl } from "./base-url.js";
import { EngineWorker } from "./engine-worker.js";

/** What is known of the device, without anything that tells whose it is. */
export interface DeviceDescription {
  readonly browser: string;
  readonly logical_processors: number;
  /** Whether the page is cross-origin isolated, without which WASM has one thread. */
  readonly isolated: boolean;
}

export interface ReportedBackend extends BackendMeasurement {
  /** Memory of the page and its workers after the runs, where the browser tells it. */
  readonly memory_bytes: number | null;
}

export interface BackendReport {
  readonly schema: 1;
  readonly date: string;
  readonly device: DeviceDescription;
  readonly backends: readonly ReportedBackend[];
}

/** What is going on: `what` is "load" while files come, "sessions", or the id of a model. */
export interface ReportStep {
  readonly backend: WebBackend;
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

export interface MeasureOptions {
  readonly baseUrl?: string | URL;
  readonly profile?: string;
  readonly threads?: number;
  readonly thorough?: boolean;
  /** Ends the measuring at once, with a DOMException named "AbortError". */
  readonly signal?: AbortSignal;
  readonly onStep?: (step: ReportStep) => void;
}

/** Measure these backends one after the other. One that cannot be used here is part of the report. */
export async function measureBackends(
  backends: readonly WebBackend[],
  options: MeasureOptions = {},
): Promise<BackendReport> {
  const measured: ReportedBackend[] = [];
  for (const backend of backends) measured.push(await measureBackend(backend, options));
  return { schema: 1, date: new Date().toISOString(), device: describeDevice(), backends: measured };
}

/** Measure one backend. Throws OcrError when the site's files or the worker fail. */
export async function measureBackend(
  backend: WebBackend,
  { baseUrl, profile, threads, thorough = false, signal, onStep }: MeasureOptions = {},
): Promise<ReportedBackend> {
  signal?.throwIfAborted();
  const config: MeasureConfig = {
    baseUrl: engineUrl(baseUrl),
    backend,
    thorough,
    ...(profile === undefined ? {} : { profile }),
    ...(threads === undefined ? {} : { threads }),
  };
  const worker = new EngineWorker(config.baseUrl);
  try {
    const call = worker.call((update) => {
      if (update.kind === "step")
        onStep?.({ backend, what: update.what, done: update.done, total: update.total });
      else if (update.kind === "progress") onStep?.({ backend, what: "load", done: 0, total: 0 });
    });
    call.send({ kind: "measure", config });
    const answer = await untilAborted(call.answer, signal);
    if (answer.kind !== "measured") throw new Error(`unexpected answer ${answer.kind}`);
    const { measured } = answer;
    return { ...measured, memory_bytes: thorough ? await memoryBytes() : null };
  } finally {
    worker.end(abortError());
  }
}

function describeDevice(): DeviceDescription {
  return {
    browser: navigator.userAgent,
    logical_processors: navigator.hardwareConcurrency,
    isolated: crossOriginIsolated,
  };
}

/** How long to wait for the browser's count, which it takes at the next garbage collection. */
const MEMORY_MS = 20_000;

async function memoryBytes(): Promise<number | null> {
  const measured = performance.measureUserAgentSpecificMemory?.();
  if (measured === undefined) return null;
  const tooLate = new Promise<null>((resolve) => setTimeout(() => resolve(null), MEMORY_MS));
  return Promise.race([measured.then(({ bytes }) => bytes), tooLate]).catch(() => null);
}

declare global {
  interface Performance {
    /** Exists in cross-origin isolated pages of Chromium; the DOM library does not declare it. */
    measureUserAgentSpecificMemory?(): Promise<{ readonly bytes: number }>;
  }
}
