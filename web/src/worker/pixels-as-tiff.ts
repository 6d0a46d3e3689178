/** Pixels as a file that Python reads: what only the browser, or a decoder of the page's own, could decode. */

import type { RgbaImage } from "./python-host.js";

const SHORT = 3;
const LONG = 4;
const SAMPLES = 4;
const BITS_AT = 8;
const DIRECTORY_AT = BITS_AT + SAMPLES * 2;

/** Return RGBA pixels as an uncompressed TIFF file, https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf. */
export function pixelsAsTiff({ data, width, height }: RgbaImage): Uint8Array {
  const fields: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, SAMPLES, BITS_AT],
    [259, SHORT, 1, 1], // not compressed
    [262, SHORT, 1, 2], // RGB
    [273, LONG, 1, 0], // where the pixels are, below
    [277, SHORT, 1, SAMPLES],
    [278, LONG, 1, height],
    [279, LONG, 1, data.length],
    [338, SHORT, 1, 2], // the fourth sample is transparency, and not multiplied in
  ];
  const pixelsAt = DIRECTORY_AT + 2 + fields.length * 12 + 4;
  const file = new Uint8Array(pixelsAt + data.length);
  const view = new DataView(file.buffer);
  file.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, DIRECTORY_AT, true);
  for (let sample = 0; sample < SAMPLES; sample += 1) view.setUint16(BITS_AT + 2 * sample, 8, true);
  view.setUint16(DIRECTORY_AT, fields.length, true);
  for (const [index, [tag, type, count, value]] of fields.entries()) {
    const at = DIRECTORY_AT + 2 + 12 * index;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, tag === 273 ? pixelsAt : value, true);
  }
  file.set(data, pixelsAt);
  return file;
}
