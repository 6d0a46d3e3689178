/** What reads screenshots: a process of Python's where there is one, else the browser that the tests run in. */

import type { OcrPage } from "../shared/types.js";

export interface ReadOptions {
  /** BCP 47 tags of the languages to expect. */
  readonly languages?: readonly string[];
}

/** A warm engine. Its readings take turns. */
export interface Engine {
  read(png: Buffer, options: ReadOptions): Promise<OcrPage>;
  close(): Promise<void>;
}
