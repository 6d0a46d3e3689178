/** The worker in which pdf.js takes PDFs apart: started as policies want it, and missed when it is lost. */

import { type PDFDocumentLoadingTask, PDFWorker } from "pdfjs-dist";

import { OcrError } from "../shared/errors.js";
import type { OpenOptions } from "./page-source.js";

interface RunningPdfWorker {
  readonly worker: PDFWorker;
  /** Rejects when it does not load, or dies, of which pdf.js would not hear. */
  readonly lost: Promise<never>;
  /** End it, after the work on a document. */
  end(task: PDFDocumentLoadingTask): Promise<void>;
}

export function startPdfWorker({ baseUrl, startWorker }: OpenOptions): RunningPdfWorker {
  const port = startWorker(`${baseUrl}pdfjs/pdf.worker.min.mjs`, "py-ocr PDF");
  const lost = new Promise<never>((_, reject) => {
    port.onerror = ({ message }) =>
      reject(
        new OcrError(
          "asset_unreachable",
          `The worker that reads PDFs failed${message ? `: ${message}` : " to load"}.`,
          "Check the connection, and try again.",
          "load",
        ),
      );
  });
  lost.catch(() => undefined); // whoever waits for a page is told
  const worker = PDFWorker.create({ port });
  return {
    worker,
    lost,
    end: async (task) => {
      await Promise.race([task.destroy(), lost.catch(() => undefined)]);
      worker.destroy();
      port.terminate();
    },
  };
}
