/** What a visitor comes back to: what was read and corrected, without a network as well, until it is forgotten. */

import type { Page } from "@playwright/test";

import { fixture } from "./paths.js";
import { expect, test } from "./test.js";
import { scannedPdf } from "./pdf-of.js";
import { tiffOf } from "./tiff.js";

const READING = { timeout: 90_000 };
const WASM = "?backend=wasm";

async function choose(page: Page, ...names: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  const files = names.map((name) => ({ name, mimeType: "", buffer: fixture(name) }));
  await (await chooser).setFiles(files);
}

/** The names of the images that the database holds. */
function keptNames(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("py-ocr");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const items = await new Promise<{ name: string; added: number }[]>((resolve) => {
      const request = database.transaction("items").objectStore("items").getAll();
      request.onsuccess = () => resolve(request.result as { name: string; added: number }[]);
    });
    database.close();
    return items.sort((one, other) => one.added - other.added).map(({ name }) => name);
  });
}

const shown = (page: Page) => page.locator("py-ocr:not([hidden])");

test("results and corrections are there after a reload, without reading again, until all is forgotten", async ({
  page,
  site,
}) => {
  await page.goto(site.url + WASM);
  await choose(page, "note.png", "blank.png");
  await expect(page.locator(".item-status")).toHaveText([/^2 lines/, "No text found"], READING);
  const first = shown(page).locator(".line").first();
  await first.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Howdy");
  await page.keyboard.press("Enter");
  await expect(first).toHaveText("Howdy world");

  await page.reload();
  await expect(page.locator(".item-status")).toHaveText([/^2 lines/, "No text found"]);
  await expect(first).toHaveText("Howdy world");
  await expect(shown(page).locator("[part=image]")).toBeVisible();
  expect(page.workers()).toHaveLength(0);

  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Forget everything" }).click();
  await expect(page.getByText("Everything is forgotten")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Choose images" })).toBeVisible();
  await expect(page.locator(".item")).toHaveCount(0);
});

test("an image that waits to be read is there after a reload, and is read then", async ({ page, site }) => {
  await page.goto(site.url + WASM);
  await choose(page, "note.png", "word.png");
  await expect(page.locator(".item")).toHaveCount(2);
  await expect.poll(() => keptNames(page)).toEqual(["note.png", "word.png"]);
  await expect(page.locator(".item-status").nth(1)).not.toHaveText(/^1 line/);
  await page.reload();
  await expect(page.locator(".item-status")).toHaveText([/^2 lines/, /^1 line/], READING);
});

test("leaving asks where results would be lost, and only there", async ({ page, site }) => {
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  await page.goto(site.url + WASM);
  await choose(page, "word.png");
  await expect(page.locator(".item-status")).toHaveText([/^1 line/], READING);
  await page.reload();
  expect(asked).toEqual([]);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Keep images and results").uncheck();
  await page.getByRole("button", { name: "Done" }).click();
  await page.reload();
  expect(asked).toEqual(["beforeunload"]);
});

test("what is switched off is not kept, and what somebody else wrote into the database is left alone", async ({
  page,
  site,
}) => {
  await page.goto(site.url + WASM);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Keep images and results").uncheck();
  await page.getByRole("button", { name: "Done" }).click();
  await choose(page, "blank.png");
  await expect(page.locator(".item-status")).toHaveText(["No text found"], READING);
  await page.reload();
  await expect(page.getByRole("button", { name: "Choose images" })).toBeVisible();

  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("py-ocr");
      request.onupgradeneeded = () => request.result.createObjectStore("items", { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const items = database.transaction("items", "readwrite").objectStore("items");
    items.put({ id: "other", added: "yesterday", pages: 3 });
    database.close();
    localStorage.setItem("py-ocr-settings", JSON.stringify({ keep: true }));
  });
  await page.reload();
  await expect(page.getByRole("button", { name: "Choose images" })).toBeVisible();
  await expect(page.locator(".item")).toHaveCount(0);
});

test("what an earlier version kept is there, and its file is then apart from what is read of it", async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}assets.json`);
  await page.evaluate(
    async (bytes) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open("py-ocr", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("items", { keyPath: "id" });
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const writing = database.transaction("items", "readwrite");
      const file = new Blob([Uint8Array.from(bytes)], { type: "image/png" });
      writing.objectStore("items").put({ id: "old", added: 1, name: "note.png", file, pages: [] });
      await new Promise((resolve) => (writing.oncomplete = resolve));
      database.close();
    },
    [...fixture("note.png")],
  );
  await page.goto(site.url + WASM);
  await expect(page.locator(".item-status")).toHaveText([/^2 lines/], READING);
  const stored = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open("py-ocr");
      request.onsuccess = () => resolve(request.result);
    });
    const reading = database.transaction(["items", "files"]);
    const items = reading.objectStore("items").getAll();
    const files = reading.objectStore("files").getAll();
    await new Promise((resolve) => (reading.oncomplete = resolve));
    database.close();
    const [item] = items.result as Record<string, unknown>[];
    return { fields: Object.keys(item ?? {}).sort(), files: files.result.length };
  });
  expect(stored).toEqual({ fields: ["added", "id", "name", "pages"], files: 1 });
  await page.reload();
  await expect(page.locator(".item-status")).toHaveText([/^2 lines/]);
  expect(page.workers()).toHaveLength(0);
});

/** Some of what is kept ahead, of each kind. */
const KEPT = [
  "ort.wasm.min.mjs",
  "pyodide.asm.mjs",
  "openjpegwasm_decode.wasm",
  "libheif.wasm",
  "pdf-pages.js",
  "pdf.worker.min.mjs",
  "zip-pages.js",
];

test("after a first visit everything works without a network", async ({ page, site, context }) => {
  await page.goto(site.url + WASM);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await choose(page, "note.png");
  await expect(page.locator(".item-status")).toHaveText([/^2 lines/], READING);
  // The engine's modules are kept once there was a reading, and then what other formats and documents need.
  await expect
    .poll(
      () =>
        page.evaluate(async (names) => {
          const [name = ""] = (await caches.keys()).filter((each) => each.startsWith("py-ocr-shell-"));
          const kept = await (await caches.open(name)).keys();
          const urls = kept.map(({ url }) => url);
          return names.filter((name) => !urls.some((url) => url.endsWith(name)));
        }, KEPT),
      READING,
    )
    .toEqual([]);

  await context.setOffline(true);
  await page.reload();
  await expect(page.locator(".item-status")).toHaveText([/^2 lines/]);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Add images" }).click();
  await (
    await chooser
  ).setFiles(
    [
      { name: "word.png", buffer: fixture("word.png") },
      // Of kinds that this visitor never had.
      { name: "note.heic", buffer: fixture("note.heic") },
      { name: "note.jp2", buffer: fixture("note.jp2") },
      { name: "scan.pdf", buffer: scannedPdf() },
    ].map((file) => ({ ...file, mimeType: "" })),
  );
  const statuses = [/^2 lines/, /^1 line/, /^2 lines/, /^2 lines/, /^1 page, 2 lines/];
  await expect(page.locator(".item-status")).toHaveText(statuses, READING);
  await context.setOffline(false);
});

test("the pages of a document are read in turn and looked at one by one", async ({ page, site }) => {
  await page.addInitScript(() => {
    const { put } = IDBObjectStore.prototype;
    globalThis.writes = [];
    IDBObjectStore.prototype.put = function (...values) {
      globalThis.writes.push(this.name);
      return put.apply(this, values);
    };
  });
  await page.goto(site.url + WASM);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  await (
    await chooser
  ).setFiles({
    name: "three.tiff",
    mimeType: "image/tiff",
    buffer: tiffOf("note.png", "word.png", "note.png"),
  });
  await expect(page.locator(".item-status")).toHaveText([/^3 pages/], READING);
  await expect(page.locator(".page-picture canvas")).toHaveCount(3);
  // What was read is written again and again, the file once.
  const writes = await page.evaluate(() => globalThis.writes);
  expect(writes.filter((store) => store === "items").length).toBeGreaterThan(1);
  expect(writes.filter((store) => store === "files")).toHaveLength(1);
  const pageButton = (number: number) => page.getByRole("button", { name: `Page ${number} of 3` });
  await pageButton(2).click();
  await expect(shown(page).locator(".line")).toHaveCount(1);
  await expect(shown(page).locator("canvas[part=image]")).toBeVisible();
  await pageButton(2).press("ArrowDown");
  await expect(pageButton(3)).toBeFocused();
  await expect(shown(page).locator(".line")).toHaveText(["Hello world", "Invoice 2026"]);
});

declare global {
  /** The stores of the database that something was put into, in turn. */
  var writes: string[];
}
