/** Firefox as it is shipped, by WebDriver BiDi. */

import { rmSync } from "node:fs";

import puppeteer from "puppeteer-core";

import type { Driver } from "./driver.js";

/** The checks have limits of their own, below this. */
const PROTOCOL_MS = 600_000;

export async function startFirefox(executablePath: string): Promise<Driver> {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    protocolTimeout: PROTOCOL_MS,
    // Firefox looks for updates and for a network by itself.
    extraPrefsFirefox: {
      "network.captive-portal-service.enabled": false,
      "app.update.disabledForTesting": true,
    },
  });
  const page = await browser.newPage();
  const version = await browser.version();
  const pid = browser.process()?.pid;
  return {
    version: version.replace("/", " ").replace(/^firefox/, "Firefox"),
    open: async (url) => {
      await page.goto(url);
    },
    evaluate: (run, argument) => page.evaluate(run as never, argument) as Promise<never>,
    close: async () => {
      const profile = browser
        .process()
        ?.spawnargs.find((_, at, all) => /^--?profile$/.test(all[at - 1] ?? ""));
      const closed = browser.close().catch(() => undefined);
      const timer = new Promise((resolve) => setTimeout(resolve, 10_000));
      await Promise.race([closed, timer]);
      // A browser that hangs does not close: its group of processes does.
      if (pid !== undefined && browser.process()?.exitCode === null) process.kill(-pid, "SIGKILL");
      if (profile !== undefined) rmSync(profile, { recursive: true, force: true });
    },
  };
}
