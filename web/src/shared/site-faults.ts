/** What is wrong with how a file of the site is served, and what its host would have to change. Pure. */

import { OcrError } from "./errors.js";

/** Whoever asks why a file did not come waits no longer for the answer: a server that stalls gives none. */
export const DIAGNOSIS_MS = 10_000;

const SCRIPT = /^(?:text|application)\/(?:x-)?(?:java|ecma)script$/;
const LAY_OUT =
  "Lay the files of the same version out with `npx py-ocr copy FOLDER`, and name where they are served: baseUrl, or base-url.";

/** Return what is wrong with an answer for the file at `url`, or undefined where nothing is seen to be. */
export function wrongAnswer(url: string, status: number, contentType: string | null): OcrError | undefined {
  if (status < 200 || status > 299) {
    return new OcrError("asset_unreachable", `The server answered ${status} for ${url}.`, LAY_OUT, "load");
  }
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "text/html") return pageInPlaceOf(url);
  if (!/\.m?js(?:$|[?#])/.test(url) || SCRIPT.test(type)) return undefined;
  return new OcrError(
    "asset_wrong_type",
    `The server sends ${url} as ${type || "a file of no type"}, which browsers do not run.`,
    "Have the server send .js and .mjs with Content-Type: text/javascript.",
    "load",
  );
}

/** The error of a file in whose place a page came. */
export function pageInPlaceOf(url: string): OcrError {
  return new OcrError(
    "asset_wrong_type",
    `The server answered with a page of HTML for ${url}: the file is not there, and a page is sent in its place.`,
    LAY_OUT,
    "load",
  );
}

/** The error of a file of another origin that answers, but not to pages of this one. */
export function withoutCors(url: string, pageOrigin: string): OcrError {
  return new OcrError(
    "cors_missing",
    `The server of ${url} does not let other origins use it: it sends no Access-Control-Allow-Origin.`,
    `Have it send Access-Control-Allow-Origin: * (or ${pageOrigin}) with every file of py-ocr.`,
    "load",
  );
}
