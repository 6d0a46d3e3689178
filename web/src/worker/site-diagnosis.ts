/** Finds out why a file of the site did not come, of which browsers say nothing to scripts. */

import type { OcrError } from "../shared/errors.js";
import { DIAGNOSIS_MS, withoutCors, wrongAnswer } from "../shared/site-faults.js";

/** Ask for the file again and look at the answer. Return undefined where it is as it should be. */
export async function diagnose(address: string): Promise<OcrError | undefined> {
  const signal = AbortSignal.timeout(DIAGNOSIS_MS);
  const response = await fetch(address, { method: "HEAD", cache: "no-store", signal }).catch(() => undefined);
  if (response === undefined) return diagnoseSilence(address);
  return wrongAnswer(address, response.status, response.headers.get("content-type"));
}

/** A file that cannot be fetched from another origin, where the origin answers, lacks its permission. */
export async function diagnoseSilence(address: string): Promise<OcrError | undefined> {
  if (typeof location === "undefined" || new URL(address).origin === location.origin) return undefined;
  const signal = AbortSignal.timeout(DIAGNOSIS_MS);
  const isThere = await fetch(address, { mode: "no-cors", cache: "no-store", signal }).then(
    () => true,
    () => false,
  );
  return isThere ? withoutCors(address, location.origin) : undefined;
}
