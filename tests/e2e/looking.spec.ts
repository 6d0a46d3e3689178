/** Looking at what was read: doubtful words in turn, tables as sheets take them, pages turned upright, sizes, settings. */

import { execFileSync } from "node:child_process";

import type { Page } from "@playwright/test";

import { PYTHON, fromRoot } from "./paths.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

/** What a program of Python writes to its standard output, run from the root of the project. */
const drawn = (program: string): Buffer => execFileSync(PYTHON, ["-c", program], { cwd: fromRoot() });
const BLURRED =
  "import sys; from measure.screenshots.files import doubtful; sys.stdout.buffer.write(doubtful().data)";
const TABLE =
  "import sys; from measure.screenshots.files import table; sys.stdout.buffer.write(table().data)";
const SIDEWAYS =
  "import sys; from PIL import Image; Image.open('tests/fixtures/letter.png').rotate(90, expand=True).save(sys.stdout.buffer, 'PNG')";

const shown = (page: Page, part: string) => page.locator(`py-ocr:not([hidden]) ${part}`);
const pick = (page: Page, name: string): Promise<void> =>
  page.locator(".item", { hasText: name }).first().click();

test("doubtful words, tables, a page on its side, and how large it is shown", async ({ page, site }) => {
  await page.goto(`${site.url}?backend=wasm`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  await (
    await chooser
  ).setFiles([
    { name: "blurred.png", mimeType: "", buffer: drawn(BLURRED) },
    { name: "table.png", mimeType: "", buffer: drawn(TABLE) },
    { name: "sideways.png", mimeType: "", buffer: drawn(SIDEWAYS) },
  ]);
  await expect(page.locator(".item-status")).toHaveText([/lines in/, /lines in/, /lines in/], READING);

  // Tab goes from doubtful word to doubtful word, Shift+Tab back.
  const field = page.getByRole("textbox", { name: /^Correct the word/u });
  await pick(page, "blurred.png");
  await page.getByRole("button", { name: "Next doubtful word" }).click();
  await expect(field).toBeFocused();
  const first = (await field.getAttribute("aria-label"))!;
  await page.keyboard.press("Tab");
  await expect(field).toBeFocused();
  await expect(field).not.toHaveAttribute("aria-label", first);
  await page.keyboard.press("Shift+Tab");
  await expect(field).toHaveAttribute("aria-label", first);
  await page.keyboard.press("Escape");
  await expect(shown(page, ".summary")).not.toContainText("correction");
  // Wherever the page is, the word that is gone to is seen.
  const wide = page.viewportSize()!;
  await page.setViewportSize({ width: 390, height: 640 });
  await page.evaluate(() => scrollTo(0, 0));
  await page.getByRole("button", { name: "Next doubtful word" }).press("Enter");
  await expect(field).toBeInViewport({ ratio: 1 });
  await page.keyboard.press("Escape");
  await page.setViewportSize(wide);

  await pick(page, "table.png");
  await page.getByRole("button", { name: "Copy table" }).click();
  const rows = ["Pencils, HB\t12\t0.45\t5.40", "Delivery\t\t\t4.90", "Total\t\t\t23.10"];
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(rows.join("\n"));

  // The picture is as high as it is wide in the file, and stands upright here.
  await pick(page, "sideways.png");
  await expect(shown(page, ".line").first()).toHaveText("Quarterly report");
  const sheet = shown(page, ".sheet");
  const { width, height } = (await sheet.boundingBox())!;
  expect(width).toBeGreaterThan(height);
  const viewport = (await shown(page, ".viewport").boundingBox())!;
  await shown(page, "button[aria-label='Actual size']").click();
  await expect(shown(page, ".zoom-percent")).toHaveText("100%");
  await shown(page, "button[aria-label='Fit the width']").click();
  expect(Math.abs((await sheet.boundingBox())!.width - viewport.width)).toBeLessThan(20);

  // The language comes first in the settings, what is technical last and folded away.
  await page.getByRole("button", { name: "Settings" }).click();
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await expect(dialog.locator("label").first()).toHaveText("Language");
  await expect(dialog.getByLabel("Backend")).toBeHidden();
  await dialog.getByText("Advanced").click();
  await expect(dialog.getByLabel("Backend")).toBeVisible();
  await page.keyboard.press("Escape");

  // An address is none of this page's business, which is said, and put away.
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "https://example.org/a.png");
    document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, clipboardData }));
  });
  await expect(page.getByText("An address cannot be opened here")).toBeVisible();
  await page.locator("#notice").getByRole("button", { name: "Close" }).click();
  await expect(page.locator("#notice")).toBeHidden();
});
