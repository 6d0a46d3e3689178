/** What embed.html and the page around it say to each other by postMessage. */

import type { OcrImage } from "../client/ocr-image.js";
import type { ReadingState } from "../element/reading.js";
import type { OcrErrorData } from "../shared/errors.js";
import type { OcrPage, Progress } from "../shared/types.js";

/** The `id` of a request comes back in what answers it; null where `?src=` asked. */
type Id = number | string | null;

/** From the page around. An image is whatever can be cloned: an address, Blob, ArrayBuffer, ImageData, ImageBitmap. */
export type EmbedRequest =
  | { readonly type: "py-ocr:read"; readonly id?: number | string; readonly image: OcrImage }
  | { readonly type: "py-ocr:cancel" };

/** To the page around. `ready` comes once, before anything else. */
export type EmbedAnswer =
  | { readonly type: "py-ocr:ready"; readonly version: 1 }
  | { readonly type: "py-ocr:state"; readonly state: ReadingState }
  | { readonly type: "py-ocr:progress"; readonly progress: Progress }
  | { readonly type: "py-ocr:result"; readonly id: Id; readonly page: OcrPage }
  | { readonly type: "py-ocr:error"; readonly id: Id; readonly error: OcrErrorData }
  | { readonly type: "py-ocr:cancelled"; readonly id: Id };
