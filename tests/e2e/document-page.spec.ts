/** Documents in the page: their progress, their pages, what is locked or damaged, and taking another in its place. */

import type { Page } from "@playwright/test";

import { lockedPdf } from "./locked.js";
import { scannedPdf } from "./pdf-of.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };

async function choose(page: Page, name: string, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.locator("#choose, #add").filter({ visible: true }).click();
  await (await chooser).setFiles({ name, mimeType: "application/pdf", buffer });
}

const status = (page: Page, name: string) =>
  page.locator(".queue li", { hasText: name }).locator(".item-status");

test("a locked PDF asks for its password, says when that is wrong, and is read with the right one", async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}?backend=wasm`);
  await choose(page, "locked.pdf", lockedPdf("open sesame"));
  const field = page.getByLabel("Password of the PDF");
  await expect(page.locator(".notice").getByText("This PDF is locked")).toBeVisible(READING);
  await expect(field).toBeFocused();
  await page.keyboard.type("open barley");
  await page.keyboard.press("Enter");
  await expect(page.getByText("That password does not open it")).toBeVisible();
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("");
  await page.keyboard.type("open sesame");
  await page.keyboard.press("Enter");
  await expect(status(page, "locked.pdf")).toHaveText(/^1 page, 2 lines/u, READING);
  await expect(page.locator("py-ocr:visible .line")).toHaveText(["Hello world", "Invoice 2026"]);
  await expect(field).toBeHidden();

  // What no password helps against: the card says so, and another file takes its place.
  await choose(page, "broken.pdf", Buffer.from("%PDF-1.7\nnothing of a PDF"));
  await page.getByRole("button", { name: /^broken\.pdf/u }).click();
  await expect(page.locator(".notice:visible").getByText("The PDF is damaged.")).toBeVisible(READING);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose another image" }).click();
  await (await chooser).setFiles({ name: "whole.pdf", mimeType: "", buffer: scannedPdf(8) });
  await expect(page.locator(".item-name")).toHaveText(["locked.pdf", "whole.pdf"]);

  // While it is read: which page, how long the rest takes, and a way to stop; then on from there.
  const bar = page.locator(".document-bar:visible");
  await expect(bar).toContainText(/Page [2-7] of 8, about .+ left/u, READING);
  await bar.getByRole("button", { name: "Cancel" }).click();
  await expect(status(page, "whole.pdf")).toHaveText("Cancelled");
  const read = await page.locator(".page[data-state=done]").count();
  expect(read).toBeGreaterThan(0);
  await bar.getByRole("button", { name: "Read it" }).click();
  await expect(status(page, "whole.pdf")).toHaveText(/^8 pages, 16 lines/u, READING);
  await expect(page.locator(".document-bar:visible")).toHaveCount(0);
});
