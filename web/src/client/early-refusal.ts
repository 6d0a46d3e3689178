/** Files that nobody here can read, known by their first bytes: refused before the engine is fetched for them. */

import { OcrError } from "../shared/errors.js";

const HEAD_BYTES = 64;
/** The limit of py_ocr (image.MAX_PIXELS). */
const MAX_PIXELS = 120_000_000;

/** Throw OcrError for a file that certainly holds no picture that can be read. What is doubtful is the decoder's to judge. */
export async function refuseEarly(file: Blob): Promise<void> {
  if (file.size === 0)
    throw new OcrError("image_empty", "The file is empty.", "Choose another file.", "decode");
  const bytes = await file
    .slice(0, HEAD_BYTES)
    .arrayBuffer()
    .then(
      (buffer) => new Uint8Array(buffer),
      () => null, // a folder, or gone: the decoder says so
    );
  if (bytes === null) return;
  const head = String.fromCharCode(...bytes);
  if (/^\s*(?:<\?xml|<svg|<!DOCTYPE)/u.test(head))
    throw undecodable("is a drawing or a page (SVG, HTML), not a picture");
  if (isText(head)) throw undecodable("is no image: it holds text");
  if (/^\x89PNG/u.test(head)) checkSize(new DataView(bytes.buffer));
}

/** Pictures as text (PBM, PGM, PPM) begin with P and a digit. */
function isText(head: string): boolean {
  return /^[\t\n\r\x20-\x7e]+$/u.test(head) && !/^(?:P[1-6Ff]|BM|GIF8|RIFF|%PDF|PK)/u.test(head);
}

function checkSize(png: DataView): void {
  if (png.byteLength < 24) return;
  const [width, height] = [png.getUint32(16), png.getUint32(20)];
  if (width * height <= MAX_PIXELS) return;
  throw new OcrError(
    "image_too_large",
    `The image is ${width.toLocaleString("en")} x ${height.toLocaleString("en")} pixels; at most ${MAX_PIXELS / 1e6} megapixels can be read.`,
    "Scale it down, or cut it into parts.",
    "decode",
  );
}

function undecodable(what: string): OcrError {
  const remedy = "Choose another file, or convert it to PNG or JPEG.";
  return new OcrError("image_undecodable", `The file ${what}.`, remedy, "decode");
}
