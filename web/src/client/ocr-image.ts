/** What a client reads, and how it gets to the worker. */

import { OcrError, describeError } from "../shared/errors.js";
import type { TransferableImage } from "../shared/protocol.js";

/** What `OcrClient.recognize` reads. */
export type OcrImage = TransferableImage | HTMLImageElement | HTMLCanvasElement;

/** Throw OcrError (`image_shape`) unless it is something that can be read. Looks at nothing that takes time. */
export function checkImage(image: OcrImage | null): void {
  if (typeof image !== "object" || image === null) {
    throw shapeless(`It is ${image === null ? "null" : `a ${typeof image}`}.`);
  }
  if (!(image instanceof ImageData)) return;
  const { data, width, height } = image;
  // The pixels of an ImageData that was transferred, or whose buffer was, are gone.
  if (!(data instanceof Uint8ClampedArray) || data.length !== width * height * 4) {
    throw shapeless("Its pixels are gone, handed over elsewhere, or not of 8 bits.");
  }
}

/** Return what can cross to the worker. A bitmap is copied, so that the caller keeps its own. */
export async function toTransferable(image: OcrImage): Promise<TransferableImage> {
  if (image instanceof Blob || image instanceof ImageData) return image;
  try {
    return await createImageBitmap(image, { premultiplyAlpha: "none", colorSpaceConversion: "none" });
  } catch (error) {
    throw new OcrError(
      "image_undecodable",
      `The image element or canvas has no readable pixels (${describeError(error)}).`,
      "Wait until it has loaded, and use images of this page's own origin.",
      "decode",
    );
  }
}

/** The image is there, and cannot be had; `what` completes "The image …". */
export function unreadable(what: string): OcrError {
  return new OcrError("image_unreadable", `The image ${what}.`, "Choose it or make it again.", "decode");
}

function shapeless(cause: string): OcrError {
  const remedy = "Pass a Blob, an ImageData, an ImageBitmap, or an image or canvas element.";
  return new OcrError("image_shape", `This is not an image that can be read. ${cause}`, remedy, "decode");
}
