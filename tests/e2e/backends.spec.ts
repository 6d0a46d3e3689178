/** The Backends panel: a visitor measures this device and takes the result away. */

import type { BackendReport } from "../../web/src/client/backend-report.js";
import { expect, test } from "./test.js";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

/** One worker with Python and three models, on a machine that has other work as well. */
const MEASURING = { timeout: 90_000 };

test("the panel measures a backend, says that it is right, and copies the report", async ({ page, site }) => {
  await page.goto(site.url);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.locator("details.advanced > summary").click();
  await page.getByRole("button", { name: "Compare them on this device" }).click();
  const panel = page.getByRole("dialog", { name: "Backends on this device" });
  await panel.getByRole("checkbox", { name: "WebGPU" }).uncheck();
  await panel.getByRole("checkbox", { name: "WebNN" }).uncheck();

  await panel.getByRole("button", { name: "Measure" }).click();
  await expect(panel.getByRole("progressbar", { name: "Progress" })).toBeVisible();
  await expect(panel.getByRole("button", { name: "Cancel" })).toBeFocused();
  const row = panel.getByRole("row", { name: /^WASM/ });
  await expect(row).toContainText("right", MEASURING);
  await expect(panel.getByRole("status")).toHaveText("Measured; right results on WASM");
  await expect(panel.getByRole("button", { name: "Measure" })).toBeFocused();

  await panel.getByRole("button", { name: "Copy as JSON" }).click();
  await expect(panel.getByRole("status")).toHaveText("Copied");
  const report = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as BackendReport;
  expect(report.device.isolated).toBe(true);
  const [wasm, ...others] = report.backends;
  expect(others).toEqual([]);
  expect(wasm?.error).toBeNull();
  expect(wasm?.sessions_ms).toBeGreaterThan(0);
  expect(wasm?.models.map(({ role, difference }) => [role, difference])).toEqual([
    ["detector", null],
    ["recognizer", null],
    ["classifier", null],
    ["sure_recognizer", null],
  ]);
  for (const { times } of wasm?.models ?? []) {
    expect(times).toHaveLength(2);
    for (const { first_ms, best_ms, warm_ms } of times) {
      expect(first_ms).toBeGreaterThan(0);
      expect(warm_ms).toBeGreaterThanOrEqual(best_ms);
    }
  }
});

test("measuring is cancelled at once, and a backend that is not there says why", async ({ page, site }) => {
  await page.goto(site.url);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.locator("details.advanced > summary").click();
  await page.getByRole("button", { name: "Compare them on this device" }).click();
  const panel = page.getByRole("dialog", { name: "Backends on this device" });
  for (const name of ["WebGPU", "WASM"]) await panel.getByRole("checkbox", { name }).uncheck();

  await panel.getByRole("button", { name: "Measure" }).click();
  await panel.getByRole("button", { name: "Cancel" }).click();
  await expect(panel.getByRole("status")).toHaveText("Cancelled");
  await expect(panel.getByRole("button", { name: "Copy as JSON" })).toBeHidden();

  await panel.getByRole("button", { name: "Measure" }).click();
  const row = panel.getByRole("row", { name: /^WebNN/ });
  await expect(row).toContainText("not available: WebNN cannot be used", MEASURING);
});
