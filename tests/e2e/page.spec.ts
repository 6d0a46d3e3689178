/** The page as a person uses it: files come in every way, nothing is lost, the keyboard is enough. */

import { readFile } from "node:fs/promises";

import type { Locator, Page } from "@playwright/test";

import type { OcrPage } from "../../web/src/shared/types.js";
import { fixture } from "./paths.js";
import { expect, test } from "./test.js";

/** The words of a text: where its paragraphs end is not what these tests are about. */
const words = (text: string): string[] => text.split(/\s+/u).filter(Boolean);
const NOTE = ["Hello", "world", "Invoice", "2026"];
const WASM = "?backend=wasm";
/** Start the engine and read a few small images, on a machine that has other work as well. */
const READING = { timeout: 90_000 };

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

/** Where the status of each image is told, in the order of the list. */
const statuses = (page: Page): Locator => page.locator(".item-status");
const shownReader = (page: Page): Locator => page.locator("py-ocr:not([hidden])");

async function choose(page: Page, button: string, ...names: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button }).click();
  const files = names.map((name) => ({ name, mimeType: "", buffer: fixture(name) }));
  await (await chooser).setFiles(files);
}

/** Hand files to the page as the browser does on a drop or a paste. */
async function hand(page: Page, how: "drop" | "paste", name: string, content: Buffer): Promise<void> {
  await page.evaluate(
    ([how, name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name));
      const options = { bubbles: true, cancelable: true };
      const event =
        how === "drop"
          ? new DragEvent("drop", { ...options, dataTransfer: data })
          : new ClipboardEvent("paste", { ...options, clipboardData: data });
      document.body.dispatchEvent(event);
    },
    [how, name, content.toString("base64")] as const,
  );
}

