/** The attributes of `<py-ocr>`, as JSX of any kind takes them. */
export interface PyOcrOwnAttributes {
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
