/** The events of `<py-ocr>`. They bubble and cross shadow roots, so they can be heard on any element. */

import type { OcrError } from "../shared/errors.js";
import type { LinesRead, OcrPage, Progress } from "../shared/types.js";
import type { ReadingState } from "./reading.js";

export interface PyOcrEventMap {
  "py-ocr-progress": CustomEvent<Progress>;
  "py-ocr-lines": CustomEvent<LinesRead>;
  "py-ocr-result": CustomEvent<OcrPage>;
  "py-ocr-error": CustomEvent<OcrError>;
  /** Somebody corrected the result; the detail is the corrected page. */
  "py-ocr-corrected": CustomEvent<OcrPage>;
  "py-ocr-state": CustomEvent<ReadingState>;
}

declare global {
  interface HTMLElementEventMap extends PyOcrEventMap {}
  interface DocumentEventMap extends PyOcrEventMap {}
}
