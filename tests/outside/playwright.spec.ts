/** `py-ocr/playwright` from outside: a project of strangers runs its tests with the installed package. */

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "@playwright/test";

import { launchOptions } from "../e2e/chromium.js";
import { fromRoot } from "../e2e/paths.js";
import { snippets } from "./readme.js";
import { test } from "./packed.js";

test.setTimeout(300_000);

const GAME = pathToFileURL(fromRoot("tests", "pages", "game.html")).href;

const SPEC = `
import { test, expect } from "py-ocr/playwright";

test("that passes", async ({ page, ocr }) => {
  await page.goto(${JSON.stringify(GAME)});
  await expect(page.locator("canvas")).toContainOcrText("Score 1280");
  await ocr.click(page, "Start game");
  await expect(page).toContainOcrText("Level one");
});

test("that fails", async ({ page }) => {
  await page.goto(${JSON.stringify(GAME)});
  await expect(page).toContainOcrText("Game over", { timeout: 0 });
});
`;

const CHECKOUT = `
test.beforeEach(({ page }) => page.setContent(\`<canvas width="500" height="200"></canvas><script>
  const pen = document.querySelector("canvas").getContext("2d");
  pen.font = "24px sans-serif";
  pen.fillText("Total 12.00", 30, 60);
  pen.fillText("Submit", 30, 150);
  document.addEventListener("click", ({ clientY }) => (document.title = clientY > 120 ? "sent" : "missed"));
</script>\`));
test.afterEach(({ page }) => expect(page).toHaveTitle("sent"));
`;

test("a test run reads with the engine of the package, and is type-checked", async ({ installed }) => {
  const folder = join(installed.folder, "examples", "tests");
  mkdirSync(folder);
  writeFileSync(join(folder, "game.spec.ts"), SPEC);
  // README's own, to which only the page is added that it is about.
  const [snippet] = snippets("ts").filter((text) => text.includes("py-ocr/playwright"));
  expect(String(snippet).trim().split("\n").length).toBeLessThanOrEqual(5);
  writeFileSync(join(folder, "readme.spec.ts"), String(snippet) + CHECKOUT);
  const use = { launchOptions: launchOptions(), ocrProfile: "fast", ocrEngine: "browser" };
  const config = { timeout: 120_000, expect: { timeout: 20_000 }, reporter: "json", use };
  writeFileSync(join(folder, "playwright.config.ts"), `export default ${JSON.stringify(config)};\n`);
  const cwd = join(installed.folder, "examples");
  // What this run has told its own workers is nothing to that one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:TEST_|PW_|PLAYWRIGHT_)/.test(name)),
  );
  const { status, stdout } = spawnSync("npx", ["--no-install", "playwright", "test", "-c", "tests"], {
    cwd,
    env,
    encoding: "utf8",
  });
  const { stats } = JSON.parse(stdout) as { stats: { expected: number; unexpected: number } };
  expect({ status, expected: stats.expected, unexpected: stats.unexpected }, stdout.slice(0, 4000)).toEqual({
    status: 1,
    expected: 2,
    unexpected: 1,
  });
  expect(stdout).toContain("| Score 1280");
  expect(stdout).toContain("image/svg+xml");
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];
  installed.inExamples(
    "npx",
    "tsc",
    ...options,
    "--ignoreConfig",
    "tests/game.spec.ts",
    "tests/readme.spec.ts",
  );
});
