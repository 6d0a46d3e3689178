/** Results are taken away in every form, by the page's own buttons. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { AxeBuilder } from "@axe-core/playwright";
import { type Locator, type Page, expect } from "@playwright/test";

import { PYTHON, fixture } from "./paths.js";
import { test } from "./test.js";

const READING = { timeout: 240_000 };

async function open(page: Page, url: string, ...files: { name: string; buffer: Buffer }[]): Promise<void> {
  await page.goto(`${url}?backend=wasm`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  await (await chooser).setFiles(files.map((file) => ({ ...file, mimeType: "" })));
  const done = page.locator(".item-status");
  await expect(done).toHaveText(
    files.map(() => /lines/),
    READING,
  );
}

/** Choose a form in a menu, and return the file that comes. */
async function download(page: Page, menu: Locator, form: string): Promise<{ name: string; data: Buffer }> {
  const coming = page.waitForEvent("download");
  await menu.click();
  await page.getByRole("menuitem", { name: form, exact: true }).click();
  const file = await coming;
  return { name: file.suggestedFilename(), data: readFileSync(await file.path()) };
}

const shown = (page: Page): Locator => page.locator("py-ocr:visible");

const FORMS: readonly [string, string, RegExp][] = [
  ["Text", "note.txt", /^Hello world\nInvoice 2026\n$/],
  ["Text with columns and indentation", "note.txt", /^ *Hello world\n+ *Invoice 2026\n$/],
  ["Markdown", "note.md", /Hello world/],
  ["Tables as CSV", "note.csv", /Hello world\r\nInvoice 2026\r\n/],
  ["JSON with every detail", "note.json", /^\{\n {2}"schema": 1,/],
  ["Words and places as TSV", "note.tsv", /\tInvoice\n/],
  ["hOCR", "note.hocr", />Invoice<\/span>/],
  ["ALTO XML", "note.xml", /CONTENT="Invoice"/],
  ["Searchable PDF", "note.pdf", /^%PDF-1[^]*%%EOF\s*$/],
];

test("an image is taken away in every form, with the keyboard alone, and the menu has no flaw", async ({
  page,
  site,
}) => {
  const asked: string[] = [];
  // The service worker keeps it for a time without a network, once a text was read; nothing else asks for it before.
  page.context().on("request", (request) => {
    if (request.serviceWorker() === null) asked.push(request.url());
  });
  await open(page, site.url, { name: "note.png", buffer: fixture("note.png") });
  expect(asked.filter((url) => url.includes("late-wheels/"))).toEqual([]);
  const button = shown(page).getByRole("button", { name: "Download" });
  const items = page.getByRole("menuitem");
  await button.focus();
  await page.keyboard.press("ArrowUp");
  await expect(items.last()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(items.first()).toBeFocused();
  await page.keyboard.press("m");
  await expect(page.getByRole("menuitem", { name: "Markdown" })).toBeFocused();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(items).toHaveCount(0);
  await expect(button).toBeFocused();
  for (const [index, [form, name, content]] of FORMS.entries()) {
    await page.keyboard.press("Enter");
    await expect(items).toHaveCount(FORMS.length);
    await expect(items.first()).toBeFocused();
    const at = await items.allTextContents().then((texts) => texts.indexOf(form));
    for (let step = 0; step < at; step += 1) await page.keyboard.press("ArrowDown");
    const coming = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    const file = await coming;
    expect([index, file.suggestedFilename()]).toEqual([index, name]);
    expect(readFileSync(await file.path(), "latin1")).toMatch(content);
    await expect(button).toBeFocused();
  }
});

test("all results come as an archive with a file for each", async ({ page, site }) => {
  const note = fixture("note.png");
  await open(page, site.url, { name: "a.png", buffer: note }, { name: "b.png", buffer: note });
  const { name, data } = await download(page, page.getByRole("button", { name: "Download all" }), "Text");
  expect(name).toBe("py-ocr-results.zip");
  const list =
    "import io,json,sys,zipfile; z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))";
  const files = JSON.parse(execFileSync(PYTHON, ["-c", list], { input: data }).toString()) as object;
  const text = "Hello world\nInvoice 2026\n";
  expect(files).toEqual({ "a.txt": text, "b.txt": text });
});
