/** Results are taken away in every form, by the page's own buttons; a scanned document comes out searchable. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { type Locator, type Page, expect } from "@playwright/test";

import { PYTHON, fixture, fromRoot } from "./paths.js";
import { test } from "./test.js";

const PAGES = 20;
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

test("a scanned PDF of twenty pages comes out of the page as it does natively, byte for byte", async ({
  page,
  site,
}) => {
  test.setTimeout(480_000);
  const folder = mkdtempSync(join(tmpdir(), "py-ocr-scan-"));
  try {
    const options = { cwd: fromRoot(), maxBuffer: 2 ** 28 };
    const scan = join(folder, "scan.pdf");
    const source = execFileSync(
      PYTHON,
      ["-m", "tests.e2e.documents_natively", "scan", String(PAGES), scan],
      options,
    );
    expect(source.toString()).toBe("");
    await open(page, site.url, { name: "scan.pdf", buffer: readFileSync(scan) });
    await expect(page.locator(".item-status")).toHaveText(new RegExp(`^${PAGES} pages`), READING);
    const made = await download(
      page,
      shown(page).getByRole("button", { name: "Download" }),
      "Searchable PDF",
    );
    expect(made.name).toBe("scan.searchable.pdf");
    execFileSync(PYTHON, ["-m", "py_ocr", scan, "--format", "pdf", "--out", folder, "--quiet"], options);
    expect(made.data.equals(readFileSync(join(folder, "scan.pdf.pdf")))).toBe(true);
    expect(made.data.length).toBeGreaterThan(readFileSync(scan).length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

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
  page.context().on("request", (request) => asked.push(request.url()));
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
  const { name, data } = await download(page, page.getByRole("button", { name: "All as ZIP" }), "Text");
  expect(name).toBe("py-ocr-results.zip");
  const list =
    "import io,json,sys,zipfile; z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))";
  const files = JSON.parse(execFileSync(PYTHON, ["-c", list], { input: data }).toString()) as object;
  const text = "Hello world\nInvoice 2026\n";
  expect(files).toEqual({ "a.txt": text, "b.txt": text });
});

test("an encrypted PDF asks for its password in the page, and comes out searchable", async ({
  page,
  site,
}) => {
  const draw =
    "import io, sys, pikepdf; from measure.scans import scanned_pdf; out = io.BytesIO(); " +
    "pikepdf.open(io.BytesIO(scanned_pdf(1))).save(out, encryption=pikepdf.Encryption(owner='o', user='secret')); " +
    "sys.stdout.buffer.write(out.getvalue())";
  const buffer = execFileSync(PYTHON, ["-c", draw], { cwd: fromRoot(), maxBuffer: 2 ** 28 });
  await page.goto(`${site.url}?backend=wasm`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  await (await chooser).setFiles({ name: "locked.pdf", mimeType: "application/pdf", buffer });
  const field = page.getByLabel("Password of the PDF");
  for (const password of ["wrong", "secret"]) {
    await expect(field).toBeVisible(READING);
    await field.fill(password);
    await field.press("Enter");
  }
  await expect(page.locator(".item-status")).toHaveText(/^1 page/, READING);
  await expect(field).toBeHidden();
  const made = await download(page, shown(page).getByRole("button", { name: "Download" }), "Searchable PDF");
  const read =
    "import sys, pypdfium2; print(pypdfium2.PdfDocument(sys.stdin.buffer.read())[0].get_textpage().get_text_range())";
  expect(execFileSync(PYTHON, ["-c", read], { input: made.data }).toString()).toMatch(/^Report, page 1/);
});
