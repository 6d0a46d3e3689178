/** `import "py-ocr/react"`: defines the element, and lets JSX know it. */

import type { DetailedHTMLProps, HTMLAttributes } from "react";

import type { PyOcrElement } from "./element/ocr-element.js";

export * from "./element/ocr-element.js";

export interface PyOcrAttributes extends HTMLAttributes<PyOcrElement> {
  src?: string;
  backend?: "auto" | "webgpu" | "wasm" | "webnn";
  profile?: string;
  kernels?: string;
  "line-workers"?: number | string;
  threads?: number | string;
  "base-url"?: string;
  languages?: string;
  params?: string;
  for?: string;
  loading?: "eager" | "lazy";
  preload?: "none" | "auto";
  name?: string;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "py-ocr": DetailedHTMLProps<PyOcrAttributes, PyOcrElement>;
    }
  }
}
