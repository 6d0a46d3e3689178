/** The pictures in a ZIP archive, unpacked one at a time. Loaded when the first archive comes. */

import { BlobReader, type FileEntry, ZipReader, configure } from "@zip.js/zip.js";

import { OcrError } from "../shared/errors.js";
import { compareNames } from "./name-order.js";
import type { PageSource } from "./page-source.js";

/** What one file of an archive may unpack to, and how many files are looked at: what has more is a bomb. */
const MOST_BYTES = 512 * 2 ** 20;
const MOST_ENTRIES = 10_000;

const PICTURE =
  /(?:^|\/)(?!\.)[^/]+\.(?:avif|bmp|gif|hei[cf]|hif|ico|j2k|jp2|jpe?g|jpeg2000|jpx|p[bgnp]m|png|tiff?|webp)$/i;

export async function openArchive(file: Blob): Promise<PageSource> {
  // Its own workers would be loaded from blob: addresses, which the site's policy forbids.
  configure({ useWebWorkers: false });
  const reader = new ZipReader(new BlobReader(file));
  const entries: FileEntry[] = [];
  try {
    let count = 0;
    for await (const entry of reader.getEntriesGenerator()) {
      count += 1;
      if (count > MOST_ENTRIES) throw tooLarge(`holds more than ${MOST_ENTRIES.toLocaleString("en")} files`);
      const isOfMac = entry.filename.startsWith("__MACOSX/");
      if (!entry.directory && !isOfMac && PICTURE.test(entry.filename)) entries.push(entry as FileEntry);
    }
  } catch (error) {
    throw error instanceof OcrError ? error : damaged();
  }
  if (entries.length === 0) {
    throw new OcrError("document_empty", "The archive holds no image.", "Choose another file.", "decode");
  }
  entries.sort((a, b) => compareNames(a.filename, b.filename));
  const unpack = async (number: number): Promise<{ name: string; image: Blob }> => {
    const entry = entries[number - 1];
    if (entry === undefined) throw new RangeError(`there is no page ${number}`);
    if (entry.uncompressedSize > MOST_BYTES)
      throw tooLarge(`unpacks to more than ${MOST_BYTES / 2 ** 20} MB`);
    if (entry.encrypted) throw encrypted();
    try {
      return { name: entry.filename, image: await unpacked(entry) };
    } catch {
      throw damaged();
    }
  };
  return {
    pageCount: entries.length,
    page: async (number) => ({ ...(await unpack(number)), dpi: null }),
    picture: async (number) => (await unpack(number)).image,
    name: (number) => entries[number - 1]?.filename ?? "",
    close: () => reader.close(),
  };
}

/** Unpack a file, and no more of it than the directory says that it has: one that lies of its size is damaged. */
async function unpacked(entry: FileEntry): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: (chunk) => {
      size += chunk.length;
      if (size > entry.uncompressedSize) throw new Error("more than was said");
      chunks.push(chunk);
    },
  });
  await entry.getData(sink, { checkSignature: true });
  return new Blob(chunks);
}

function damaged(): OcrError {
  return new OcrError("archive_damaged", "The archive is damaged.", "Download or copy it again.", "decode");
}

function tooLarge(what: string): OcrError {
  return new OcrError(
    "archive_too_large",
    `The archive ${what}.`,
    "Unpack it, and choose its images.",
    "decode",
  );
}

function encrypted(): OcrError {
  const cause = "The archive is encrypted.";
  return new OcrError("archive_encrypted", cause, "Unpack it, and choose its images.", "decode");
}
