/** A whole visit with keys alone: no pointer ever touches the page. */

import type { Page } from "@playwright/test";

import { fixture } from "./paths.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };
/** More presses of Tab than there are stops. */
const MOST_STOPS = 60;

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

/** What the focused element, in whatever shadow tree, is called. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (!element) return "";
    const labels = [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent);
    return (element.ariaLabel || labels.join(" ") || element.textContent || "").trim();
  });
}

/** Press Tab until the focus is on what is called so. */
async function tabTo(page: Page, name: string | RegExp, key = "Tab"): Promise<void> {
  const seen: string[] = [];
  for (let press = 0; press < MOST_STOPS; press += 1) {
    await page.keyboard.press(key);
    const here = await focused(page);
    if (typeof name === "string" ? here === name : name.test(here)) return;
    seen.push(here);
  }
  throw new Error(`${String(name)} is not reached; these are: ${seen.join(" | ")}`);
}

const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

test("choose, read, look, correct, undo, find, copy, remove and set, with keys alone", async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}?backend=wasm`);
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, "Choose images");
  await page.keyboard.press("Enter");
  const files = ["romanian.png", "note.png"].map((name) => ({ name, mimeType: "", buffer: fixture(name) }));
  await (await chooser).setFiles(files);
  const statuses = page.locator(".item-status");
  await expect(statuses).toHaveText([/lines? in \d/, /^2 lines/], READING);

  // The list: the arrows go from image to image.
  await expect.poll(() => focused(page)).toContain("romanian.png");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toContain("note.png");
  const shown = page.locator("py-ocr:not([hidden])");
  await expect(shown.locator(".line").first()).toHaveText("Hello world");
  await page.keyboard.press("Home");
  await expect(shown.locator(".line").first()).not.toHaveText("Hello world");

  // The picture: zoomed, fitted, turned, stripped of its boxes.
  await tabTo(page, "Image");
  const percent = shown.locator(".zoom-percent");
  const fitting = (await percent.textContent())!;
  for (const [key, now] of [
    ["+", (text: string) => text !== fitting],
    ["0", (text: string) => text === fitting],
    ["1", (text: string) => text === "100%"],
    ["0", (text: string) => text === fitting],
  ] as const) {
    await page.keyboard.press(key);
    expect(now((await percent.textContent())!)).toBe(true);
  }
  await page.keyboard.press("b");
  await expect(shown.locator("polygon").first()).toBeHidden();
  await page.keyboard.press("b");
  await expect(shown.locator("polygon").first()).toBeVisible();
  await page.keyboard.press("r");
  await page.keyboard.press("r");
  await page.keyboard.press("r");
  await page.keyboard.press("r");
  await tabTo(page, "Zoom in");
  await page.keyboard.press("Enter");
  await expect(percent).not.toHaveText(fitting);

  // The text: copied as a whole, then the doubtful word corrected by what else it may be.
  await tabTo(page, "Copy");
  await page.keyboard.press("Enter");
  const before = await shown.evaluate((reader) => (reader as HTMLElement & { text: string }).text);
  await expect.poll(() => copied(page)).toBe(before);
  await tabTo(page, "Next doubtful word");
  await page.keyboard.press("Enter");
  expect(await focused(page)).toMatch(/^Correct the word/u);
  await expect(shown.locator(".offer").first()).toBeVisible(READING);
  const offered = (await shown.locator(".offer").first().textContent())!;
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(shown.locator(".summary")).toContainText("1 correction");
  const corrected = await shown.evaluate((reader) => (reader as HTMLElement & { text: string }).text);
  expect(corrected).toContain(offered);
  expect(corrected).not.toBe(before);
  await page.keyboard.press("ControlOrMeta+z");
  await expect(shown.locator(".summary")).not.toContainText("correction");

  // A line is corrected by typing; Tab takes it and goes on.
  await page.keyboard.press("Home");
  expect(await focused(page)).toBe(await shown.locator(".line").first().textContent());
  await page.keyboard.press("Enter");
  await page.keyboard.type("Typed");
  await page.keyboard.press("Enter");
  await expect(shown.locator(".line").first()).toHaveText(/Typed/u);
  await page.keyboard.press("ArrowDown");
  const second = await focused(page);
  await page.keyboard.press("ControlOrMeta+c");
  await expect.poll(() => copied(page)).toBe(second);

  // The search.
  await tabTo(page, "Find in the text", "Shift+Tab");
  await page.keyboard.type("Typed");
  await expect(shown.getByText("1 of 1")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(shown.locator("polygon.hit")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(shown.locator("polygon.hit")).toHaveCount(0);

  // The settings, and back.
  await tabTo(page, "Settings", "Shift+Tab");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await tabTo(page, "Language");
  await page.keyboard.press("End");
  await expect(dialog.getByLabel("Language", { exact: true })).not.toHaveValue("");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(await focused(page)).toBe("Settings");

  // Taken out of the list.
  await tabTo(page, /^romanian\.png/u);
  await page.keyboard.press("Delete");
  await expect(statuses).toHaveText([/^2 lines/]);
  expect(await focused(page)).toContain("note.png");
  await page.keyboard.press("Delete");
  await expect(page.getByRole("button", { name: "Choose images" })).toBeFocused();
});
