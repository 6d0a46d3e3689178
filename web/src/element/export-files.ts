/** Taking results away: to the clipboard, or as files. */

import type { OcrPage } from "../shared/types.js";

/** A result with the name of the image that it was read from. */
export interface NamedPage {
  readonly name: string;
  readonly page: OcrPage;
}

/** Copy plain text to the clipboard. Rejects where the browser does not allow it. */
export function copyText(text: string): Promise<void> {
  return navigator.clipboard.writeText(text);
}

/** The texts of several results, each under the name of its image. */
export function joinTexts(results: readonly NamedPage[]): string {
  return results.map(({ name, page }) => `=== ${name} ===\n${page.text}`.trimEnd()).join("\n\n");
}

/** Hand out the texts of several results as one file. */
export function downloadAllText(results: readonly NamedPage[]): void {
  save("py-ocr-results.txt", "text/plain;charset=utf-8", withNewline(joinTexts(results)));
}

/** Hand out several results as one JSON array of `{name, page}`. */
export function downloadAllJson(results: readonly NamedPage[]): void {
  save("py-ocr-results.json", "application/json", withNewline(JSON.stringify(results, null, 2)));
}

function save(fileName: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has its own reference to the blob once the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

function withNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
