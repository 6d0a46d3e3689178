/** What the package exports. */

export { read } from "./read.js";
export type { ReadOptions } from "./read.js";
export * from "./ocr-client.js";
