/** `import "py-ocr/jsx"`: defines the element, and lets JSX know it where its types are global ones. */

import type { PyOcrOwnAttributes } from "./attributes.js";
import type { PyOcrElement } from "./element/ocr-element.js";

export * from "./element/ocr-element.js";
export type { PyOcrOwnAttributes } from "./attributes.js";

declare global {
  namespace JSX {
    interface IntrinsicElements {
      "py-ocr": PyOcrOwnAttributes & {
        id?: string;
        class?: string;
        style?: string | object;
        slot?: string;
        hidden?: boolean;
        lang?: string;
        children?: unknown;
        ref?: ((element: PyOcrElement) => void) | { current: PyOcrElement | null };
        "on:py-ocr-result"?: (event: HTMLElementEventMap["py-ocr-result"]) => void;
        "on:py-ocr-error"?: (event: HTMLElementEventMap["py-ocr-error"]) => void;
      };
    }
  }
}
