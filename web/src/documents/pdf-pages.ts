/** The pages of a PDF, by pdf.js: their own text, and pictures of them. Loaded when the first PDF comes. */

import { OPS, type PDFDocumentProxy, type PDFPageProxy, Util, getDocument } from "pdfjs-dist";

import { OcrError } from "../shared/errors.js";
import type { OpenOptions, PageSource, SourcePage } from "./page-source.js";
import { ScanFinder } from "./pdf-scans.js";
import { embeddedText } from "./pdf-text.js";
import { startPdfWorker } from "./pdf-worker.js";

/** How fine pages are rendered, unless they are one picture, which has its own resolution. */
const RENDER_DPI = 300;
const POINTS_IN_INCH = 72;
/** Pictures of pages stay below this, so that odd sizes of paper do not fill the memory. */
const MOST_PIXELS = 40_000_000;
const MOST_DPI = 600;
/** A picture covers its page when it has so much of the area: then the page is a scan. */
const SCAN_COVER = 0.85;
/** Smaller pictures, in shares of the page, are ornaments. */
const LEAST_PICTURE = 0.005;
/** A picture that ends so many points from the edges of its page, or less, is the page. */
const SAME_POINTS = 1;

/** A picture on a page: its corners left, top, right, bottom in points from the top left, and its width in pixels. */
interface Picture {
  readonly id: string;
  readonly box: readonly [number, number, number, number];
  readonly widthPx: number;
  /** Whether it is neither turned nor mirrored. */
  readonly isUpright: boolean;
}

/** What a page shows: its pictures, and whether one of them is all there is. */
interface Shown {
  readonly pictures: readonly Picture[];
  readonly isSole: boolean;
}

/** Operators that draw nothing. */
const INVISIBLE: ReadonlySet<number> = new Set([
  OPS.dependency,
  OPS.save,
  OPS.restore,
  OPS.transform,
  OPS.setGState,
  OPS.beginMarkedContent,
  OPS.beginMarkedContentProps,
  OPS.endMarkedContent,
]);

export async function openPdf(file: Blob, options: OpenOptions): Promise<PageSource> {
  const { baseUrl, password, pdfText } = options;
  const { worker, lost, end } = startPdfWorker(options);
  const task = getDocument({
    worker,
    data: new Uint8Array(await file.arrayBuffer()),
    ...(password !== undefined && { password }),
    cMapUrl: `${baseUrl}pdfjs/cmaps/`,
    standardFontDataUrl: `${baseUrl}pdfjs/standard_fonts/`,
    wasmUrl: `${baseUrl}pdfjs/wasm/`,
    useSystemFonts: false,
    verbosity: 0,
  });
  let pdf: PDFDocumentProxy;
  try {
    pdf = await Promise.race([task.promise, lost]);
  } catch (error) {
    await end(task);
    throw failure(error);
  }
  if (pdf.numPages === 0) {
    await end(task);
    throw new OcrError("document_empty", "The PDF has no pages.", "Choose another file.", "decode");
  }
  const scans = new ScanFinder(file);
  const withPage = async <T>(number: number, use: (page: PDFPageProxy) => Promise<T>): Promise<T> => {
    const page = await Promise.race([pdf.getPage(number), lost]).catch((error: unknown) =>
      Promise.reject(failure(error, number)),
    );
    try {
      return await use(page);
    } finally {
      page.cleanup();
    }
  };
  return {
    pageCount: pdf.numPages,
    page: (number) => withPage(number, (page) => prepare(page, pdfText, scans)),
    picture: (number, sidePx) =>
      withPage(number, async (page) => {
        const { width, height } = page.getViewport({ scale: 1 });
        return createImageBitmap(await render(page, sidePx / Math.max(width, height)));
      }),
    name: () => "",
    close: () => end(task),
  };
}

async function prepare(
  page: PDFPageProxy,
  pdfText: OpenOptions["pdfText"],
  scans: ScanFinder,
): Promise<SourcePage> {
  const sheet = page.getViewport({ scale: 1 });
  const shown = await shownOn(page);
  const { pictures } = shown;
  const dpi = dpiFor(sheet, pictures);
  const scale = dpi / POINTS_IN_INCH;
  if (pdfText !== "never") {
    const lines = await embeddedText(page, scale);
    if (lines.length > 0 || pdfText === "always") {
      const words = lines.flat();
      const unread = pdfText === "always" ? [] : pictures.map(({ box }) => box).filter(isUnread);
      function isUnread([left, top, right, bottom]: Picture["box"]): boolean {
        return !words.some(({ quad }) => {
          const [x, y] = [(quad[0][0] + quad[2][0]) / 2 / scale, (quad[0][1] + quad[2][1]) / 2 / scale];
          return x >= left && x <= right && y >= top && y <= bottom;
        });
      }
      const embedded = {
        width: Math.round(sheet.width * scale),
        height: Math.round(sheet.height * scale),
        lines,
        pictures: unread.map((box) => box.map((value) => value * scale) as unknown as Picture["box"]),
      };
      return { name: "", dpi, embedded, image: unread.length > 0 ? await render(page, scale) : null };
    }
  }
  const scan = await scanOf(page, shown, scans);
  if (scan)
    return { name: "", dpi: ((pictures[0]?.widthPx ?? 0) / sheet.width) * POINTS_IN_INCH, image: scan };
  return { name: "", dpi, image: await render(page, scale) };
}

