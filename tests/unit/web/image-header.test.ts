/** What the first bytes of an image file say, on files that other programs wrote. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { FileBytes } from "../../../web/src/worker/file-bytes.js";
import { type ImageFormat, isWideGrey, readImageHeader } from "../../../web/src/worker/image-header.js";

function fixture(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

const NOTE = { width: 230, height: 200 };

const FILES: Readonly<Record<string, ImageFormat>> = {
  "note.png": "png",
  "note.jpg": "jpeg",
  "note.gif": "gif",
  "note.webp": "webp",
  "note.bmp": "bmp",
  "note.avif": "avif",
  "note.jp2": "jpeg2000",
  "note.j2k": "jpeg2000",
  "note-transparent.jp2": "jpeg2000",
};

for (const [name, format] of Object.entries(FILES)) {
  test(`${name} is ${format} of its size, and whole`, () => {
    const { size, ...header } = readImageHeader(fixture(name))!;
    assert.deepEqual(header, { format, truncated: false });
    assert.deepEqual({ width: size?.width, height: size?.height }, NOTE);
  });

  // Where a GIF ends its decoder finds out.
  if (format === "gif") continue;
  test(`${name} is known to be cut off where its last pixels are missing`, () => {
    const bytes = fixture(name);
    for (const share of [0.5, 0.9]) {
      const header = readImageHeader(bytes.subarray(0, Math.floor(bytes.length * share)));
      assert.equal(header?.format, format);
      assert.equal(header?.truncated, true, `${share} of the file`);
    }
  });
}

test("HEIC is told from AVIF by its brands, and its size is left to its decoder", () => {
  for (const name of ["note.heic", "note-tiles.heic"]) {
    assert.deepEqual(readImageHeader(fixture(name)), { format: "heic", size: undefined, truncated: false });
  }
  const both = Uint8Array.from([0, 0, 0, 24, ...ascii("ftypmif1"), 0, 0, 0, 0, ...ascii("mif1avif")]);
  assert.equal(readImageHeader(both)?.format, "avif");
});

test("a file that says how long it is misses a single byte", () => {
  for (const name of ["note.webp", "note.bmp", "note.avif", "note.jpg", "note.heic"]) {
    const bytes = fixture(name);
    assert.equal(readImageHeader(bytes.subarray(0, bytes.length - 1))?.truncated, true, name);
  }
});

test("the size of a JPEG is the one before its EXIF turns it", () => {
  assert.deepEqual(readImageHeader(fixture("note-exif-6.jpg"))?.size, { width: 200, height: 230 });
});

test("the height of a BMP whose rows go down is written negative", () => {
  const bytes = fixture("note.bmp");
  new DataView(bytes.buffer).setInt32(22, -200, true);
  assert.deepEqual(readImageHeader(bytes)?.size, NOTE);
});

test("what Python decodes keeps its size for Python to find out", () => {
  for (const [name, format] of [
    ["note.tiff", "tiff"],
    ["note.ppm", "pnm"],
    ["note.pgm", "pnm"],
    ["note.pbm", "pnm"],
  ]) {
    const header = readImageHeader(fixture(name!));
    assert.deepEqual(header, { format, size: undefined, truncated: false });
  }
});

test("a JPEG marker among its tables is no frame header, and fill bytes are stepped over", () => {
  const table = [0xff, 0xc4, 0, 6, 0, 9, 0, 9];
  const frame = [0xff, 0xc2, 0, 11, 8, 0x01, 0x02, 0x03, 0x04, 1, 1, 0x11, 0];
  const bytes = Uint8Array.from([0xff, 0xd8, ...table, 0xff, ...frame, 0xff, 0xd9]);
  assert.deepEqual(readImageHeader(bytes)?.size, { width: 0x0304, height: 0x0102 });
});

test("what lies behind the header of a scan is no segment", () => {
  const frame = [0xff, 0xc0, 0, 11, 8, 0, 9, 0, 9, 1, 1, 0x11, 0];
  const bytes = Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 0, 2, ...frame, 0xff, 0xd9]);
  assert.equal(readImageHeader(bytes)?.size, undefined);
});

test("the end mark of a thumbnail does not pass for the end of the picture", () => {
  const bytes = fixture("note.jpg");
  const thumbnail = [0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9];
  const whole = Uint8Array.from([...bytes.subarray(0, 2), ...thumbnail, ...bytes.subarray(2)]);
  assert.equal(readImageHeader(whole)?.truncated, false);
  assert.equal(readImageHeader(whole.subarray(0, whole.length - 100))?.truncated, true);
});

test("lossless and extended WebP write their size in other ways than the plain one", () => {
  const riff = (chunk: readonly number[]): Uint8Array =>
    Uint8Array.from([...ascii("RIFF"), chunk.length + 4, 0, 0, 0, ...ascii("WEBP"), ...chunk]);
  // Widths and heights less one: 24 bits each, or 14 bits each beside each other.
  const extended = riff([...ascii("VP8X"), 10, 0, 0, 0, 0, 0, 0, 0, 0x2b, 0x01, 0, 0x63, 0, 0]);
  assert.deepEqual(readImageHeader(extended)?.size, { width: 300, height: 100 });
  const packed = 299 | (99 << 14);
  const lossless = riff([
    ...ascii("VP8L"),
    5,
    0,
    0,
    0,
    0x2f,
    packed & 255,
    (packed >> 8) & 255,
    (packed >> 16) & 255,
    0,
  ]);
  assert.deepEqual(readImageHeader(lossless)?.size, { width: 300, height: 100 });
});

test("a file of no image format is nobody's, however short it is", () => {
  for (const bytes of [[], [0], ascii("%PDF-1.7"), ascii("P7 x"), ascii("<svg/>")]) {
    assert.equal(readImageHeader(Uint8Array.from(bytes)), undefined);
  }
});

test("no beginning of any file makes the reader throw", () => {
  for (const name of Object.keys(FILES)) {
    const bytes = fixture(name);
    for (let length = 0; length < 400; length += 1) readImageHeader(bytes.subarray(0, length));
  }
});

test("past the end of a file there are zeros, and a number that reaches over it is zero", () => {
  const file = new FileBytes(Uint8Array.from([9, 1, 2, 3, 4, 5]).subarray(1));
  assert.deepEqual([file.length, file.u8(0), file.u8(5)], [5, 1, 0]);
  assert.deepEqual([file.u16(0), file.u16(0, true), file.u16(3), file.u16(4)], [0x0102, 0x0201, 0x0405, 0]);
  assert.deepEqual([file.u32(1), file.u32(1, true), file.u32(2)], [0x02030405, 0x05040302, 0]);
  assert.equal(new FileBytes(Uint8Array.from(ascii("abc"))).ascii(1, 5), "bc");
});

/** note.png with another bit depth and colour type in its header. */
function pngOf(bitDepth: number, colourType: number): Uint8Array {
  const bytes = fixture("note.png");
  bytes[24] = bitDepth;
  bytes[25] = colourType;
  return bytes;
}

