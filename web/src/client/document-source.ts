/** Opens whatever has pages. What reads a kind of file is fetched when the first of its kind comes. */

import { type DocumentKind, countTiffPages, documentKind } from "../documents/document-kind.js";
import type { OpenOptions, PageSource } from "../documents/page-source.js";
import { OcrError } from "../shared/errors.js";
import { startWorker } from "../spawn/start-worker.js";

type Openers = typeof import("../documents/pdf-pages.js") & typeof import("../documents/zip-pages.js");

/** What is read as one document: a file, or files that are its pages. */
export type DocumentInput = Blob | readonly Blob[];

/** Draws a frame of a file, from 0, that browsers cannot draw; its longer side is at most `sidePx` or so. */
export type DrawFrame = (image: Blob, frame: number, sidePx: number) => Promise<ImageBitmap>;

/** Open a document. Throws OcrError for one that cannot be opened. */
export async function openDocument(
  input: DocumentInput,
  options: Omit<OpenOptions, "startWorker">,
  draw: DrawFrame,
): Promise<PageSource> {
  if (!(input instanceof Blob)) return filesSource(input);
  const kind: DocumentKind = await documentKind(input);
  if (kind === "pdf")
    return (await load(options.baseUrl, "pdf-pages")).openPdf(input, { ...options, startWorker });
  if (kind === "zip") return (await load(options.baseUrl, "zip-pages")).openArchive(input);
  if (kind === "tiff") return framesSource(input, await countTiffPages(input), draw);
  return filesSource([input]);
}

async function load(baseUrl: string, name: "pdf-pages" | "zip-pages"): Promise<Openers> {
  try {
    return (await import(
      /* webpackIgnore: true */ /* @vite-ignore */ `${baseUrl}assets/${name}.js`
    )) as Openers;
  } catch {
    throw new OcrError(
      "asset_unreachable",
      `assets/${name}.js, which reads such files, could not be fetched.`,
      "Check the connection, and try again.",
      "load",
    );
  }
}

function filesSource(files: readonly Blob[]): PageSource {
  const file = (number: number): Blob => {
    const found = files[number - 1];
    if (found === undefined) throw new RangeError(`there is no page ${number}`);
    return found;
  };
  const nameOf = (blob: Blob): string => (files.length > 1 && blob instanceof File ? blob.name : "");
  return {
    pageCount: files.length,
    page: async (number) => ({ name: nameOf(file(number)), dpi: null, image: file(number) }),
    picture: async (number) => file(number),
    name: (number) => nameOf(file(number)),
    close: async () => undefined,
  };
}

function framesSource(image: Blob, pageCount: number, draw: DrawFrame): PageSource {
  return {
    pageCount,
    page: async (number) => ({ name: "", dpi: null, image, frame: number - 1 }),
    picture: (number, sidePx) => draw(image, number - 1, sidePx),
    name: () => "",
    close: async () => undefined,
  };
}
