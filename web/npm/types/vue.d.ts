/** `import "py-ocr/vue"`: defines the element, and lets templates know it. */

import type { DefineComponent } from "vue";

export * from "./element/ocr-element.js";

declare module "vue" {
  interface GlobalComponents {
    "py-ocr": DefineComponent<{
      src?: string;
      backend?: string;
      profile?: string;
      languages?: string;
      for?: string;
      loading?: "eager" | "lazy";
      preload?: "none" | "auto";
      name?: string;
      baseUrl?: string;
    }>;
  }
}
