/** What a file is, by its bytes: one picture, or pages. */

import { OcrError } from "../shared/errors.js";

export type DocumentKind = "pdf" | "zip" | "tiff" | "image";

const HEAD_BYTES = 1024;

/** Tell what a file is by what it begins with. What is none of the others is for the decoder of pictures to judge. */
export async function documentKind(file: Blob): Promise<DocumentKind> {
  let head: Uint8Array;
  try {
    head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  } catch {
    throw new OcrError(
      "image_unreadable",
      "The file could not be read.",
      "It may have been moved or changed: choose it again.",
      "decode",
    );
  }
  const text = String.fromCharCode(...head);
  if (text.includes("%PDF-")) return "pdf";
  if (/^PK(?:\x03\x04|\x05\x06)/.test(text)) return "zip";
  if (/^(?:II[*+]\0|MM\0[*+])/.test(text)) return "tiff";
  return "image";
}

/** A file cannot have more pages than this; a chain of directories that is longer runs in a circle. */
const MOST_FRAMES = 100_000;

/** Count the pages of a TIFF file by its chain of directories; reads only these. At least 1. */
export async function countTiffPages(file: Blob): Promise<number> {
  const bytes = async (at: number, count: number): Promise<DataView> =>
    new DataView(await file.slice(at, at + count).arrayBuffer());
  const head = await bytes(0, 16);
  const little = head.getUint8(0) === 0x49;
  const big = head.byteLength >= 16 && head.getUint16(2, little) === 43;
  const word = (view: DataView, at: number): number =>
    big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
  const [countBytes, entryBytes, offsetBytes] = big ? [8, 20, 8] : [2, 12, 4];
  let at = head.byteLength < 8 ? 0 : word(head, big ? 8 : 4);
  const seen = new Set<number>();
  while (at > 0 && at + countBytes <= file.size && !seen.has(at) && seen.size < MOST_FRAMES) {
    seen.add(at);
    const counted = await bytes(at, countBytes);
    const entries = big ? word(counted, 0) : counted.getUint16(0, little);
    const nextAt = at + countBytes + entries * entryBytes;
    if (nextAt + offsetBytes > file.size) break;
    at = word(await bytes(nextAt, offsetBytes), 0);
  }
  return Math.max(1, seen.size);
}
