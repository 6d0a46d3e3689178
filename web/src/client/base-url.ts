/** Where the site's files lie: worker, runtimes, models. */

import { OcrError } from "../shared/errors.js";

/** The folder of the site from this module's, put in by the build: its own is the one above, a package's is inside. */
declare const PY_OCR_FOLDER: string;

/** The folder with the worker and all that it fetches, of the version of this script; named by the build. */
declare const PY_OCR_ENGINE: string;

let chosen: string | URL | undefined;

/** Name the folder of the site's files for every client and element that names none itself. */
export function setBaseUrl(baseUrl: string | URL): void {
  chosen = baseUrl;
}

/**
 * Return the folder of the engine, with a slash at its end, in the folder of the site, by default the one that this module came
 * with.
 */
export function engineUrl(baseUrl: string | URL | undefined): string {
  const { href, protocol } = new URL(baseUrl ?? chosen ?? besideThisModule(), pageUrl());
  // A bundler may put in where the module lay on its disk.
  if (protocol === "file:" && typeof PY_OCR_FOLDER === "string") {
    throw new OcrError(
      "asset_unreachable",
      "Where the files of py-ocr lie is not known: the bundler keeps no addresses.",
      'Lay them out with `npx py-ocr copy public/py-ocr` and name the folder: setBaseUrl("/py-ocr/").',
      "load",
    );
  }
  const folder = typeof PY_OCR_ENGINE === "undefined" ? "" : PY_OCR_ENGINE;
  return `${href.endsWith("/") ? href : `${href}/`}${folder}`;
}

function besideThisModule(): string {
  const folder = typeof PY_OCR_FOLDER === "undefined" ? "../" : PY_OCR_FOLDER;
  // Not `new URL(folder, import.meta.url)`: bundlers take that for one file, which they look for.
  return import.meta.url.replace(/[^/]*$/, folder);
}

function pageUrl(): string {
  if (typeof document === "object") return document.baseURI;
  throw new OcrError(
    "environment_unsupported",
    "There is no page here: py-ocr reads in browsers.",
    "Call it where a document exists, in a mounted component say; on a server, use the package of Python.",
    "load",
  );
}
