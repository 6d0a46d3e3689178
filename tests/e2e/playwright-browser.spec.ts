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
});
