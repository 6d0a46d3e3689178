/** What a client reads, and how it gets to the worker. */

import { OcrError, describeError } from "../shared/errors.js";
import type { TransferableImage } from "../shared/protocol.js";

/** What `OcrClient.recognize` reads. */
export type OcrImage = TransferableImage | HTMLImageElement | HTMLCanvasElement;

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
