/** Scans through the page, as a visitor has them: dropped, read, taken away by its own button. One page for all. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { PYTHON, fromRoot } from "./paths.js";
import { scannedPdf } from "./pdf-of.js";
import { expect, test, watch } from "./test.js";

const READING = { timeout: 240_000 };
const PAGES = 20;
const MANY = 1_000;

function python(...words: string[]): string {
  return execFileSync(PYTHON, words, { cwd: fromRoot(), maxBuffer: 2 ** 28 }).toString();
}

/** What another program says, or undefined where it is not installed. */
function heard(program: string, ...words: string[]): string | undefined {
  const { error, status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (error) return undefined;
  expect(stderr, `${program} ended with ${status}`).toBe("");
  return stdout;
}

/** Drop a file on the page. */
async function drop(page: Page, name: string, content: Buffer): Promise<void> {
  await page.evaluate(
    ({ name, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name));
      const options = { bubbles: true, cancelable: true, dataTransfer: data };
      document.body.dispatchEvent(new DragEvent("drop", options));
    },
    { name, base64: content.toString("base64") },
  );
}

test.describe.configure({ mode: "serial" });

test.describe("dropped on the page", () => {
  let page: Page;
  let folder: string;
  let bad: Record<string, string>;

  const shown = () => page.locator(".document:visible");
  const status = () => page.locator(".item-status").last();

  test.beforeAll(async ({ browser, site }) => {
    folder = mkdtempSync(join(tmpdir(), "py-ocr-documents-"));
    bad = JSON.parse(python("-m", "tests.e2e.documents_natively", "bad")) as typeof bad;
    const context = await browser.newContext();
    watch(context);
    page = await context.newPage();
    await page.goto(`${site.url}?backend=wasm&profile=fast`);
  });

  test.afterAll(async () => {
    await page.context().close();
    rmSync(folder, { recursive: true });
  });

  test.afterEach(async () => {
    const remove = page.getByRole("button", { name: /^Remove .+\.(?:pdf|zip)$/u });
    for (let left = await remove.count(); left > 0; left -= 1) {
      await remove.first().click();
      await expect(remove).toHaveCount(left - 1);
    }
    await expect(page.locator(".item")).toHaveCount(0);
  });

  test("a scanned PDF becomes the searchable one that the command makes, and other programs read it", async () => {
    const scan = join(folder, "scan.pdf");
    python("-m", "tests.e2e.documents_natively", "askew", String(PAGES), scan);
    await drop(page, "scan.pdf", readFileSync(scan));
    await expect(status()).toHaveText(/^20 pages, 180 lines/, READING);

    const take = async (form: string): Promise<Buffer> => {
      const coming = page.waitForEvent("download");
      await shown().getByRole("button", { name: "Download" }).click();
      await page.getByRole("menuitem", { name: form, exact: true }).click();
      return readFileSync(await (await coming).path());
    };
    const here = await take("Searchable PDF");
    const json = JSON.parse((await take("JSON with every detail")).toString()) as {
      pages: { page: { text: string } }[];
    };
    python(
      ...["-m", "py_ocr", "--quiet", "--profile", "fast", "--format", "pdf"],
      ...["--out", join(folder, "native"), scan],
    );
    const there = readFileSync(join(folder, "native", "scan.pdf.pdf"));
    expect(here.equals(there), "the same bytes").toBe(true);

    const before = readFileSync(scan);
    expect(here.subarray(0, before.length).equals(before), "what came is kept").toBe(true);
    expect(here.length).toBeLessThan(before.length * 1.05);
    const made = join(folder, "made.pdf");
    writeFileSync(made, here);
    const texts = heard("pdftotext", "-raw", made, "-");
    const words = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== "");
    const expected = json.pages.map(({ page }) => words(page.text));
    expect(expected).toHaveLength(PAGES);
    if (texts !== undefined) expect(texts.split("\f").slice(0, PAGES).map(words)).toEqual(expected);
    expect(heard("qpdf", "--check", made) ?? "No syntax").toContain("No syntax");
  });

  const REFUSED: readonly (readonly [name: string, says: RegExp])[] = [
    ["without.pdf", /The PDF has no pages/],
    ["large.zip", /unpacks to more than 512 MB/],
    ["liar.zip", /The archive is damaged/],
  ];
  for (const [name, says] of REFUSED) {
    test(`${name} is refused in clear words, at once`, async () => {
      await drop(page, name, Buffer.from(bad[name]!, "base64"));
      await expect(shown()).toContainText(says);
    });
  }

  test("a damaged PDF says so, and one that is cut off is read as far as it goes or says so", async () => {
    const whole = scannedPdf(2);
    await drop(page, "broken.pdf", Buffer.from("%PDF-1.7\nnothing of a PDF"));
    await expect(status()).toHaveText("Could not be read");
    await expect(shown()).toContainText("The PDF is damaged");
    await drop(page, "cut.pdf", whole.subarray(0, whole.length - 40));
    await expect(status()).toHaveText(/^2 pages|Could not be read/, READING);
  });

  test("a thousand pages are read one after the other, until somebody has enough", async () => {
    await drop(page, "thousand.pdf", scannedPdf(MANY));
    await drop(page, "other.pdf", scannedPdf(MANY));
    await expect(page.locator(".item-status").first()).toHaveText(/^Page ([3-9]|\d\d) of 1,?000/, READING);
    await page.getByRole("button", { name: "Stop all" }).click();
    await expect(page.locator(".item-status")).toHaveText(["Cancelled", "Cancelled"]);
    // What was read is kept, and the next one is read.
    await expect(shown().locator("py-ocr .line")).toHaveText(["Hello world", "Invoice 2026"]);
    await drop(page, "one.pdf", scannedPdf());
    await expect(status()).toHaveText(/^1 page, 2 lines/, READING);
  });
});
