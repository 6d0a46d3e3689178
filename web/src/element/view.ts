/** What an element shows itself by: a Frame with image and panel, or a Layer of text over a picture of the page. */

import type { HeldImage } from "../client/ocr-image.js";
import type { OcrError } from "../shared/errors.js";
import type { DecodedPicture } from "../shared/protocol.js";
import type { LinesRead, OcrPage, Progress } from "../shared/types.js";
import type { ExportChoice } from "./export-menu.js";
import type { ReadingState } from "./reading.js";
import type { WordPlace } from "./word-corrector.js";

/** What people ask for. */
export interface ViewActions {
  onChoose(): void;
  onCancel(): void;
  onRetry(): void;
  /** The page was corrected by hand, or a correction was taken back. */
  onCorrected(page: OcrPage): void;
  /** Write the page, as it is now, as a file of some form and hand it out. */
  exportAs(choice: ExportChoice, page: OcrPage): Promise<void>;
  /** Decode a file that the browser cannot draw. */
  picture(image: Blob): Promise<DecodedPicture>;
  /** What a word of the page may be otherwise, the likeliest first. */
  alternatives(page: OcrPage, place: WordPlace): Promise<readonly string[]>;
}

/** What a reading has come to. */
export interface Settled {
  readonly state: ReadingState;
  readonly name: string;
  readonly page: OcrPage | null;
  readonly error: OcrError | null;
  readonly isCancelled: boolean;
}

export interface View {
  /** What stands in the shadow root. */
  readonly element: HTMLElement;
  connect(): void;
  disconnect(): void;
  showImage(image: HeldImage | null): void;
  /** A reading begins. */
  start(): void;
  update(progress: Progress): void;
  /** Lines that were read, or are none after all, of the image of that name. */
  showLines(read: LinesRead, name: string): void;
  showPage(page: OcrPage, name: string): void;
  showError(error: OcrError): void;
  showCancelled(): void;
  /** Show the state that the reading has come to, and tell a screen reader. */
  settle(settled: Settled): void;
}
