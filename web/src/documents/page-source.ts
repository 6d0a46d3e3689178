/** What a document is to whoever reads it: pages that are made one at a time. */

import type { EmbeddedText, PdfTextChoice } from "../shared/document.js";
import type { TransferableImage } from "../shared/protocol.js";

/** A page that is ready to be read. */
export interface SourcePage {
  readonly name: string;
  readonly dpi: number | null;
  /** Null where all text is embedded, so that there is nothing to look at. */
  readonly image: TransferableImage | null;
  /** Which frame of `image`, a file of many, the page is. */
  readonly frame?: number;
  readonly embedded?: EmbeddedText;
}

/** An open document. Pages hold nothing once they are read; `close` lets go of the rest. */
export interface PageSource {
  readonly pageCount: number;
  /** Make page `number`, from 1, ready. */
  page(number: number): Promise<SourcePage>;
  /** A picture of page `number` for people to look at, its longer side at most `sidePx`. */
  picture(number: number, sidePx: number): Promise<ImageBitmap | Blob>;
  /** The file in an archive or a folder that page `number` is; "" for a page of one file. */
  name(number: number): string;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Where the site's files lie; ends with a slash. */
  readonly baseUrl: string;
  /** Starts a worker: a script of its own, as the openers are, may not ask the page's policy a second time. */
  startWorker(address: string, name: string): Worker;
  readonly password?: string;
  readonly pdfText: PdfTextChoice;
}