test("images that are chosen, dropped and pasted are read in turn, and every result stays", async ({
  page,
  site,
}) => {
  await page.goto(site.url + WASM);
  await choose(page, "Choose images", "note.png", "blank.png");
  await hand(page, "drop", "not an image.png", Buffer.from("just words"));
  await hand(page, "paste", "image.png", fixture("note.tiff"));
  await expect(statuses(page)).toHaveText(
    [/^2 lines/, "No text found", "Could not be read", /^2 lines/],
    READING,
  );

  const reader = shownReader(page);
  await page.locator(".item").first().click();
  await expect(reader.locator(".row")).toHaveText([/^Hello world/, /^Invoice 2026/]);
  await reader.getByRole("button", { name: "Copy" }).click();
  expect(words(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(NOTE);
  const download = page.waitForEvent("download");
  await reader.getByRole("button", { name: "Download" }).click();
  await reader.getByRole("menuitem", { name: "JSON" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("note.json");
  const json = JSON.parse(await readFile(await saved.path(), "utf8")) as OcrPage;
  expect(json.schema).toBe(1);
  expect(words(json.text)).toEqual(NOTE);

  await page.getByRole("button", { name: "not an image.png" }).first().click();
  await expect(reader.getByRole("button", { name: "Choose another image" })).toBeVisible();
  await expect(reader.locator(".notice-text")).not.toBeEmpty();

  await page
    .getByRole("button", { name: /^Remove/ })
    .nth(2)
    .click({ force: true });
  await expect(statuses(page)).toHaveText([/^2 lines/, "No text found", /^2 lines/], READING);
});

test("an image that the browser cannot draw is shown as it was decoded, and upright", async ({
  page,
  site,
}) => {
  const names = ["note.tiff", "note.jp2", "note.ppm", "note-exif-6.jpg"];
  await page.goto(site.url + WASM);
  await choose(page, "Choose images", ...names);
  await expect(statuses(page)).toHaveText([/^2 lines/, /^2 lines/, /^2 lines/, /^2 lines/], READING);
  for (const name of names) {
    await page.getByRole("button", { name }).first().click();
    const picture = shownReader(page).locator("[part=image]");
    await expect(picture).toBeVisible();
    await expect(shownReader(page).locator(".paper, .absent:not([hidden])")).toHaveCount(0);
    const { width, height } = (await picture.boundingBox())!;
    expect(width / height).toBeCloseTo(230 / 200, 1);
    // The picture itself, not the boxes over it: ink where the text was read, paper beside it.
    const ink = await picture.evaluate((each: HTMLImageElement | HTMLCanvasElement) => {
      const copy = new OffscreenCanvas(230, 200);
      const pen = copy.getContext("2d")!;
      pen.drawImage(each, 0, 0, 230, 200);
      const { data } = pen.getImageData(0, 0, 230, 200);
      return data.filter((value, index) => index % 4 === 0 && value < 128).length;
    });
    expect(ink).toBeGreaterThan(500);
    expect(ink).toBeLessThan(10_000);
  }
  await page.reload();
  await page.getByRole("button", { name: "note.tiff" }).first().click();
  await expect(shownReader(page).locator("canvas[part=image]")).toBeVisible(READING);
});

test("text is selected and copied on the image itself, row by row", async ({ page, site }) => {
  await page.goto(site.url + WASM);
  await choose(page, "Choose images", "note.png");
  await expect(statuses(page)).toHaveText([/^2 lines/], READING);
  const spans = page.locator("py-ocr .text-layer span");
  await expect(spans).toHaveText(NOTE);
  const first = (await spans.first().boundingBox())!;
  const last = (await spans.last().boundingBox())!;
  await page.mouse.move(first.x + 1, first.y + first.height / 2);
  await page.mouse.down();
  await page.mouse.move(last.x + last.width - 1, last.y + last.height / 2, { steps: 8 });
  await page.mouse.up();
  await page.keyboard.press("ControlOrMeta+c");
  expect((await page.evaluate(() => navigator.clipboard.readText())).trim()).toBe(
    "Hello world\nInvoice 2026",
  );
});

test("a cancelled image is kept and can be read after all, with the keyboard alone", async ({
  page,
  site,
}) => {
  await page.goto(site.url + WASM);
  await choose(page, "Choose images", "note.png");
  await page.getByRole("button", { name: "Cancel" }).press("Enter");
  await expect(statuses(page)).toHaveText(["Cancelled"]);
  await expect(page.getByRole("button", { name: "Read it" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(statuses(page)).toHaveText([/^2 lines/], READING);

  await page.locator("py-ocr .line").first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.locator("py-ocr .line").nth(1)).toBeFocused();
  await expect(page.locator("py-ocr polygon").nth(1)).toHaveClass(/active/);
});

test("settings outlive the visit, and the address overrules them", async ({ page, site }) => {
  const dialog = page.getByRole("dialog", { name: "Settings" });
  const openSettings = async (): Promise<void> => {
    await page.getByRole("button", { name: "Settings" }).click();
    await dialog.locator("details.advanced").evaluate((details) => details.setAttribute("open", ""));
  };
  await page.goto(site.url);
  await openSettings();
  await dialog.getByLabel("Backend").selectOption("wasm");
  await dialog.getByLabel("Profile", { exact: true }).selectOption("fast");
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.reload();
  await openSettings();
  await expect(dialog.getByLabel("Backend")).toHaveValue("wasm");
  await expect(dialog.getByLabel("Profile", { exact: true })).toHaveValue("fast");
  await page.goto(`${site.url}?backend=webgpu&profile=best`);
  await openSettings();
  await expect(dialog.getByLabel("Backend")).toHaveValue("webgpu");
  await expect(dialog.getByLabel("Profile", { exact: true })).toHaveValue("best");
});

test("the settings offer the languages that the profile's models can write", async ({ page, site }) => {
  const dialog = page.getByRole("dialog", { name: "Settings" });
  const profile = dialog.getByLabel("Profile", { exact: true });
  const language = dialog.getByLabel("Language", { exact: true });
  await page.goto(site.url);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByText("Advanced").click();
  await expect(language.locator("option")).toHaveCount(1 + 46);
  await expect(language.locator("option", { hasText: "Vietnamese" })).toHaveCount(0);
  await language.selectOption("ro");
  await profile.selectOption("best");
  await expect(language).toHaveValue("ro");
  await profile.selectOption("fast");
  await expect(language).toHaveValue("");
  await expect(language.locator("option", { hasText: "Romanian" })).toHaveCount(0);
});

test("without the list of models the settings offer the default, and the list when it can be had", async ({
  page,
  site,
  context,
}) => {
  const unhandled: Error[] = [];
  page.on("pageerror", (error) => unhandled.push(error));
  const models = page.getByRole("dialog", { name: "Settings" }).getByLabel("Profile", { exact: true });
  // The service worker is refused as well: it would have kept the list.
  await context.route("**/models/manifest.json", (route) => route.abort());
  await page.goto(site.url);
  await page.getByRole("button", { name: "Settings" }).click();
  await expect(models.locator("option")).toHaveText(["Default"]);
  await context.unroute("**/models/manifest.json");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Settings" }).click();
  await expect(models.locator("option").first()).toHaveText(/\(default\)$/);
  expect(unhandled).toEqual([]);
});

test("the page fits a narrow screen", async ({ page, site }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await page.goto(site.url);
  await expect(page.getByRole("button", { name: "Choose images" })).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