/** The JPEG that a page is, where it is nothing else: what a scanner wrote is read as it wrote it. */
async function scanOf(page: PDFPageProxy, shown: Shown, scans: ScanFinder): Promise<Blob | null> {
  const [picture] = shown.pictures;
  if (!shown.isSole || !picture?.isUpright) return null;
  const { width, height } = page.getViewport({ scale: 1 });
  const isWhole = [0, 0, width, height].every(
    (edge, index) => Math.abs(edge - picture.box[index]!) <= SAME_POINTS,
  );
  if (!isWhole) return null;
  const objects = picture.id.startsWith("g_") ? page.commonObjs : page.objs;
  const image = await new Promise<{ readonly ref?: string } | null>((resolve) => {
    objects.get(picture.id, resolve);
  });
  return image?.ref === undefined ? null : scans.jpeg(image.ref);
}

/** The resolution of a scan where the page is one, else what text needs, within what memory bears. */
function dpiFor({ width, height }: { width: number; height: number }, pictures: readonly Picture[]): number {
  const scan = pictures.find(
    ({ box: [left, top, right, bottom] }) => (right - left) * (bottom - top) >= SCAN_COVER * width * height,
  );
  const own = scan && (scan.widthPx / (scan.box[2] - scan.box[0])) * POINTS_IN_INCH;
  const most = Math.sqrt(MOST_PIXELS / (width * height)) * POINTS_IN_INCH;
  return Math.min(own ?? RENDER_DPI, MOST_DPI, most);
}

/** Draw a page, and give its pixels. The canvas is let go at once. */
async function render(page: PDFPageProxy, scale: number): Promise<ImageData> {
  const viewport = page.getViewport({ scale });
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(viewport.width));
  canvas.height = Math.max(1, Math.round(viewport.height));
  try {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas of this size");
    await page.render({ canvas, canvasContext: context, viewport, intent: "print" }).promise;
    return context.getImageData(0, 0, canvas.width, canvas.height);
  } catch (error) {
    throw failure(error, page.pageNumber);
  } finally {
    canvas.width = canvas.height = 0;
  }
}

/** Where a page has pictures, by the operators that draw it. */
async function shownOn(page: PDFPageProxy): Promise<Shown> {
  const { fnArray, argsArray } = await page.getOperatorList().catch((error: unknown) => {
    throw failure(error, page.pageNumber);
  });
  const sheet = page.getViewport({ scale: 1 });
  const found: Picture[] = [];
  let drawn = 0;
  const kept: number[][] = [];
  let matrix = [...sheet.transform] as number[];
  fnArray.forEach((operator, index) => {
    const args = argsArray[index] as unknown[];
    if (!INVISIBLE.has(operator)) drawn += 1;
    if (operator === OPS.save) kept.push(matrix);
    else if (operator === OPS.restore) matrix = kept.pop() ?? matrix;
    else if (operator === OPS.transform) matrix = Util.transform(matrix, args as number[]) as number[];
    else if (operator === OPS.paintFormXObjectBegin) {
      kept.push(matrix);
      if (Array.isArray(args[0])) matrix = Util.transform(matrix, args[0] as number[]) as number[];
    } else if (operator === OPS.paintFormXObjectEnd) matrix = kept.pop() ?? matrix;
    else if (operator === OPS.paintImageXObject) {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = matrix;
      const xs = [e, e + a, e + c, e + a + c];
      const ys = [f, f + b, f + d, f + b + d];
      const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const;
      const isTurned = Math.abs(b) > Math.abs(a);
      const widthPx = Number(isTurned ? args[2] : args[1]);
      const share = ((box[2] - box[0]) * (box[3] - box[1])) / (sheet.width * sheet.height);
      const isUpright = a > 0 && d < 0 && Math.abs(b) + Math.abs(c) < SAME_POINTS;
      if (share >= LEAST_PICTURE && widthPx > 0) found.push({ id: String(args[0]), box, widthPx, isUpright });
    }
  });
  return { pictures: found, isSole: drawn === 1 && found.length === 1 };
}

function failure(error: unknown, number?: number): OcrError {
  if (error instanceof OcrError) return error;
  if (error instanceof Error && error.name === "PasswordException") {
    return new OcrError(
      "pdf_encrypted",
      "The PDF is encrypted, and the password is missing or wrong.",
      "Give its password.",
      "decode",
    );
  }
  const cause = number === undefined ? "The PDF is damaged." : `Page ${number} of the PDF cannot be read.`;
  return new OcrError(
    "pdf_damaged",
    cause,
    "Download it again, or save it anew with another program.",
    "decode",
  );
}
