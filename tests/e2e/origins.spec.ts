/** Files on another origin, and hosts and policies that stand in the way: it works, or the error says what to change. */

import type { Page } from "@playwright/test";

import type { PyOcrElement } from "../../web/src/element/ocr-element.js";
import { ISOLATED, NOTE, flat, openHost, script } from "./host-page.js";
import { expect, test } from "./test.js";

const ELEMENT = `<py-ocr src="note.png" backend="wasm"></py-ocr>`;

interface Ending {
  readonly text?: string;
  readonly code?: string;
  readonly message?: string;
}

/** Wait until the element has read its image, or has said why not. */
async function ending(page: Page): Promise<Ending> {
  return page.evaluate(async () => {
    await customElements.whenDefined("py-ocr");
    const element = document.querySelector<PyOcrElement>("py-ocr")!;
    while (element.state === "reading")
      await new Promise((resolve) => element.addEventListener("py-ocr-state", resolve, { once: true }));
    const { error, text } = element;
    return error ? { code: error.code, message: error.message } : { text };
  });
}

for (const [name, headers] of [
  ["not isolated", {}],
  ["isolated", ISOLATED],
] as const) {
  test(`everything comes from another origin, on a page that is ${name}`, async ({ page, host, cdn }) => {
    host.serve(script(`${cdn.url}assets/ocr-element.js`) + ELEMENT, headers);
    await page.goto(host.url);
    expect(flat((await ending(page)).text ?? "")).toBe(NOTE);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(headers === ISOLATED);
  });
}

test("an origin that does not permit its use is named, and so is the header", async ({
  page,
  host,
  cdn,
  plainSite,
}) => {
  const element = `<py-ocr src="note.png" base-url="${plainSite.url}"></py-ocr>`;
  host.serve(script(`${cdn.url}assets/ocr-element.js`) + element);
  await page.goto(host.url);
  const { code, message } = await ending(page);
  expect(code).toBe("cors_missing");
  expect(message).toContain(plainSite.url);
  expect(message).toContain("/assets/worker.js");
  expect(message).toContain("Access-Control-Allow-Origin");
});

test("a policy without 'wasm-unsafe-eval' is said at once", async ({ page, plainSite }) => {
  const headers = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; img-src 'self' blob:",
  };
  await page.route("**/assets/worker.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), ...headers } });
  });
  await openHost(page, plainSite.url, { head: script("assets/ocr-element.js"), body: ELEMENT, headers });
  const { code, message } = await ending(page);
  expect(code).toBe("policy_blocks_wasm");
  expect(message).toContain("'wasm-unsafe-eval'");
});

const TRUSTED = "require-trusted-types-for 'script'; trusted-types py-ocr";

test("Trusted Types are kept with files of another origin, and a policy that lacks ours is said to", async ({
  page,
  host,
  cdn,
}) => {
  const html = script(`${cdn.url}assets/ocr-element.js`) + ELEMENT;
  host.serve(html, { "Content-Security-Policy": TRUSTED });
  await page.goto(host.url);
  expect(flat((await ending(page)).text ?? "")).toBe(NOTE);
  host.serve(html, { "Content-Security-Policy": TRUSTED.replace("py-ocr", "others") });
  await page.goto(host.url);
  const refused = await ending(page);
  expect(refused.code).toBe("policy_blocks_workers");
  expect(refused.message).toContain("Add py-ocr to trusted-types");
  // Who names policies, and demands none, forbids nothing.
  host.serve(html, { "Content-Security-Policy": "trusted-types others" });
  await page.goto(host.url);
  expect(flat((await ending(page)).text ?? "")).toBe(NOTE);
});

test("a module with the wrong type, and a page in the place of a file, are said to be so", async ({
  page,
  plainSite,
}) => {
  await page.route("**/pyodide.asm.mjs", async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "content-type": "application/octet-stream" };
    await route.fulfill({ response, headers });
  });
  await page.route("**/spa/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
  );
  await openHost(page, plainSite.url, { head: script("assets/ocr-element.js"), body: ELEMENT });
  const wrongType = await ending(page);
  expect(wrongType.code).toBe("asset_wrong_type");
  expect(wrongType.message).toMatch(/pyodide\.asm\.mjs as application\/octet-stream.*text\/javascript/);
  await page.evaluate(() => {
    const element = document.querySelector<PyOcrElement>("py-ocr")!;
    element.baseUrl = "/spa/";
    element.read("note.png").catch(() => undefined);
  });
  const spa = await ending(page);
  expect(spa.code).toBe("asset_wrong_type");
  expect(spa.message).toMatch(/page of HTML for .*\/spa\/engine-\w+\/assets\/worker\.js.*npx py-ocr copy/);
});

test("an image of another origin is read where that permits it, and else is tainted", async ({
  page,
  host,
  cdn,
  plainSite,
}) => {
  host.serve(`${script(`${cdn.url}assets/ocr-element.js`)}<img alt=""><py-ocr backend="wasm"></py-ocr>`);
  await page.goto(host.url);
  // Neither is loaded with crossorigin: only the server decides.
  const read = (src: string): Promise<Ending> =>
    page.evaluate(async (address) => {
      await customElements.whenDefined("py-ocr");
      const image = document.querySelector("img")!;
      image.src = address;
      const element = document.querySelector<PyOcrElement>("py-ocr")!;
      await element.read(image).catch(() => undefined);
      return element.error ? { code: element.error.code } : { text: element.text };
    }, src);
  expect(await read(`${plainSite.url}samples/sign.jpg`)).toEqual({ code: "image_tainted" });
  expect((await read(`${cdn.url}samples/sign.jpg`)).text).toMatch(/\w/);
});
