/** `import "py-ocr/react"`: defines the element, and lets JSX know it. */

import type { DetailedHTMLProps, HTMLAttributes } from "react";

import type { PyOcrOwnAttributes } from "./attributes.js";
import type { PyOcrElement } from "./element/ocr-element.js";

export * from "./element/ocr-element.js";

export interface PyOcrAttributes extends HTMLAttributes<PyOcrElement>, PyOcrOwnAttributes {}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "py-ocr": DetailedHTMLProps<PyOcrAttributes, PyOcrElement>;
    }
  }
}
