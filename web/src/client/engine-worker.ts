/** Where the worker comes from, and what is said when it does not come or dies. */

import { OcrError } from "../shared/errors.js";
import { withoutCors, wrongAnswer } from "../shared/site-faults.js";

const WORKER = "assets/worker.js";

export function createWorker(baseUrl: string): Worker {
  const url = new URL(WORKER, baseUrl);
  const options = { type: "module", name: "py-ocr" } as const;
  if (typeof location === "undefined" || url.origin === location.origin) return new Worker(url, options);
  // A worker must be of the page's own origin; what it imports need not be.
  const source = new Blob([`import ${JSON.stringify(url.href)};`], { type: "text/javascript" });
  const address = URL.createObjectURL(source);
  try {
    return new Worker(address, options);
  } finally {
    // The worker has it by then, or will not get it at all.
    setTimeout(() => URL.revokeObjectURL(address), REVOKE_MS);
  }
}

const REVOKE_MS = 60_000;

/** The worker did not load, or died. */
export function workerError(message: string | undefined): OcrError {
  return new OcrError(
    "worker_failed",
    `The worker failed${message ? `: ${message}` : " to load"}.`,
    "Reload the page. If it happens again, check that assets/worker.js is served and allowed by the page's policy.",
    "load",
  );
}

/** Find out why a worker did not load, of which browsers say nothing. */
export async function whyNoWorker(baseUrl: string): Promise<OcrError> {
  const url = new URL(WORKER, baseUrl);
  const response = await fetch(url, { cache: "no-cache" }).catch(() => undefined);
  if (response === undefined) {
    const isThere = await fetch(url, { mode: "no-cors" }).then(
      () => true,
      () => false,
    );
    if (isThere && url.origin !== location.origin) return withoutCors(url.href, location.origin);
    return new OcrError(
      "asset_unreachable",
      `The worker at ${url.href} could not be fetched.`,
      "Check the connection, and that the page's policy allows it (worker-src, connect-src); then try again.",
      "load",
    );
  }
  const fault = wrongAnswer(url.href, response.status, response.headers.get("content-type"));
  if (fault !== undefined) return fault;
  const needs = url.origin === location.origin ? "'self'" : "blob:";
  return new OcrError(
    "worker_failed",
    `The worker at ${url.href} did not start.`,
    `Let the page's policy allow it: worker-src ${needs}; script-src ${url.origin}. Then reload the page.`,
    "load",
  );
}
