/** Correcting, finding and looking, with mouse, keyboard and fingers. */

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import type { CorrectedPage } from "../../web/src/element/corrections.js";
import { fixture } from "./paths.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };

async function read(page: Page, url: string, name = "note.png"): Promise<void> {
  await page.goto(`${url}?backend=wasm`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  await (await chooser).setFiles({ name, mimeType: "", buffer: fixture(name) });
  await expect(page.locator(".item-status")).toHaveText([/line/], READING);
  // The lines of the whole have taken the place of those that came first.
  await expect(page.locator("py-ocr").getByRole("button", { name: "Download" })).toBeEnabled();
}

test("a word is corrected by double click, taken back and done again, and the JSON keeps both", async ({
  page,
  site,
}) => {
  await read(page, site.url);
  const line = page.locator("py-ocr .line").first();
  const box = (await line.boundingBox())!;
  await page.mouse.dblclick(box.x + box.width - 8, box.y + box.height / 2);
  await expect(page.getByRole("textbox", { name: "Correct the word “world”" })).toBeFocused();
  await page.keyboard.type("there");
  await page.keyboard.press("Enter");
  await expect(line).toHaveText("Hello there");
  await expect(line).toBeFocused();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(line).toHaveText("Hello world");
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(line).toHaveText("Hello there");
  await expect(page.locator("py-ocr .text-layer span").nth(1)).toHaveText("there");

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: "JSON" }).click();
  const json = JSON.parse(await readFile(await (await download).path(), "utf8")) as CorrectedPage;
  expect(json.text).toContain("Hello there");
  expect(json.corrections).toEqual([{ line: 0, read: "Hello world", text: "Hello there" }]);
});

test("pointing at the picture never moves the page, in a narrow window either", async ({ page, site }) => {
  await page.setViewportSize({ width: 720, height: 450 });
  await read(page, site.url, "letter.png");
  await page.evaluate(() => scrollTo(0, 60));
  const before = await page.evaluate(() => scrollY);
  const spans = page.locator("py-ocr .text-layer span");
  for (const index of [0, 3, 6]) {
    const box = (await spans.nth(index).boundingBox())!;
    await page.mouse.move(box.x + 3, box.y + 3);
    await expect(page.locator("py-ocr polygon.active")).toHaveCount(1);
  }
  expect(await page.evaluate(() => scrollY)).toBe(before);
});

test("what is looked for is marked in the picture, and the arrows go from hit to hit", async ({
  page,
  site,
}) => {
  await read(page, site.url, "letter.png");
  await page.getByRole("searchbox").fill("THE");
  await expect(page.getByText(/^1 of [2-9]/)).toBeVisible();
  expect(await page.locator("py-ocr polygon.hit").count()).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Next hit" }).click();
  await expect(page.getByText(/^2 of/)).toBeVisible();
});

test("the keyboard copies the focused line, and Ctrl+A takes the text alone", async ({
  page,
  site,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await read(page, site.url);
  await page.locator("py-ocr .line").nth(1).focus();
  await page.keyboard.press("ControlOrMeta+c");
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("Invoice 2026");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+c");
  const words = (await page.evaluate(() => navigator.clipboard.readText())).split(/\s+/u).filter(Boolean);
  expect(words).toEqual(["Hello", "world", "Invoice", "2026"]);
});

test("the view zooms about the pointer, is dragged, turned and stripped of its boxes", async ({
  page,
  site,
}) => {
  await read(page, site.url, "letter.png");
  const percent = page.locator("py-ocr .zoom-percent");
  const fitting = await percent.textContent();
  const viewport = page.getByRole("region", { name: "Image", exact: true });
  const box = (await viewport.boundingBox())!;
  await page.mouse.dblclick(box.x + 12, box.y + 12);
  await expect(percent).not.toHaveText(fitting!);
  const scrolled = (): Promise<number> => viewport.evaluate((each) => each.scrollTop + each.scrollLeft);
  const before = await scrolled();
  await page.mouse.move(box.x + box.width - 20, box.y + box.height - 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 160, box.y + box.height - 160, { steps: 4 });
  await page.mouse.up();
  expect(await scrolled()).toBeGreaterThan(before);
  await viewport.press("0");
  await expect(percent).toHaveText(fitting!);
  const sheet = page.locator("py-ocr .sheet");
  const upright = (await sheet.boundingBox())!;
  await page.getByRole("button", { name: "Turn right" }).click();
  const turned = (await sheet.boundingBox())!;
  expect(upright.width > upright.height).toBe(turned.width < turned.height);
  await page.getByRole("button", { name: "Boxes" }).click();
  await expect(page.locator("py-ocr polygon").first()).toBeHidden();
});

test("what cannot be an image is refused before anything of the engine is fetched", async ({
  page,
  site,
}) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(site.url);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["<svg xmlns='http://www.w3.org/2000/svg'/>"], "drawing.svg"));
    data.items.add(new File([], "empty.png"));
    document.body.dispatchEvent(
      new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }),
    );
  });
  await expect(page.locator(".item-status")).toHaveText(["Could not be read", "Could not be read"]);
  expect(fetched.length).toBeGreaterThan(0);
  expect(fetched.filter((path) => /\.(?:wasm|onnx|deflate)$/u.test(path))).toEqual([]);
});
