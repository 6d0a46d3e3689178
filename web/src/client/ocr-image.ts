/** What a client reads, and how it gets to the worker. */

import { OcrError, describeError } from "../shared/errors.js";
import type { TransferableImage } from "../shared/protocol.js";
import { untilAborted } from "./abort.js";
import { fetchImage } from "./fetch-image.js";

/** An image that has its pixels, or will have them, on the page. */
export type DrawnImage =
  HTMLImageElement | SVGImageElement | HTMLCanvasElement | OffscreenCanvas | HTMLVideoElement | VideoFrame;

/** What can be held and read again: an image file, pixels, or what the page draws. */
export type HeldImage = TransferableImage | DrawnImage;

/**
 * What is read: an image file (Blob, File, ArrayBuffer or a view on one, Response), its address (a string or URL, data:
 * included), pixels (ImageData, ImageBitmap), or what the page draws (img, canvas, the current picture of a video).
 */
export type OcrImage = HeldImage | string | URL | ArrayBuffer | ArrayBufferView | Response;

const READABLE_CLASSES = [
  "URL",
  "Response",
  "Blob",
  "ImageData",
  "ImageBitmap",
  "HTMLImageElement",
  "SVGImageElement",
  "HTMLCanvasElement",
  "OffscreenCanvas",
  "HTMLVideoElement",
  "VideoFrame",
];
const READABLE =
  "Pass an address (string, URL), a Blob, File, ArrayBuffer, typed array or Response with an image file, ImageData, " +
  "ImageBitmap, VideoFrame, or an <img>, <canvas>, <video> or OffscreenCanvas.";

/** Fetch what is named by its address, and take bytes for a file. Throws OcrError for what is no image at all. */
export async function holdImage(image: OcrImage, signal?: AbortSignal): Promise<HeldImage> {
  if (typeof image === "string" || image instanceof URL) return fetchImage(String(image), signal);
  if (image instanceof ArrayBuffer) return fileOf(image, image.byteLength);
  if (ArrayBuffer.isView(image)) return fileOf(image as ArrayBufferView<ArrayBuffer>, image.byteLength);
  if (isA("Response", image)) return fileIn(image as Response);
  if (image instanceof Blob || image instanceof ImageData || image instanceof ImageBitmap) return image;
  checkImage(image);
  return image as HeldImage;
}

/** Throw OcrError (`image_shape`) unless it is something that can be read. Looks at nothing that takes time. */
export function checkImage(image: OcrImage | null): void {
  if (isA("ImageData", image)) {
    const { data, width, height } = image as ImageData;
    // The pixels of an ImageData that was transferred, or whose buffer was, are gone.
    if (data instanceof Uint8ClampedArray && data.length === width * height * 4) return;
    throw shapeless("Its pixels are gone, handed over elsewhere, or not of 8 bits.");
  }
  const isFile = typeof image === "string" || image instanceof ArrayBuffer || ArrayBuffer.isView(image);
  if (isFile || READABLE_CLASSES.some((name) => isA(name, image))) return;
  const given = typeof image === "object" && image !== null ? image.constructor?.name : String(image);
  throw shapeless(`It is ${given}.`);
}

/** The size of a picture in its own pixels, 0 × 0 while there are none. */
export function sizeOf(image: Exclude<HeldImage, Blob>): { width: number; height: number } {
  if (image instanceof ImageData || image instanceof ImageBitmap) return image;
  if ("naturalWidth" in image) return { width: image.naturalWidth, height: image.naturalHeight };
  if ("videoWidth" in image) return { width: image.videoWidth, height: image.videoHeight };
  if ("displayWidth" in image) return { width: image.displayWidth, height: image.displayHeight };
  if (typeof image.width === "object") {
    const { width, height } = image as SVGImageElement;
    return { width: Math.round(width.baseVal.value), height: Math.round(height.baseVal.value) };
  }
  return image as HTMLCanvasElement;
}

/** Return what can cross to the worker. What the caller has stays the caller's. */
export async function toTransferable(image: HeldImage, signal?: AbortSignal): Promise<TransferableImage> {
  if (image instanceof Blob) return image;
  if (image instanceof ImageData) {
    checkImage(image);
    return image;
  }
  try {
    await untilDrawn(image, signal);
    const bitmap = await createImageBitmap(image, { premultiplyAlpha: "none", colorSpaceConversion: "none" });
    if (!isTainted(bitmap)) return bitmap;
    bitmap.close();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new OcrError(
      "image_undecodable",
      `The image has no readable pixels (${describeError(error)}).`,
      "Wait until it has loaded, and check that it is one.",
      "decode",
    );
  }
  return withPermission(image, signal);
}

/** The image came from another origin, whose permission nobody asked for: ask for it. */
async function withPermission(image: HeldImage, signal?: AbortSignal): Promise<TransferableImage> {
  try {
    if (isA("HTMLImageElement", image))
      return await fetchImage((image as HTMLImageElement).currentSrc, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
  }
  throw new OcrError(
    "image_tainted",
    "The browser does not give out the pixels: they came from another origin without its permission.",
    'Have its server send Access-Control-Allow-Origin, and load the image with crossorigin="anonymous".',
    "decode",
  );
}

function isTainted(bitmap: ImageBitmap): boolean {
  if (typeof OffscreenCanvas === "undefined") return false;
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  try {
    pen?.drawImage(bitmap, 0, 0, 1, 1, 0, 0, 1, 1);
    pen?.getImageData(0, 0, 1, 1);
    return false;
  } catch (error) {
    if (error instanceof DOMException && error.name === "SecurityError") return true;
    throw error;
  }
}

/** Wait for an image that is loading, or for the first picture of a video. */
async function untilDrawn(image: HeldImage, signal?: AbortSignal): Promise<void> {
  if (isA("HTMLImageElement", image)) {
    const picture = image as HTMLImageElement;
    if (!picture.complete) await untilAborted(heard(picture, "load"), signal);
  } else if (isA("HTMLVideoElement", image)) {
    const video = image as HTMLVideoElement;
    if (video.readyState < video.HAVE_CURRENT_DATA) await untilAborted(heard(video, "loadeddata"), signal);
  }
}

function heard(element: HTMLElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    element.addEventListener(event, () => resolve(), { once: true });
    element.addEventListener("error", () => reject(new Error("it could not be loaded")), { once: true });
  });
}

/** Whether this is an instance of a class that some environments lack. */
function isA(className: string, value: unknown): boolean {
  const known = (globalThis as unknown as Record<string, unknown>)[className];
  return typeof known === "function" && value instanceof known;
}

function fileOf(bytes: ArrayBuffer | ArrayBufferView<ArrayBuffer>, count: number): Blob {
  if (count > 0) return new Blob([bytes]);
  throw new OcrError(
    "image_empty",
    "There are no bytes: the buffer is empty, or was handed over to a worker.",
    "Pass the bytes of an image file.",
    "decode",
  );
}

async function fileIn(response: Response): Promise<Blob> {
  if (response.ok && !response.bodyUsed) return response.blob();
  const cause = response.bodyUsed
    ? "The response was read already."
    : `The response says ${response.status || "nothing"}${response.url && ` for ${response.url}`}.`;
  throw new OcrError("image_unreachable", cause, "Pass a response that brings an image, unread.", "decode");
}

/** The image is there, and cannot be had; `what` completes "The image …". */
export function unreadable(what: string): OcrError {
  return new OcrError("image_unreadable", `The image ${what}.`, "Choose it or make it again.", "decode");
}

function shapeless(cause: string): OcrError {
  return new OcrError("image_shape", `This is not an image that can be read. ${cause}`, READABLE, "decode");
}
