/** The fixture for other people's tests, on pages that are drawn: by a process of Python's. */

import { pathToFileURL } from "node:url";

import { expect, test } from "../../web/src/playwright/index.js";
import { fromRoot } from "./paths.js";

const address = (name: string): string => pathToFileURL(fromRoot("tests", "pages", name)).href;
const NATIVE = [fromRoot(".venv", "bin", "python"), "-m", "py_ocr"];
/** A full cold start and then a reading may come before a test's first answer. */
const PATIENT = { timeout: 20_000 };

test.use({ viewport: { width: 700, height: 420 } });

test.use({ ocrEngine: "native", ocrCommand: NATIVE, ocrProfile: "fast" });

test.describe("read by Python", () => {
  for (const deviceScaleFactor of [1, 2, 3]) {
    test.describe(`at scale ${deviceScaleFactor}`, () => {
      test.use({ deviceScaleFactor });

      test("a text of a chart is waited for and found", async ({ page, ocr }) => {
        await page.goto(address("chart.html"));
        const canvas = page.locator("canvas");
        await expect(canvas).toContainOcrText("Total 12.00", PATIENT);
        const box = await ocr.locate(canvas, "Total 12.00");
        // It is drawn from x 330, its foot at y 40, inside a border of 3 and a margin of 24.
        expect(Math.abs(box.x - 357)).toBeLessThan(6);
        expect(Math.abs(box.y + box.height - 67)).toBeLessThan(7);
        // How wide that is, the fonts of the machine decide.
        const drawn = await canvas.evaluate(
          (each) => (each as HTMLCanvasElement).getContext("2d")!.measureText("Total 12.00").width,
        );
        expect(Math.abs(box.width - drawn)).toBeLessThan(11);
      });
    });
  }

  test("a text further down a document is scrolled to and clicked", async ({ page, ocr }) => {
    await page.goto(address("viewer.html"));
    await expect(page).toContainOcrText(/Invoice \d+/);
    await ocr.click(page.locator("canvas").nth(1), "Approve");
    await expect(page).toHaveTitle(/^clicked page 2 at (?:[67]\d|8\d|9\d), 31\d$/);
  });

  test("a remote desktop that is shown smaller is operated", async ({ page, ocr }) => {
    await page.goto(address("remote.html"));
    const video = page.locator("video");
    await expect(video).toContainOcrText("Connected", PATIENT);
    await ocr.click(video, "Submit", { exact: true });
    await expect(video).toContainOcrText("thank you", { ignoreCase: true, ...PATIENT });
  });

  test("two places are an error that shows both, and its picture is attached", async ({
    page,
    ocr,
  }, info) => {
    await page.goto(address("remote.html"));
    await expect(page).toContainOcrText("Submit", PATIENT);
    const located = ocr.locate(page, /Submit|Cancel/, { timeout: 0 });
    await expect(located).rejects.toThrow(/2 places have .*1\. "Submit".*2\. "Cancel"/s);
    const [picture] = info.attachments.filter(({ name }) => name === "ocr");
    expect(picture?.contentType).toBe("image/svg+xml");
    expect(picture?.body?.toString().match(/<rect /g)).toHaveLength(2);
  });

  test("a failure has the last reading", async ({ page }) => {
    await page.goto(address("game.html"));
    const failing = expect(page).toContainOcrText("Game over", { timeout: 0 });
    await expect(failing).rejects.toThrow(/should contain "Game over".*\| Score 1280/s);
  });
});
