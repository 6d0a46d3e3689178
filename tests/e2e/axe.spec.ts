/** No state of the page violates what axe knows of WCAG: light, dark, and in forced colours. */

import AxeBuilder from "@axe-core/playwright";
import type { BrowserContext, Page } from "@playwright/test";

import { fixture } from "./paths.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${String(target)} ${html}`),
  );
}

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

for (const media of [
  { colorScheme: "light" },
  { colorScheme: "dark" },
  { colorScheme: "light", forcedColors: "active" },
] as const) {
  test(`axe finds nothing in any state, ${Object.values(media).join(" ")}`, async ({ context, site }) => {
    const page = await open(context, `${site.url}?backend=wasm`);
    await page.emulateMedia(media);
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByText("Advanced").click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");

    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose images" }).click();
    await (
      await chooser
    ).setFiles([
      { name: "note.png", mimeType: "", buffer: fixture("note.png") },
      { name: "no image.txt", mimeType: "", buffer: Buffer.from("just words") },
    ]);
    await expect(page.getByRole("progressbar")).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await expect(page.locator(".item-status")).toHaveText([/^2 lines/, "Could not be read"], READING);
    expect(await violations(page)).toEqual([]);

    await page.locator("py-ocr:not([hidden]) .line").first().focus();
    await page.keyboard.press("Enter");
    await expect(page.locator(".word-input")).toBeFocused();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox").fill("world");
    await expect(page.getByText("1 of 1")).toBeVisible();
    expect(await violations(page)).toEqual([]);

    await page.locator(".item").nth(1).click();
    await expect(page.getByRole("button", { name: "Choose another image" })).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}
