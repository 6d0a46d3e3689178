/** Chromium, by Playwright: the one that the other tests use. */

import { chromium } from "@playwright/test";

import { launchOptions } from "../e2e/chromium.js";
import type { Driver } from "./driver.js";

export async function startChromium(): Promise<Driver> {
  const browser = await chromium.launch(launchOptions());
  // A context of its own keeps nothing of others, and is closed with the browser.
  const page = await (await browser.newContext()).newPage();
  return {
    version: `Chromium ${browser.version()}`,
    open: async (url) => {
      await page.goto(url);
    },
    evaluate: (run, argument) => page.evaluate(run as never, argument) as Promise<never>,
    close: () => browser.close(),
  };
}