test("only a PNG of 16-bit grey has more than a browser shows", () => {
  assert.equal(isWideGrey(pngOf(16, 0)), true);
  assert.equal(isWideGrey(pngOf(8, 0)), false);
  assert.equal(isWideGrey(pngOf(16, 2)), false);
  assert.equal(isWideGrey(fixture("note.bmp")), false);
  assert.equal(isWideGrey(pngOf(16, 0).subarray(0, 20)), false);
});

/** A BMP of OS/2: its header has sizes of 16 bits. */
function os2Bmp(width: number, height: number): Uint8Array {
  const rowBytes = 4 * Math.ceil((width * 24) / 32);
  const bytes = new Uint8Array(26 + rowBytes * height);
  const view = new DataView(bytes.buffer);
  bytes.set(ascii("BM"));
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 26, true);
  view.setUint32(14, 12, true);
  view.setUint16(18, width, true);
  view.setUint16(20, height, true);
  view.setUint16(22, 1, true);
  view.setUint16(24, 24, true);
  return bytes;
}

test("a BMP of OS/2 has its own header", () => {
  const file = os2Bmp(30, 20);
  assert.deepEqual(readImageHeader(file), {
    format: "bmp",
    size: { width: 30, height: 20 },
    truncated: false,
  });
  assert.equal(readImageHeader(file.subarray(0, -1))?.truncated, true);
});

test("a BMP is whole where its rows are, whatever size of file it states", () => {
  const file = fixture("note.bmp");
  new DataView(file.buffer).setUint32(2, file.length + 1000, true);
  assert.equal(readImageHeader(file)?.truncated, false);
});

test("a JPEG without a scan is damaged and not cut where it has its end", () => {
  const file = fixture("note.jpg");
  for (let at = 2; at < file.length - 2; at += 1) if (file[at] === 0xff) file[at] = 0;
  assert.equal(readImageHeader(Uint8Array.from([0xff, 0xd8, 0xff, ...file.subarray(3)]))?.truncated, false);
});
