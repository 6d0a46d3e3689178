/** The page for automation: exposes the client, and shows nothing. */

import { OcrClient, OcrError } from "./ocr-client.js";

declare global {
  var pyOcr: { readonly OcrClient: typeof OcrClient; readonly OcrError: typeof OcrError };
}

globalThis.pyOcr = { OcrClient, OcrError };
