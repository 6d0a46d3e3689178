/** What the first bytes of an image file say: its format, its size, and whether the file ends too early. Decodes nothing. */

import { FileBytes } from "./file-bytes.js";
import { isJpeg2000, isJpeg2000Truncated, readJpeg2000Header } from "./jpeg2000-header.js";

export type ImageFormat =
  "png" | "jpeg" | "gif" | "webp" | "bmp" | "avif" | "heic" | "jpeg2000" | "tiff" | "pnm";

export interface ImageHeader {
  readonly format: ImageFormat;
  /** Undefined where the header is damaged or, for TIFF, PNM and HEIC, left to their decoders. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** The file's own structure says that bytes are missing at its end. */
  readonly truncated: boolean;
}

/**
 * Whether a file is a PNG of 16-bit grey. Browsers keep the upper 8 bits, in which the 10 or 12 bits of a camera are
 * black; Python scales such data by the bits that it has.
 */
export function isWideGrey(bytes: Uint8Array): boolean {
  const file = new FileBytes(bytes);
  return PROBES.png.matches(file) && file.u8(BIT_DEPTH_AT) === 16 && file.u8(COLOUR_TYPE_AT) === GREYSCALE;
}

interface Probe {
  matches(file: FileBytes): boolean;
  size(file: FileBytes): { width: number; height: number } | undefined;
  truncated(file: FileBytes): boolean;
}

// Of a PNG's IHDR chunk, which comes first: https://www.w3.org/TR/png-3/#11IHDR
const IHDR_BYTES = 13;
const BIT_DEPTH_AT = 24;
const COLOUR_TYPE_AT = 25;
const GREYSCALE = 0;

const HEIC_BRANDS = /heic|heix|heim|heis|hevc|hevx|mif1|msf1/;

const PROBES: Readonly<Record<ImageFormat, Probe>> = {
  png: {
    matches: (file) => file.u32(0) === 0x89504e47 && file.u32(4) === 0x0d0a1a0a,
    size: (file) =>
      // Of another length it is no header that anybody reads.
      file.u32(8) === IHDR_BYTES && file.ascii(12, 4) === "IHDR"
        ? { width: file.u32(16), height: file.u32(20) }
        : undefined,
    truncated: (file) => {
      for (let at = 8; at + 8 <= file.length; at += 12 + file.u32(at)) {
        if (file.ascii(at + 4, 4) === "IEND") return false;
      }
      return true;
    },
  },
  jpeg: {
    matches: (file) => file.u16(0) === 0xffd8 && file.u8(2) === 0xff,
    size: (file) => {
      for (const { marker, at } of jpegSegments(file)) {
        if (isFrameHeader(marker)) return { width: file.u16(at + 7), height: file.u16(at + 5) };
      }
      return undefined;
    },
    truncated: (file) => {
      // Where the segments lead nowhere there is no scan, and the file is damaged rather than cut.
      let scan = 0;
      for (const { marker, at } of jpegSegments(file)) if (marker === START_OF_SCAN) scan = at;
      for (let at = file.length - 2; at > scan; at -= 1) if (file.u16(at) === END_OF_IMAGE) return false;
      return true;
    },
  },
  gif: {
    matches: (file) => /^GIF8[79]a$/.test(file.ascii(0, 6)),
    size: (file) => ({ width: file.u16(6, true), height: file.u16(8, true) }),
    // Where the blocks of a GIF end can be known only by walking all of them, which its decoder does.
    truncated: (file) => file.length < 13,
  },
  webp: {
    matches: (file) => file.ascii(0, 4) === "RIFF" && file.ascii(8, 4) === "WEBP",
    size: webpSize,
    truncated: (file) => file.u32(4, true) + 8 > file.length,
  },
  bmp: {
    matches: (file) => file.ascii(0, 2) === "BM",
    size: bmpSize,
    truncated: isBmpTruncated,
  },
  avif: {
    matches: (file) => file.ascii(4, 4) === "ftyp" && /avi[fs]/.test(file.ascii(8, 32)),
    size: avifSize,
    truncated: lacksBoxes,
  },
  heic: {
    // What lists a brand of AVIF as well was AVIF above.
    matches: (file) => file.ascii(4, 4) === "ftyp" && HEIC_BRANDS.test(file.ascii(8, file.u32(0) - 8)),
    // Of a picture in tiles the first size is that of a tile.
    size: () => undefined,
    truncated: lacksBoxes,
  },
  jpeg2000: {
    matches: isJpeg2000,
    size: readJpeg2000Header,
    truncated: isJpeg2000Truncated,
  },
  tiff: {
    matches: (file) => [0x49492a00, 0x4d4d002a, 0x49492b00, 0x4d4d002b].includes(file.u32(0)),
    size: () => undefined,
    truncated: () => false,
  },
  pnm: {
    // PBM, PGM and PPM as text (1 to 3) and as bytes (4 to 6), and PFM (F, f).
    matches: (file) => /^P[1-6Ff][\s#]/.test(file.ascii(0, 3)),
    size: () => undefined,
    truncated: () => false,
  },
};

/** Return what the header says, or undefined for a file of no known image format. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const file = new FileBytes(bytes);
  for (const [format, probe] of Object.entries(PROBES) as [ImageFormat, Probe][]) {
    if (probe.matches(file)) return { format, size: probe.size(file), truncated: probe.truncated(file) };
  }
  return undefined;
}

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xffd9;
/** Between the frame headers C0 to CF lie tables (C4), an extension (C8) and arithmetic conditions (CC). */
const NOT_FRAME_HEADERS = [0xc4, 0xc8, 0xcc];

function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !NOT_FRAME_HEADERS.includes(marker);
}

