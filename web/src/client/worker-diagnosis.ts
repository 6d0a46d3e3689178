/** Why a worker did not load, of which browsers say nothing. */

import { OcrError } from "../shared/errors.js";
import { DIAGNOSIS_MS, withoutCors, wrongAnswer } from "../shared/site-faults.js";

/** Where it lies in the site. */
export const WORKER = "assets/worker.js";

/** Ask for the worker's file and look at the answer. Return undefined where there is no origin to ask from. */
export async function whyNoWorker(baseUrl: string): Promise<OcrError | undefined> {
  if (typeof location === "undefined") return undefined;
  const url = new URL(WORKER, baseUrl);
  const isOther = url.origin !== location.origin;
  const ask = (how: RequestInit): Promise<Response | undefined> =>
    fetch(url, { ...how, signal: AbortSignal.timeout(DIAGNOSIS_MS) }).catch(() => undefined);
  const response = await ask({ cache: "no-cache" });
  if (response === undefined) {
    const isThere = isOther && (await ask({ mode: "no-cors" })) !== undefined;
    if (isThere) return withoutCors(url.href, location.origin);
    return new OcrError(
      "asset_unreachable",
      `The worker at ${url.href} could not be fetched.`,
      "Check the connection, and that the page's policy allows it (worker-src, connect-src); then try again.",
      "load",
    );
  }
  const fault = wrongAnswer(url.href, response.status, response.headers.get("content-type"));
  if (fault !== undefined) return fault;
  return new OcrError(
    "worker_failed",
    `The worker at ${url.href} did not start.`,
    `Let the page's policy allow it: worker-src ${isOther ? "blob:" : "'self'"}; script-src ${url.origin}. Then reload the page.`,
    "load",
  );
}
