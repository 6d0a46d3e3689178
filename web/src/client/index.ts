/** What the package exports. */

export { read } from "./read.js";
export type { ReadOptions } from "./read.js";
export * from "./ocr-client.js";
export { EXPORT_SUFFIXES } from "./export-types.js";
export { asDocument } from "./recognize-document.js";
