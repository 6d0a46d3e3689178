/** Getting an image onto the screen: as the browser decodes it, or as a copy of what the caller keeps. */

import { type HeldImage, sizeOf } from "../client/ocr-image.js";
import type { DecodedPicture } from "../shared/protocol.js";
import { create } from "./dom.js";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture on its way to the screen, and the size of the image that it is of. */
export interface Drawn {
  readonly picture: HTMLElement;
  readonly size: Size;
}

/** Draw an image and say how large it is; null where the browser cannot show it. */
export async function drawImage(image: HeldImage): Promise<Drawn | null> {
  if (!(image instanceof Blob)) {
    const picture = copyOf(image);
    return { picture, size: picture };
  }
  const picture = new Image();
  const size = await load(picture, image);
  return size && { picture, size };
}

/** Draw what was decoded elsewhere, and let go of it. */
export function drawDecoded({ bitmap, width, height }: DecodedPicture): Drawn {
  const picture = copyOf(bitmap);
  bitmap.close();
  return { picture, size: { width, height } };
}

/** Resolve with the size of an image as it is shown (EXIF respected), or with null if it cannot be shown. */
async function load(picture: HTMLImageElement, blob: Blob): Promise<Size | null> {
  const url = URL.createObjectURL(blob);
  const loaded = new Promise<boolean>((resolve) => {
    picture.addEventListener("load", () => resolve(true), { once: true });
    picture.addEventListener("error", () => resolve(false), { once: true });
  });
  picture.alt = "";
  picture.src = url;
  const isShown = await loaded;
  URL.revokeObjectURL(url);
  return isShown ? { width: picture.naturalWidth, height: picture.naturalHeight } : null;
}

/** Draw what the caller keeps on a canvas of our own. */
function copyOf(image: Exclude<HeldImage, Blob>): HTMLCanvasElement {
  const canvas = create("canvas");
  const { width, height } = sizeOf(image);
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (image instanceof ImageData) pen?.putImageData(image, 0, 0);
  else pen?.drawImage(image, 0, 0);
  return canvas;
}
