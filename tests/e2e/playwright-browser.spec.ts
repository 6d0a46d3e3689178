/** The fixture for other people's tests where there is no Python: the browser that runs the tests reads, too. */

import { pathToFileURL } from "node:url";

import { expect, test } from "../../web/src/playwright/index.js";
import { fromRoot } from "./paths.js";

const address = (name: string): string => pathToFileURL(fromRoot("tests", "pages", name)).href;
const PATIENT = { timeout: 20_000 };

test.use({
  viewport: { width: 700, height: 420 },
  ocrCommand: ["no-such-command"],
  ocrSite: fromRoot("web", "dist"),
  ocrProfile: "fast",
});

test.describe("read by the browser, where there is no Python", () => {
  test("the button of a game is clicked", async ({ page, ocr }) => {
    await page.goto(address("game.html"));
    await expect(page).toContainOcrText("Score 1280", PATIENT);
    await ocr.click(page, "Start game");
    await expect(page.locator("canvas")).toContainOcrText("Level one", PATIENT);
    await expect(page).not.toContainOcrText("Ready", PATIENT);
    expect((await ocr.read(page)).words.map(({ text }) => text)).toContain("Score");
  });

  test("a text of a chart is waited for and found", async ({ page, ocr }) => {
    await page.goto(address("chart.html"));
    await expect(page.locator("canvas")).toContainOcrText("Total 12.00", PATIENT);
    const box = await ocr.locate(page.locator("canvas"), "Total 12.00");
    expect(Math.abs(box.x - 357)).toBeLessThan(6);
    expect(Math.abs(box.y + box.height - 67)).toBeLessThan(7);
  });

  test("a text further down a document is scrolled to and clicked", async ({ page, ocr }) => {
    await page.goto(address("viewer.html"));
    await expect(page).toContainOcrText(/Invoice \d+/, PATIENT);
    await ocr.click(page.locator("canvas").nth(1), "Approve");
    await expect(page).toHaveTitle(/^clicked page 2 at /);
  });

  test("a remote desktop that is shown smaller is operated", async ({ page, ocr }) => {
    await page.goto(address("remote.html"));
    const video = page.locator("video");
    await expect(video).toContainOcrText("Connected", PATIENT);
    await ocr.click(video, "Submit", { exact: true });
    await expect(video).toContainOcrText("thank you", { ignoreCase: true, ...PATIENT });
  });
});
