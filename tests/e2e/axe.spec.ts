/** No state of the page violates what axe knows of WCAG: light, dark, and in forced colours. */

import AxeBuilder from "@axe-core/playwright";
import type { BrowserContext, Page } from "@playwright/test";

import { fixture } from "./paths.js";
import { expect, test } from "./test.js";
import { tiffOf } from "./tiff.js";

const READING = { timeout: 90_000 };

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${String(target)} ${html}`),
  );
}

type Media = Parameters<Page["emulateMedia"]>[0];

/** Open a page in these colours: changed afterwards, they would fade in while axe looks. */
async function open(context: BrowserContext, url: string, media: Media): Promise<Page> {
  const page = await context.newPage();
  await page.emulateMedia({ ...media, reducedMotion: "reduce" });
  await page.goto(url);
  return page;
}

async function choose(page: Page, ...files: { name: string; buffer: Buffer }[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.locator("#choose, #add").filter({ visible: true }).click();
  await (await chooser).setFiles(files.map((file) => ({ ...file, mimeType: "" })));
}

/** What is seen of an element's parts. */
const shown = (page: Page, part: string) => page.locator(`py-ocr ${part}`).filter({ visible: true });

for (const media of [
  { colorScheme: "light" },
  { colorScheme: "dark" },
  { colorScheme: "light", forcedColors: "active" },
] as const) {
  test(`axe finds nothing in any state, ${Object.values(media).join(" ")}`, async ({ context, site }) => {
    const page = await open(context, `${site.url}?backend=wasm`, media);
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByText("Advanced").click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");

    // Without a network, and before the engine was fetched.
    await context.setOffline(true);
    await choose(page, { name: "note.png", buffer: fixture("note.png") });
    await expect(page.getByText("You are offline")).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await context.setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("progressbar")).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await expect(page.locator("py-ocr .line").first()).toBeVisible(READING);
    expect(await violations(page)).toEqual([]);
    // The picture is seen under its text: forced colours would paint that as well.
    const colours = await page
      .locator("py-ocr .text-layer span")
      .evaluateAll((spans) => spans.map((span) => getComputedStyle(span).color));
    expect(new Set(colours)).toEqual(new Set(["rgba(0, 0, 0, 0)"]));

    await choose(
      page,
      { name: "no image.txt", buffer: Buffer.from("just words") },
      { name: "blank.png", buffer: fixture("blank.png") },
      { name: "pages.tiff", buffer: tiffOf("note.png", "word.png") },
    );
    await expect(page.locator(".item-status")).toHaveText(
      [/^2 lines/, "Could not be read", "No text found", /^2 pages/],
      READING,
    );
    expect(await violations(page)).toEqual([]);
    for (const [at, seen] of [
      [3, page.getByRole("button", { name: "Page 2 of 2" })],
      [2, shown(page, ".calm")],
      [0, shown(page, ".line").first()],
    ] as const) {
      await page.locator(".item").nth(at).click();
      await expect(seen).toBeVisible();
      expect(await violations(page)).toEqual([]);
    }

    await shown(page, ".line").first().focus();
    await page.keyboard.press("Enter");
    await expect(page.locator(".word-input")).toBeFocused();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await shown(page, ".find-field").fill("world");
    await expect(page.getByText("1 of 1")).toBeVisible();
    expect(await violations(page)).toEqual([]);

    await page.locator(".item").nth(1).click();
    await expect(page.getByRole("button", { name: "Choose another image" })).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}
