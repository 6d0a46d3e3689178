/** Reads a document page by page: one is ready at a time, and only results are kept. */

import { parsePages } from "../documents/page-ranges.js";
import type { PageSource, SourcePage } from "../documents/page-source.js";
import type {
  DocumentProgress,
  EmbeddedText,
  OcrDocument,
  OcrDocumentPage,
  PdfTextChoice,
} from "../shared/document.js";
import { OcrError } from "../shared/errors.js";
import type { TransferableImage } from "../shared/protocol.js";
import type { LinesRead, OcrPage, Progress, TextOptions } from "../shared/types.js";

export interface DocumentCallOptions extends TextOptions {
  /** Ends the reading: what was read is kept by whoever got it. */
  readonly signal?: AbortSignal;
  /** Hears how many pages there are, and how many of them will be read, before the first is. */
  readonly onOpen?: (pages: { readonly count: number; readonly chosen: readonly number[] }) => void;
  readonly onProgress?: (progress: DocumentProgress) => void;
  readonly onPage?: (page: OcrDocumentPage) => void;
  /** Hears of the lines of page `number` as they are read. */
  readonly onLines?: (number: number, read: LinesRead) => void;
  readonly languages?: readonly string[];
  readonly alternatives?: boolean;
  /** Which pages, from 1: "1-3,7". All when absent. */
  readonly pages?: string;
  readonly password?: string;
  /** Whether the text of a PDF is taken as it is: "auto" reads only pictures without it. */
  readonly pdfText?: PdfTextChoice;
  /** Hears which page is begun. */
  readonly onStart?: (number: number) => void;
  /** What the document is called; the name of its file when absent. */
  readonly name?: string;
}

/** What reads one page, of what its source made ready. */
export type PageReader = (
  image: TransferableImage | null,
  page: { readonly frame?: number; readonly embedded?: EmbeddedText },
  onProgress: (progress: Progress) => void,
) => Promise<OcrPage>;

/** After these no other page can be read. */
const ENDING: ReadonlySet<string> = new Set(["disposed", "worker_failed", "asset_unreachable"]);

/**
 * Read the pages one after the other: yields each when it is there, and returns the document. A page that cannot be
 * read has its error, and the next one is read. Leaving the loop ends the reading.
 */
export async function* readDocument(
  open: () => Promise<PageSource>,
  read: PageReader,
  name: string,
  options: DocumentCallOptions,
): AsyncGenerator<OcrDocumentPage, OcrDocument> {
  options.signal?.throwIfAborted();
  const source = await open();
  try {
    const chosen = parsePages(options.pages, source.pageCount);
    options.onOpen?.({ count: source.pageCount, chosen });
    const pages: OcrDocumentPage[] = [];
    for (const [index, number] of chosen.entries()) {
      options.signal?.throwIfAborted();
      const onProgress = (page: Progress): void =>
        options.onProgress?.({ position: index + 1, count: chosen.length, page });
      options.onStart?.(number);
      onProgress({ stage: "decode", item: "", done: 0, total: 1 });
      const page = await readPage(source, number, read, onProgress);
      pages.push(page);
      options.onPage?.(page);
      yield page;
    }
    return asDocument(name, source.pageCount, pages);
  } finally {
    await source.close();
  }
}

async function readPage(
  source: PageSource,
  number: number,
  read: PageReader,
  onProgress: (progress: Progress) => void,
): Promise<OcrDocumentPage> {
  let ready: SourcePage | undefined;
  try {
    ready = await source.page(number);
    const { frame, embedded } = ready;
    const extra = { ...(frame !== undefined && { frame }), ...(embedded && { embedded }) };
    const page = await read(ready.image, extra, onProgress);
    const text_origin = embedded === undefined ? "ocr" : ready.image === null ? "embedded" : "both";
    return { number, name: ready.name, dpi: roundDpi(ready.dpi), text_origin, page, error: null };
  } catch (error) {
    if (!(error instanceof OcrError) || ENDING.has(error.code)) throw error;
    const { name = "", dpi = null } = ready ?? {};
    return { number, name, dpi: roundDpi(dpi), text_origin: "ocr", page: null, error: error.toJSON() };
  }
}

function roundDpi(dpi: number | null): number | null {
  return dpi === null ? null : Math.round(dpi * 100) / 100;
}

/** Put pages together, as `py_ocr.document.Document` does. */
export function asDocument(name: string, pageCount: number, pages: readonly OcrDocumentPage[]): OcrDocument {
  const texts = pages.map(({ page }) => page?.text ?? "").filter((text) => text !== "");
  return { schema: 1, kind: "document", name, page_count: pageCount, text: texts.join("\n\n"), pages };
}
