/** Documents: what has many pages, read one after the other. Mirrors `py_ocr.document`. */

import type { OcrErrorData } from "./errors.js";
import type { OcrPage, Progress, Quad, TextOptions } from "./types.js";

/** Where the text of a page comes from: read from its picture, taken from the file as it is, or some of both. */
export type TextOrigin = "ocr" | "embedded" | "both";

/** Whether text that a PDF has already is taken: where there is some; for no page that lacks it either; never. */
export const PDF_TEXT_CHOICES = ["auto", "always", "never"] as const;

export type PdfTextChoice = (typeof PDF_TEXT_CHOICES)[number];

/** A page of a document: its text, or why it has none. */
export interface OcrDocumentPage {
  /** Counted from 1, as in the file. */
  readonly number: number;
  /** The file in an archive or a folder; "" for a page of one file. */
  readonly name: string;
  /** Pixels of `page` in an inch of paper, where the file says. */
  readonly dpi: number | null;
  readonly text_origin: TextOrigin;
  readonly page: OcrPage | null;
  readonly error: OcrErrorData | null;
}

/** All pages of a file that were asked for. */
export interface OcrDocument {
  readonly schema: 1;
  readonly kind: "document";
  readonly name: string;
  /** Pages of the file, also those that were not asked for. */
  readonly page_count: number;
  /** The texts of the pages, a blank line between them. */
  readonly text: string;
  readonly pages: readonly OcrDocumentPage[];
}

/** How far a document is: `position` of `count` pages that are read, from 1, and how far that page is. */
export interface DocumentProgress {
  readonly position: number;
  readonly count: number;
  readonly page: Progress;
}

/** The forms in which a document can be written. */
export const EXPORT_FORMATS = ["text", "json", "pdf", "hocr", "alto", "tsv", "markdown", "csv"] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How a document is written. */
export interface ExportOptions extends TextOptions {
  /** Whether text keeps columns and indentation. */
  readonly layout?: boolean;
  /** Of an encrypted PDF, whose text-added copy is not encrypted. */
  readonly password?: string;
}

/** A word that a file holds as text. */
export interface EmbeddedWord {
  readonly text: string;
  readonly quad: Quad;
}

/** The text that a page of a file has already, in pixels of the page as it is rendered. */
export interface EmbeddedText {
  readonly width: number;
  readonly height: number;
  /** Words by printed line. */
  readonly lines: readonly (readonly EmbeddedWord[])[];
  /** Pictures without such text, left, top, right, bottom: only they are read. */
  readonly pictures: readonly (readonly [number, number, number, number])[];
}
