/** Where the worker comes from, and what is said when it does not come or dies. */

import { OcrError } from "../shared/errors.js";

/** Return the folder of the site, with a slash at its end; by default the one above this module's. */
export function resolveBaseUrl(baseUrl: string | URL | undefined): string {
  const { href } = new URL(baseUrl ?? new URL("..", import.meta.url), document.baseURI);
  return href.endsWith("/") ? href : `${href}/`;
}

export function createWorker(baseUrl: string): Worker {
  return new Worker(new URL("assets/worker.js", baseUrl), { type: "module", name: "py-ocr" });
}

/** The worker did not load, or died. */
export function workerError(message: string | undefined): OcrError {
  return new OcrError(
    "worker_failed",
    `The worker failed${message ? `: ${message}` : " to load"}.`,
    "Reload the page. If it happens again, check that assets/worker.js is served and allowed by the page's policy.",
    "load",
  );
}
