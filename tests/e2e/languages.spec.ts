/** The page speaks the visitor's language, from right to left where that is read so. */

import { fixture } from "./paths.js";
import { expect, test } from "./test.js";

test.use({ locale: "ar-EG" });

test("the browser's language is spoken, and another one can be chosen", async ({ page, site }) => {
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(`${site.url}?backend=wasm`);
  await expect(page.locator("html")).toHaveAttribute("lang", "ar");
  await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "اختيار صور" }).click();
  await (await chooser).setFiles({ name: "note.png", mimeType: "", buffer: fixture("note.png") });
  await expect(page.locator(".item-status")).toHaveText([/^سطران/], { timeout: 90_000 });
  await expect(page.locator("py-ocr .line").first()).toHaveText("Hello world");

  await page.locator("#open-settings").click();
  await page.locator("select[name=words]").selectOption("de");
  await expect(page.getByRole("button", { name: "Einstellungen" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("dir", "ltr");
  // What was read is kept, and said in the new language.
  await expect(page.locator(".item-status")).toHaveText([/^2 Zeilen/]);
  expect(complaints).toEqual([]);
});
