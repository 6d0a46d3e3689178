/** Several images at once: how far they are, what went wrong, and what can be done with all of them. */

import type { Page } from "@playwright/test";

import { fixture } from "./paths.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };

async function choose(page: Page, files: { name: string; buffer: Buffer }[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.locator("#choose, #add").filter({ visible: true }).click();
  await (await chooser).setFiles(files.map((file) => ({ ...file, mimeType: "" })));
}

const files = (...names: string[]) => names.map((name) => ({ name, buffer: fixture(name) }));
const statuses = (page: Page) => page.locator(".item-status");

test("a batch tells how far it is and how long it takes, is stopped, and read after all", async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}?backend=wasm`);
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const progress = document.querySelector("#progress")!;
    new MutationObserver(() => said.push(`${document.title}: ${progress.textContent}`)).observe(progress, {
      childList: true,
    });
  });
  await choose(page, files("note.png", "word.png", "letter.png", "blank.png"));
  // Said once for all, in a live region, also of images that are not shown.
  await expect(page.getByRole("status").filter({ hasText: "files read" })).toHaveCount(1);
  await expect(page.locator("#progress")).toHaveText(/^[1-3] of 4 files read, about .+ left$/u, READING);
  await page.getByRole("button", { name: "Stop all" }).click();
  await expect(page.locator(".item-status").filter({ hasText: "Cancelled" }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Stop all" })).toBeDisabled();
  await expect(page).toHaveTitle("py-ocr: read the text in images");
  await page.getByRole("button", { name: "Try failed again" }).click();
  await expect(statuses(page)).toHaveText([/^2 lines/, /^1 line/, /lines in \d/, "No text found"], READING);
  await expect(page.locator("#progress")).toHaveText("4 of 4 files read");
  const said = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
  expect(said.join("\n")).toMatch(/^Reading \d of 4: /mu);

  // Reading again what failed for a reason that is gone.
  await page.getByRole("button", { name: "Remove all" }).click();
  await expect(page.getByRole("button", { name: "Choose images" })).toBeFocused();
  await page.reload();
  await expect(page.locator(".item")).toHaveCount(0);
});

test("one is picked with the arrows, one taken away with the pointer, what is left stays as it is", async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}?backend=wasm`);
  // None of them needs the engine: they are refused.
  const bad = ["a.txt", "b.txt", "c.txt"].map((name) => ({ name, buffer: Buffer.from("just words") }));
  await choose(page, bad);
  await expect(statuses(page)).toHaveText(["Could not be read", "Could not be read", "Could not be read"]);
  const rows = page.locator(".item");
  await rows.first().focus();
  for (const [key, index] of [
    ["ArrowDown", 1],
    ["ArrowRight", 2],
    ["ArrowUp", 1],
    ["End", 2],
    ["Home", 0],
  ] as const) {
    await page.keyboard.press(key);
    await expect(rows.nth(index)).toBeFocused();
    await expect(rows.nth(index)).toHaveAttribute("aria-current", "true");
  }
  await rows.nth(1).hover();
  await page.getByRole("button", { name: "Remove b.txt" }).click();
  await expect(rows).toHaveText([/^a\.txt/u, /^c\.txt/u]);
  await expect(rows.nth(1)).toBeFocused();
});

test("a folder that is dropped gives its files, however deep they lie", async ({ page, site }) => {
  await page.goto(site.url);
  await page.evaluate(() => {
    const file = (name: string): object => ({
      isFile: true,
      isDirectory: false,
      name,
      file: (done: (file: File) => void) => done(new File(["just words"], name)),
    });
    const folder = (name: string, children: object[]): object => ({
      isFile: false,
      isDirectory: true,
      name,
      createReader: () => ({
        readEntries: (done: (entries: object[]) => void) => done(children.splice(0, 1)),
      }),
    });
    const entry = folder("scans", [file("1.txt"), folder("more", [file("2.txt")]), file(".DS_Store")]);
    const event = new DragEvent("drop", {
      bubbles: true,
      cancelable: true,
      dataTransfer: new DataTransfer(),
    });
    // A folder cannot be dropped from a script: what the browser gives for one stands in its place.
    Object.defineProperty(event, "dataTransfer", {
      value: { types: ["Files"], files: [new File([], "scans")], items: [{ webkitGetAsEntry: () => entry }] },
    });
    document.body.dispatchEvent(event);
  });
  await expect(page.locator(".item-name")).toHaveText(["1.txt", "2.txt"]);
});
