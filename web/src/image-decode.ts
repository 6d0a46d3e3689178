/** Turns whatever the client sent into pixels: the browser decodes what it can, Python decodes TIFF. */

import { OcrError } from "./errors.js";
import type { PythonImage } from "./python-host.js";

export async function decodeImage(image: Blob | ImageData | ImageBitmap): Promise<PythonImage> {
  if (image instanceof ImageData) return rgba(image);
  if (image instanceof ImageBitmap) return readPixels(image);
  if (image.size === 0) {
    throw new OcrError("image_empty", "The file is empty.", "Choose another file.", "decode");
  }
  return readPixels(
    await createImageBitmap(image, {
      imageOrientation: "from-image",
      premultiplyAlpha: "none",
      colorSpaceConversion: "none",
    }),
  );
}

/** Draw the bitmap, read its pixels and close it. */
function readPixels(bitmap: ImageBitmap): PythonImage {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("no 2D canvas");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return rgba(context.getImageData(0, 0, width, height));
}

function rgba({ data, width, height }: ImageData): PythonImage {
  return { kind: "rgba", data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height };
}
