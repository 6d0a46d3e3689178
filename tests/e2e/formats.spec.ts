/** Every format reads as the same text, and orientation and transparency are respected. */

import { fixture } from "./paths.js";
import { valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const FILES = [
  "note.jpg",
  "note.webp",
  "note.gif",
  "note.bmp",
  "note.avif",
  "note.ico",
  "note.tiff",
  "note.ppm",
  "note.pgm",
  "note.pbm",
  "note.jp2",
  "note.j2k",
  "note-grey.jp2",
  "note-grey.j2k",
  "note-16-bit.jp2",
  "note-ycc.jp2",
  "note.heic",
  "note-turned.heic",
  "note-mirrored.heic",
  "note-tiles.heic",
  "note-transparent.heic",
  ...[2, 3, 4, 5, 6, 7, 8].map((orientation) => `note-exif-${orientation}.jpg`),
  "note-transparent.png",
  "note-transparent.jp2",
  "note-transparent-grey.j2k",
];

for (const name of FILES) {
  test(`${name} reads as the PNG does`, async ({ warm }) => {
    const page = valueOf(await warm.read(fixture(name)));
    expect(page.text).toBe("Hello world\nInvoice 2026");
    expect([page.width, page.height]).toEqual([230, 200]);
  });
}

// Lossless files of the same pixels: were a channel lost or a depth scaled wrongly, the confidences would differ.
for (const name of ["note.ppm", "note.jp2", "note.j2k"]) {
  test(`${name} gives the very result of the PNG`, async ({ warm }) => {
    const { timings_ms: _, ...expected } = valueOf(await warm.read(fixture("note.png")));
    const { timings_ms: __, ...actual } = valueOf(await warm.read(fixture(name)));
    expect(actual).toEqual(expected);
  });
}
