/** With how many pixels an image is read, and at which size one with more. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** No image has more: the limit of py_ocr (image.MAX_PIXELS), checked before a decoder reserves the memory. */
export const MAX_PIXELS = 120_000_000;

/** A JPEG may have so many: Python decodes it at an eighth of its sides (upright.py). */
export const MAX_JPEG_PIXELS = 8 * MAX_PIXELS;

/** What py_ocr reads natively (scaling.READ_PIXELS), and what a browser does where there is memory for it. */
const READ_PIXELS = 48_000_000;

/** Reading takes some 20 bytes for each pixel, and the page is not alone on its device. */
const PIXELS_PER_GB = 6_000_000;

/** The memory that a device is taken to have where the browser does not say, in GB: that of a telephone. */
const UNKNOWN_GB = 4;

/** Return how many pixels are read on this device, or as many millions as were asked for. */
export function readPixelsHere(maxMegapixels?: number): number {
  if (maxMegapixels !== undefined) return Math.min(MAX_PIXELS, Math.round(maxMegapixels * 1e6));
  const { deviceMemory = UNKNOWN_GB } = navigator as Navigator & { readonly deviceMemory?: number };
  return Math.min(READ_PIXELS, PIXELS_PER_GB * deviceMemory);
}

/** Return the largest size of this shape with at most so many pixels, and a side of 1 at least. */
export function sizeWithin({ width, height }: Size, mostPixels: number): Size {
  const ratio = Math.sqrt(mostPixels / Math.max(1, width * height));
  if (ratio >= 1) return { width, height };
  const tall = Math.max(1, Math.floor(height * ratio));
  return {
    width: Math.max(1, Math.min(Math.floor(width * ratio), Math.floor(mostPixels / tall))),
    height: tall,
  };
}
