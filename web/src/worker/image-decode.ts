/** Turns whatever the client sent into pixels: the browser decodes what it can; JPEG 2000, HEIC, GIF, TIFF and PNM go elsewhere. */

import { OcrError, describeError } from "../shared/errors.js";
import type { HeicDecoder } from "./heic.js";
import { outOfMemory, truncated, undecodable, withoutPixels } from "./image-errors.js";
import { type ImageFormat, type ImageHeader, isWideGrey, readImageHeader } from "./image-header.js";
import { MAX_JPEG_PIXELS, MAX_PIXELS, type Size, sizeWithin } from "./image-size.js";
import type { Jpeg2000Decoder } from "./jpeg2000.js";
import type { PythonImage, RgbaImage } from "./python-host.js";

/** Beyond this side a canvas draws nothing, without a word. */
const MAX_SIDE = 65_535;

/** What decodes formats that browsers lack, or that some of them have. */
export interface Decoders {
  readonly jpeg2000: Jpeg2000Decoder;
  readonly heic: HeicDecoder;
}

/** Return an image with at most so many pixels, scaled down where it has more. Throws OcrError with a code `image_…` for a file that cannot be read. */
export async function decodeImage(
  image: Blob | ImageData | ImageBitmap,
  decoders: Decoders,
  mostPixels: number,
): Promise<PythonImage> {
  if (image instanceof ImageData) return withinPixels(image, mostPixels);
  if (image instanceof ImageBitmap) return readPixels(image, mostPixels);
  const bytes = await readBytes(image);
  if (bytes.length === 0) {
    throw new OcrError("image_empty", "The file is empty.", "Choose another file.", "decode");
  }
  const header = readImageHeader(bytes);
  // Pillow, too, opens no file of these that is shorter than it says, and looks at sizes only then.
  if (isBrowserOnly(header) && header.truncated) throw truncated();
  if (header?.size !== undefined) checkSize(header.size.width, header.size.height, header.format);
  if (isForPillow(header, bytes)) return { kind: "encoded", data: bytes };
  if (header?.truncated) throw truncated();
  // Also where the browser could read it (Safari): the same file must give the same pixels everywhere.
  if (header?.format === "jpeg2000") return withinPixels(await decoders.jpeg2000.decode(bytes), mostPixels);
  if (header?.format === "heic") {
    const checked = ({ width, height }: Size): void => {
      if (width * height === 0) throw withoutPixels(width, height);
      checkSize(width, height, "heic");
    };
    return withinPixels(await decoders.heic.decode(bytes, checked), mostPixels);
  }
  try {
    // The type is left out: browsers go by the content, and a wrong one must not matter.
    return readPixels(
      await createImageBitmap(new Blob([bytes]), {
        imageOrientation: "from-image",
        premultiplyAlpha: "none",
        colorSpaceConversion: "none",
      }),
      mostPixels,
    );
  } catch (error) {
    if (error instanceof OcrError) throw error;
    if (!isBrowserOnly(header)) return { kind: "encoded", data: bytes };
    throw undecodable(
      `is a damaged ${header.format.toUpperCase()} image, or of a kind that this browser cannot read`,
    );
  }
}

/**
 * What browsers lack; and GIF, of whose frames that are empty, damaged or beside the screen each decoder makes something
 * else, and browsers without a word.
 */
const PILLOWS: ReadonlySet<ImageFormat> = new Set(["tiff", "pnm", "gif"]);

/**
 * Whether Pillow decodes a file in any case: what browsers show black or draw nothing of, and what has no end, since
 * browsers show what there is of it without a word, as well.
 */
function isForPillow(header: ImageHeader | undefined, bytes: Uint8Array): boolean {
  if (header === undefined || isBrowserOnly(header) || hasOwnDecoder(header)) return false;
  if (PILLOWS.has(header.format) || header.truncated) return true;
  const { width = 0, height = 0 } = header.size ?? {};
  return width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE || isWideGrey(bytes);
}

function hasOwnDecoder({ format }: ImageHeader): boolean {
  return format === "jpeg2000" || format === "heic";
}

type BrowserOnly = ImageHeader & { readonly format: "webp" | "avif" };

/**
 * Whether only the browser decodes a format. Of all others Pillow reads what the browser cannot, or says what is wrong
 * with it, in the words of the native commands.
 */
function isBrowserOnly(header: ImageHeader | undefined): header is BrowserOnly {
  return header?.format === "webp" || header?.format === "avif";
}

/** Whether a file is of a format that Pillow, as the page has it, does not decode. */
export function isForeignToPython(bytes: Uint8Array): boolean {
  const header = readImageHeader(bytes);
  return header !== undefined && (isBrowserOnly(header) || hasOwnDecoder(header));
}

async function readBytes(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new OcrError(
      "image_unreadable",
      `The file could not be read: ${describeError(error)}.`,
      "It may have been moved or changed: choose it again.",
      "decode",
    );
  }
}

function checkSize(width: number, height: number, format?: ImageFormat): void {
  if (width * height <= (format === "jpeg" ? MAX_JPEG_PIXELS : MAX_PIXELS)) return;
  const size = `${width.toLocaleString("en")} x ${height.toLocaleString("en")} pixels`;
  throw new OcrError(
    "image_too_large",
    `The image is ${size}; at most ${MAX_PIXELS / 1e6} megapixels can be read.`,
    "Scale it down, or cut it into parts.",
    "decode",
  );
}

/** Draw the bitmap, no larger than may be, read its pixels and close it. */
function readPixels(bitmap: ImageBitmap, mostPixels: number): PythonImage {
  const { width, height } = bitmap;
  try {
    checkSize(width, height);
    const small = sizeWithin(bitmap, mostPixels);
    const context = new OffscreenCanvas(small.width, small.height).getContext("2d", {
      willReadFrequently: true,
    });
    if (context === null) throw outOfMemory(width, height);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, small.width, small.height);
    const pixels = context.getImageData(0, 0, small.width, small.height);
    return { ...rgba(pixels), full_width: width, full_height: height };
  } catch (error) {
    throw error instanceof OcrError ? error : outOfMemory(width, height);
  } finally {
    bitmap.close();
  }
}

/** Return pixels as they are, or scaled down where there are more than may be. */
async function withinPixels(image: Pixels, mostPixels: number): Promise<PythonImage> {
  const { data, width, height } = image;
  if (width * height <= mostPixels) return rgba(image);
  const pixels = new ImageData(
    new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset),
    width,
    height,
  );
  const bitmap = await createImageBitmap(pixels, { premultiplyAlpha: "none", colorSpaceConversion: "none" });
  return readPixels(bitmap, mostPixels);
}

type Pixels = Pick<ImageData, "width" | "height"> & { readonly data: Uint8Array | Uint8ClampedArray };

function rgba({ data, width, height }: Pixels): RgbaImage {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { kind: "rgba", data: bytes, width, height, full_width: width, full_height: height };
}
