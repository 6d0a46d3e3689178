/** Reading an image in a page with a client. */

import { expect } from "@playwright/test";

import type { OcrClientOptions } from "../../web/src/client/ocr-client.js";
import { fixture } from "../e2e/paths.js";
import { installReader } from "../e2e/reader.js";
import type { Driver } from "./driver.js";
import type { Site } from "./site.js";

export const NOTE = fixture("note.png");
export const HELLO = "Hello world\nInvoice 2026";

/** A text on one line. */
export function flat(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

/** Open the automation page of a site, with a client that has not started yet. */
export async function openReader(driver: Driver, site: Site, options: OcrClientOptions = {}): Promise<void> {
  await driver.open(`${site.url}headless.html`);
  await driver.evaluate(async () => {
    while (!("pyOcr" in globalThis)) await new Promise((resolve) => setTimeout(resolve, 50));
  }, null);
  await driver.evaluate(installReader, options);
}

/** Read the note, and expect its text. */
export async function readNote(driver: Driver): Promise<string> {
  const text = await driver.evaluate(
    async (base64) => (await reader.client.recognize(new Blob([reader.bytes(base64)]))).text,
    NOTE.toString("base64"),
  );
  expect(text).toBe(HELLO);
  return text;
}

/** Runs in the page of the site: take the receipt that it offers, and return its text. */
export async function readSample(): Promise<string> {
  const read = new Promise<string>((resolve, reject) => {
    document.addEventListener("py-ocr-result", ({ detail }) => resolve(detail.text), { once: true });
    document.addEventListener("py-ocr-error", ({ detail }) => reject(detail), { once: true });
  });
  // The button does nothing before the page's script has run.
  while (document.querySelector("#queue li") === null) {
    document.querySelector<HTMLElement>("[data-sample$='receipt.jpg']")!.click();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return read;
}

/** Runs in the page of the site, which shows a result that it kept: drop an image on it, and return its text. */
export async function readDropped(base64: string): Promise<string> {
  while (document.querySelector("#queue li") === null)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const read = new Promise<string>((resolve, reject) => {
    document.addEventListener("py-ocr-result", ({ detail }) => resolve(detail.text), { once: true });
    document.addEventListener("py-ocr-error", ({ detail }) => reject(detail), { once: true });
  });
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], "note.png", { type: "image/png" }));
  const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  document.body.dispatchEvent(drop);
  if (!drop.defaultPrevented) throw new Error("the page did not take the dropped file");
  return read;
}
