/** `<py-ocr>` in somebody else's page: under the policy that docs/embedding.md names, and without traces. */

import { readFileSync } from "node:fs";

import type { Page, Worker } from "@playwright/test";

import type { PyOcrElement } from "../../web/src/element/ocr-element.js";
import { fixture, fromRoot } from "./paths.js";
import { expect, test } from "./test.js";

const NOTE = "Hello world Invoice 2026";

/** The policy as the documentation gives it. */
function documentedPolicy(): string {
  const policy = /```\n(default-src [^`]+)```/.exec(
    readFileSync(fromRoot("docs", "embedding.md"), "utf8"),
  )?.[1];
  if (policy === undefined) throw new Error("docs/embedding.md names no policy");
  return policy.replaceAll("\n", " ").trim();
}

/** Serve a page with some elements, and fixtures beside it, under the documented policy. */
async function openHost(
  page: Page,
  siteUrl: string,
  body: string,
  { withScript = true } = {},
): Promise<void> {
  const headers = { "Content-Security-Policy": documentedPolicy() };
  const script = withScript ? `<script type="module" src="assets/ocr-element.js"></script>` : "";
  const html = `<!doctype html><html lang="en"><head><title>Host</title>${script}</head><body>${body}</body></html>`;
  await page.route("**/host.html", (route) =>
    route.fulfill({ contentType: "text/html", headers, body: html }),
  );
  await page.route("**/note.png", (route) =>
    route.fulfill({ contentType: "image/png", body: fixture("note.png") }),
  );
  // A worker obeys the policy of its own response.
  await page.route("**/assets/*.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), ...headers } });
  });
  await page.goto(`${siteUrl}host.html`);
}

// Parts of the script may still be on their way when a test ends.
test.afterEach(({ page }) => page.unrouteAll({ behavior: "ignoreErrors" }));

test("elements read their src under a strict policy, share one engine, and end it when they go", async ({
  page,
  plainSite,
}) => {
  const violations: string[] = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) violations.push(message.text());
  });
  const element = `<py-ocr src="note.png" backend="wasm"></py-ocr>`;
  await openHost(page, plainSite.url, element + element);
  const texts = await page.evaluate(async () => {
    await customElements.whenDefined("py-ocr");
    const elements = [...document.querySelectorAll<PyOcrElement>("py-ocr")];
    const read = elements.map(
      (each) =>
        new Promise<string>((resolve, reject) => {
          if (each.result) resolve(each.result.text);
          each.addEventListener("py-ocr-result", ({ detail }) => resolve(detail.text));
          each.addEventListener("py-ocr-error", ({ detail }) => reject(detail));
        }),
    );
    return Promise.all(read);
  });
  expect(texts.map((text) => text.replaceAll(/\n+/gu, " "))).toEqual([NOTE, NOTE]);
  expect(violations).toEqual([]);
  // Beside it there may be its line workers, which end with it.
  const engines = (): Worker[] =>
    page.workers().filter((worker) => worker.url().endsWith("/assets/worker.js"));
  expect(engines()).toHaveLength(1);

  await page.evaluate(() => document.querySelector("py-ocr")?.remove());
  expect(engines()).toHaveLength(1);
  await page.evaluate(() => document.querySelector("py-ocr")?.remove());
  await expect.poll(() => page.workers().length).toBe(0);
});

test("properties that are set before the script has come count as if set after", async ({
  page,
  plainSite,
}) => {
  await openHost(page, plainSite.url, "", { withScript: false });
  await page.evaluate(() => {
    const element = document.createElement("py-ocr");
    Object.assign(element, { backend: "wasm", languages: ["de", "en"], src: "note.png" });
    document.body.append(element);
  });
  // The policy demands Trusted Types, which an import does without.
  await page.evaluate(
    async (address) => void (await import(address)),
    `${plainSite.url}assets/ocr-element.js`,
  );
  const element = page.locator("py-ocr");
  await expect(element).toHaveAttribute("backend", "wasm");
  await expect(element).toHaveAttribute("languages", "de en");
  const seen = await element.evaluate((each: PyOcrElement) => [each.state, each.fileName, Object.keys(each)]);
  expect(seen).toEqual(["reading", "note.png", []]);
});

test("an element that is only moved goes on reading; a removed one stops", async ({ page, plainSite }) => {
  await openHost(page, plainSite.url, `<main></main><py-ocr src="note.png" backend="wasm"></py-ocr>`);
  await page.waitForFunction(() => document.querySelector<PyOcrElement>("py-ocr")?.state === "reading");
  const state = await page.evaluate(async () => {
    const element = document.querySelector<PyOcrElement>("py-ocr")!;
    document.querySelector("main")!.append(element);
    await new Promise((resolve) => setTimeout(resolve));
    const moved = element.state;
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    return { moved, removed: element.state };
  });
  expect(state).toEqual({ moved: "reading", removed: "cancelled" });
});

test("an image that is not there is an error with cause and remedy", async ({ page, plainSite }) => {
  await openHost(page, plainSite.url, `<py-ocr src="missing.png" backend="wasm"></py-ocr>`);
  await expect(page.locator("py-ocr .notice-title")).toContainText("The server answered 404");
  const error = await page.evaluate(() => document.querySelector<PyOcrElement>("py-ocr")!.error!.toJSON());
  expect(error).toMatchObject({ code: "image_unreachable", stage: "decode" });
});
