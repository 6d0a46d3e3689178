/** A page of somebody else, with images beside it, on the origin of one of the servers. */

import type { Page } from "@playwright/test";

import { fixture } from "./paths.js";

export interface HostPage {
  readonly head?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The text of note.png on one line. */
export const NOTE = "Hello world Invoice 2026";

/** A text on one line. */
export function flat(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

export async function openHost(
  page: Page,
  origin: string,
  { head = "", body = "", headers = {} }: HostPage,
): Promise<void> {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>${head}</head><body>${body}</body></html>`;
  await page.route(`${origin}host.html`, (route) =>
    route.fulfill({ contentType: "text/html", headers, body: html }),
  );
  await page.route(`${origin}note.png`, (route) =>
    route.fulfill({ contentType: "image/png", headers, body: fixture("note.png") }),
  );
  await page.goto(`${origin}host.html`);
}

/** The headers that isolate a page. */
export const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export function script(url: string): string {
  return `<script type="module" src="${url}"></script>`;
}
