/** The tests that run in Chromium: `npm test` does the set-up first, `npx playwright test` runs them alone. */

import { defineConfig } from "@playwright/test";

import { launchOptions } from "./tests/e2e/chromium.js";

export default defineConfig({
  testDir: "tests",
  // browsers: in three engines. e2e: the site, in Chromium. outside: the packages, as strangers get them.
  testMatch: ["browsers/*.spec.ts", "e2e/*.spec.ts", "outside/*.spec.ts"],
  outputDir: "test-results",
  // The engine uses every core by itself: tests side by side would only slow each other down.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env["CI"]),
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: "list",
  use: { launchOptions: launchOptions(), trace: "off", screenshot: "only-on-failure" },
});