/** Yield the segments of a JPEG file up to its first scan, whose data has no length. */
function* jpegSegments(file: FileBytes): Generator<{ marker: number; at: number }> {
  for (let at = 2; at + 4 <= file.length && file.u8(at) === 0xff;) {
    const marker = file.u8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    yield { marker, at };
    if (marker === START_OF_SCAN) return;
    at += 2 + Math.max(2, file.u16(at + 2));
  }
}

/** The length of the header says which one it is: OS/2's first has sizes of 16 bits. */
const OS2_HEADER = 12;

/** All others begin alike; of another length it is no header that anybody reads. */
const WINDOWS_HEADERS: ReadonlySet<number> = new Set([40, 52, 56, 64, 108, 124]);

function bmpSize(file: FileBytes): { width: number; height: number } | undefined {
  const length = file.u32(14, true);
  if (length !== OS2_HEADER && !WINDOWS_HEADERS.has(length)) return undefined;
  if (length === OS2_HEADER) return { width: file.u16(18, true), height: file.u16(20, true) };
  // A negative height says that the rows go from top to bottom.
  return { width: file.u32(18, true), height: Math.abs(file.u32(22, true) | 0) };
}

/**
 * Whether rows are missing, where they are not compressed. The size of the file that its header states is wrong in many
 * files, and nobody goes by it.
 */
function isBmpTruncated(file: FileBytes): boolean {
  const isOs2 = file.u32(14, true) === OS2_HEADER;
  const compression = isOs2 ? 0 : file.u32(30, true);
  const BIT_FIELDS = 3;
  if (compression !== 0 && compression !== BIT_FIELDS) return false;
  const size = bmpSize(file);
  if (size === undefined) return true;
  const { width, height } = size;
  const rowBytes = 4 * Math.ceil((width * file.u16(isOs2 ? 24 : 28, true)) / 32);
  return file.u32(10, true) + rowBytes * height > file.length;
}

function webpSize(file: FileBytes): { width: number; height: number } | undefined {
  const u24 = (at: number): number => file.u16(at, true) | (file.u8(at + 2) << 16);
  switch (file.ascii(12, 4)) {
    case "VP8X":
      return { width: u24(24) + 1, height: u24(27) + 1 };
    case "VP8L": {
      const packed = file.u32(21, true);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    case "VP8 ":
      return { width: file.u16(26, true) & 0x3fff, height: file.u16(28, true) & 0x3fff };
    default:
      return undefined;
  }
}

/** Whether the last of the boxes of a file, AVIF or HEIC, says that it is longer than what there is. */
function lacksBoxes(file: FileBytes): boolean {
  let at = 0;
  while (at + 8 <= file.length) {
    const length = file.u32(at);
    if (length < 8) return false; // to the end of the file, or of more than 4 GB
    if (!/^[a-z]{3}[a-z0-9]$/.test(file.ascii(at + 4, 4))) return false; // something else behind its end
    at += length;
  }
  return at > file.length;
}

/** The properties of an AVIF file lie in its first box but one, which is small. */
const AVIF_HEADER_BYTES = 4096;

function avifSize(file: FileBytes): { width: number; height: number } | undefined {
  const at = file.ascii(0, Math.min(file.length, AVIF_HEADER_BYTES)).indexOf("ispe");
  return at < 0 ? undefined : { width: file.u32(at + 8), height: file.u32(at + 12) };
}
