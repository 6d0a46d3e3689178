/** The errors of image files that cannot be read, whoever decodes them. */

import { OcrError } from "../shared/errors.js";

/** The file is no image, a damaged one, or of a kind that nobody here reads; `what` completes "The file …". */
export function undecodable(what: string): OcrError {
  const remedy = "Choose another file, or convert it to PNG or JPEG.";
  return new OcrError("image_undecodable", `The file ${what}.`, remedy, "decode");
}

export function truncated(): OcrError {
  return new OcrError(
    "image_truncated",
    "The image file ends before its last pixel.",
    "Download or copy it again.",
    "decode",
  );
}

/** A header that announces nothing, in the words of py_ocr. */
export function withoutPixels(width: number, height: number): OcrError {
  const cause = `The image is ${width} x ${height} pixels: there is nothing in it.`;
  return new OcrError("image_empty", cause, "Choose another file.", "decode");
}

export function outOfMemory(width: number, height: number): OcrError {
  return new OcrError(
    "image_too_large",
    `This browser could not hold ${width} x ${height} pixels.`,
    "Scale the image down, or close other tabs.",
    "decode",
  );
}
