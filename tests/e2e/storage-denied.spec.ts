/** A browser whose visitor lets no site keep anything: it denies every store, and the page reads all the same. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Page, chromium } from "@playwright/test";

import { launchOptions } from "./chromium.js";
import { fixture } from "./paths.js";
import { expect, test, watch } from "./test.js";

const BLOCK = 2;
const READING = { timeout: 90_000 };

test("where the browser denies every store, images are read, and nothing is thrown", async ({ site }) => {
  test.setTimeout(240_000);
  const profile = mkdtempSync(join(tmpdir(), "py-ocr-denied-"));
  mkdirSync(join(profile, "Default"));
  const settings = { profile: { default_content_setting_values: { cookies: BLOCK } } };
  writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify(settings));
  // What goes by its name is the old headless mode, which has no settings of sites.
  const context = await chromium.launchPersistentContext(profile, {
    ...launchOptions(),
    channel: "chromium",
  });
  watch(context);
  try {
    const page = await context.newPage();
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(`${site.url}?backend=wasm&words=en`);
    expect(await denied(page)).toEqual(["localStorage", "indexedDB", "caches"]);
    await choose(page, "Choose images", "note.png");
    await expect(page.locator(".item-status")).toHaveText([/^2 lines/], READING);
    await choose(page, "Add images", "word.png");
    await expect(page.locator(".item-status")).toHaveText([/^2 lines/, /^1 line/], READING);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** The stores that this page may not open. */
function denied(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const opening: Readonly<Record<string, () => unknown>> = {
      localStorage: () => localStorage.length,
      indexedDB: () =>
        new Promise((resolve, reject) => {
          const request = indexedDB.open("probe");
          request.onsuccess = resolve;
          request.onerror = () => reject(request.error);
        }),
      caches: () => caches.open("probe"),
    };
    const names: string[] = [];
    for (const [name, open] of Object.entries(opening)) {
      try {
        await open();
      } catch {
        names.push(name);
      }
    }
    return names;
  });
}

async function choose(page: Page, button: string, name: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button }).click();
  await (await chooser).setFiles([{ name, mimeType: "", buffer: fixture(name) }]);
}
