/**
 * What a JPEG 2000 file says of itself: a JP2 container around a codestream, or the codestream alone.
 * Markers and boxes are those of ISO/IEC 15444-1, annexes A and I. Decodes nothing.
 */

import type { FileBytes } from "./file-bytes.js";

/** The values of the container's colour box (EnumCS) that matter here. */
export const ColourSpace = { CMYK: 12, SRGB: 16, GREY: 17 } as const;

export interface Component {
  readonly bits: number;
  readonly isSigned: boolean;
  /** How many pixels of the image one sample covers, across and down. */
  readonly dx: number;
  readonly dy: number;
  /** Where the byte with depth and sign stands in the file. */
  readonly depthAt: number;
}

export interface Jpeg2000Header {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  /** The codestream, without what contains it. */
  readonly codestream: Uint8Array;
  /** Undefined where the file has no such box, or one that holds a colour profile. */
  readonly colourSpace: number | undefined;
  readonly hasPalette: boolean;
}

interface Container {
  readonly start: number;
  /** Beyond the end of the file when the file is cut off. */
  readonly end: number;
  readonly colourSpace: number | undefined;
  readonly hasPalette: boolean;
}

const CODESTREAM = 0xff4fff51;
const SIGNATURE_BOX = 0x6a502020;

/** Marker segments: start of a tile-part, end of the codestream. */
const END_OF_CODESTREAM = 0xffd9;

export function isJpeg2000(file: FileBytes): boolean {
  if (file.u32(0) === CODESTREAM) return true;
  return file.u32(0) === 12 && file.u32(4) === SIGNATURE_BOX && file.u32(8) === 0x0d0a870a;
}

/** Return what the header says, or undefined for one that is damaged or cut off. */
export function readJpeg2000Header(file: FileBytes): Jpeg2000Header | undefined {
  const container = findCodestream(file);
  if (container === undefined || file.u32(container.start) !== CODESTREAM) return undefined;
  const { start, end, colourSpace, hasPalette } = container;
  // The segment SIZ follows at once: its length, capabilities, the image's far corner, its near corner, …
  const width = file.u32(start + 8) - file.u32(start + 16);
  const height = file.u32(start + 12) - file.u32(start + 20);
  const count = file.u16(start + 40);
  if (width <= 0 || height <= 0 || count === 0 || file.u16(start + 4) !== 38 + 3 * count) return undefined;
  const components = Array.from({ length: count }, (_, index) => {
    const at = start + 42 + 3 * index;
    const depth = file.u8(at);
    const [bits, isSigned] = [(depth & 0x7f) + 1, depth >= 0x80];
    return { bits, isSigned, dx: file.u8(at + 1), dy: file.u8(at + 2), depthAt: at };
  });
  return { width, height, components, codestream: file.bytes.subarray(start, end), colourSpace, hasPalette };
}

/**
 * Whether the file ends before its codestream does: the mark of its end is nowhere, which compressed data cannot hold. A
 * length that leads past the end of a file that has the mark is damage, as for the native commands.
 */
export function isJpeg2000Truncated(file: FileBytes): boolean {
  for (let at = file.length - 2; at >= 0; at -= 1) if (file.u16(at) === END_OF_CODESTREAM) return false;
  return true;
}

/** Return where the codestream is and what its container says of the colours. */
function findCodestream(file: FileBytes): Container | undefined {
  if (file.u32(0) === CODESTREAM) {
    return { start: 0, end: file.length, colourSpace: undefined, hasPalette: false };
  }
  let colourSpace: number | undefined;
  let hasPalette = false;
  for (const { type, start, end } of boxes(file, 0, file.length)) {
    if (type === "jp2c") return { start, end, colourSpace, hasPalette };
    if (type !== "jp2h") continue;
    for (const box of boxes(file, start, Math.min(end, file.length))) {
      if (box.type === "pclr") hasPalette = true;
      // Method 1 names the colour space; of several boxes the first counts.
      if (box.type === "colr" && file.u8(box.start) === 1) colourSpace ??= file.u32(box.start + 3);
    }
  }
  return undefined;
}

/** Yield the boxes from `at` to `limit`, with where their contents begin and end. */
function* boxes(
  file: FileBytes,
  at: number,
  limit: number,
): Generator<{ type: string; start: number; end: number }> {
  while (at + 8 <= limit) {
    const type = file.ascii(at + 4, 4);
    let [length, start] = [file.u32(at), at + 8];
    if (length === 1) {
      length = file.u32(at + 8) * 2 ** 32 + file.u32(at + 12);
      start = at + 16;
    }
    const end = length === 0 ? limit : at + length; // 0: until the end of the file
    if (end < start) return;
    yield { type, start, end };
    at = end;
  }
}
