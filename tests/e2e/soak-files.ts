/** What the long run reads: small images of all formats, documents that are made of them, one large page, one huge. */

import { largeImage } from "./large-image.js";
import { fixture } from "./paths.js";
import { scannedPdf } from "./pdf-of.js";

export const IMAGES = [
  "note.jpg",
  "note.png",
  "note.webp",
  "note.gif",
  "note.bmp",
  "note.tiff",
  "note.avif",
  "note.jp2",
  "note-transparent.png",
  "word.png",
];

/** The largest of those that are read again and again: memory is compared once it has been read. */
export const BIGGEST = "letter.png";

/** So large that the worker is renewed for it: as many pixels as are ever read. */
export const HUGE = "huge.png";

/** What is read on the GPU that is computed by the processor, which takes long. */
export const LOST_ON_GPU = "word.png";

/** Documents, by how many pages they have. */
const PAGES_OF: Readonly<Record<string, number>> = { "one.pdf": 1, "two.pdf": 2, "three.pdf": 3 };

export const DOCUMENTS = Object.keys(PAGES_OF);

let huge: string | undefined;

export function base64Of(name: string): string {
  if (name !== HUGE) return fixture(name).toString("base64");
  return (huge ??= largeImage(8000, 6000, "PNG").toString("base64"));
}

export function documentOf(name: string): Buffer {
  return scannedPdf(PAGES_OF[name]);
}
