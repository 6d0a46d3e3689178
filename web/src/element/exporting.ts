/** Writing results in every form: what the engine's Python does, asked for when the first file is wanted. */

import { EXPORT_SUFFIXES, EXPORT_TYPES } from "../client/export-types.js";
import type { OcrClient } from "../client/ocr-client.js";
import { asDocument } from "../client/recognize-document.js";
import type { ExportFormat, OcrDocument, OcrDocumentPage } from "../shared/document.js";
import type { OcrPage } from "../shared/types.js";
import type { HeldImage } from "../client/ocr-image.js";
import type { ExportChoice } from "./export-menu.js";

/** The recogniser of lines whose text the file had already: see `py_ocr.embedded`. */
const EMBEDDED = "embedded";

/** A file to hand out. */
export interface NamedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** Something that was read, with the file that it was read from. */
export interface Exportable {
  readonly document: OcrDocument;
  /** Images without a file are drawn into one when a PDF is made. */
  readonly source: HeldImage | null;
  /** Of a source that is encrypted. */
  readonly password?: string;
}

/** An image that was read, as a document of one page. */
export function exportablePage(name: string, page: OcrPage, source: HeldImage | null): Exportable {
  const only: OcrDocumentPage = { number: 1, name: "", dpi: null, text_origin: "ocr", page, error: null };
  return { document: asDocument(name, 1, [only]), source };
}

/** A document of which these pages were read; those that were not are null. */
export function exportableDocument(
  file: File,
  pages: readonly (OcrPage | null)[],
  nameOf: (number: number) => string,
): Exportable {
  const read = pages.flatMap((page, index) => (page ? [asPage(page, index + 1, nameOf(index + 1))] : []));
  return { document: asDocument(file.name, pages.length, read), source: file };
}

function asPage(page: OcrPage, number: number, name: string): OcrDocumentPage {
  const taken = page.lines.filter(({ recognizer }) => recognizer === EMBEDDED).length;
  const isTaken = taken > 0 && taken === page.lines.length;
  return {
    number,
    name,
    dpi: null,
    text_origin: isTaken ? "embedded" : taken > 0 ? "both" : "ocr",
    page,
    error: null,
  };
}

/** Write one file. Throws OcrError. */
export async function exportFile(
  client: OcrClient,
  { document, source, password }: Exportable,
  choice: ExportChoice,
): Promise<NamedFile> {
  const format: ExportFormat = choice === "layout" ? "text" : choice;
  const name = fileNameOf(document.name, choice);
  if (choice === "json") return { name, blob: jsonOf(document) };
  if (choice === "text") return { name, blob: new Blob([`${document.text}\n`], { type: EXPORT_TYPES.text }) };
  const sources = format === "pdf" && source !== null ? [await asFile(source)] : [];
  const options = {
    ...(choice === "layout" && { layout: true }),
    ...(password !== undefined && { password }),
  };
  return { name, blob: await client.exportDocument(document, format, sources, options) };
}

/** Write one file for each, into a ZIP archive. */
export async function exportArchive(
  client: OcrClient,
  all: readonly Exportable[],
  choice: ExportChoice,
): Promise<NamedFile> {
  const files: NamedFile[] = [];
  for (const one of all) files.push(await exportFile(client, one, choice));
  return { name: "py-ocr-results.zip", blob: await client.packFiles(files) };
}

/** Hand a file out, as a download. */
export function saveFile({ name, blob }: NamedFile): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own reference to the blob once the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

/** What was read, and what it was corrected to: of an image its page, else all pages. */
function jsonOf(document: OcrDocument): Blob {
  const [first] = document.pages;
  const isImage = document.page_count === 1 && first !== undefined && !/\.(?:pdf|zip)$/i.test(document.name);
  const value = isImage && first.page ? first.page : document;
  return new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: EXPORT_TYPES.json });
}

/** `receipt.jpg` becomes `receipt.txt`; what came as a PDF and goes as one is told apart. */
function fileNameOf(name: string, choice: ExportChoice): string {
  const suffix = EXPORT_SUFFIXES[choice === "layout" ? "text" : choice];
  const stem = name.replace(/\.[A-Za-z0-9]{1,5}$/u, "") || "image";
  return choice === "pdf" && /\.pdf$/i.test(name) ? `${stem}.searchable.pdf` : stem + suffix;
}

/** The image as a file: its own, else its pixels as PNG. */
async function asFile(image: HeldImage): Promise<Blob> {
  if (image instanceof Blob) return image;
  const { toTransferable } = await import("../client/ocr-image.js");
  const pixels = await toTransferable(image);
  if (pixels instanceof Blob) return pixels;
  const canvas = new OffscreenCanvas(pixels.width, pixels.height);
  const pen = canvas.getContext("2d");
  if (pixels instanceof ImageData) pen?.putImageData(pixels, 0, 0);
  else pen?.drawImage(pixels, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}
