/** The page for automation: exposes the client and the measuring of backends, and shows nothing. */

import { measureBackend } from "./backend-report.js";
import { OcrClient, OcrError } from "./ocr-client.js";

declare global {
  var pyOcr: {
    readonly OcrClient: typeof OcrClient;
    readonly OcrError: typeof OcrError;
    readonly measureBackend: typeof measureBackend;
  };
}

globalThis.pyOcr = { OcrClient, OcrError, measureBackend };
