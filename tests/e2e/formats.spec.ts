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
  "note.tiff",
  "note-exif-6.jpg",
  "note-transparent.png",
];

for (const name of FILES) {
  test(`${name} reads as the PNG does`, async ({ warm }) => {
    const page = valueOf(await warm.read(fixture(name)));
    expect(page.text).toBe("Hello world\nInvoice 2026");
    expect([page.width, page.height]).toEqual([230, 200]);
  });
}
