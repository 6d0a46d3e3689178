/** The page as something that stays: new versions, files from other applications, room on the device. */

import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { fromRoot } from "./paths.js";
import { startSite } from "./site-server.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };
const names = (page: Page) => page.locator(".item-name");

/** A file that is refused before the engine is asked: what is tested here is how it comes. */
const NO_IMAGE = "just words";

test("a new version is announced, taken when the visitor says so, and never mixed with the old one", async ({
  browser,
}) => {
  const root = await mkdtemp(join(tmpdir(), "py-ocr-site-"));
  await cp(fromRoot("web", "dist"), root, { recursive: true });
  const site = await startSite("--root", root);
  // A context that nobody watches: its requests go to a site of its own.
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(site.url);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    const style = (): Promise<string> => page.evaluate(async () => (await fetch("assets/page.css")).text());
    const notice = page.getByText("A new version is ready");

    // Half of a new version: its style sheet is there, what lists it is not.
    const css = join(root, "assets", "page.css");
    const old = await readFile(css);
    const marked = Buffer.concat([old, Buffer.from("/* the next version */\n")]);
    await writeFile(css, marked);
    await page.reload();
    expect(await style()).toBe(old.toString());

    // The other half, wrong: what it lists is not what is there. It is not taken.
    const script = join(root, "service-worker.js");
    const sha = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
    const before = await readFile(script, "utf8");
    expect(before).toContain(sha(old));
    const version = /"?version"?:\s*"([0-9a-f]{12})"/u.exec(before)![1]!;
    const listing = (data: Buffer, name: string): string =>
      before.replace(sha(old), sha(data)).replace(version, name);
    await writeFile(script, listing(Buffer.from("something else"), "000000000000"));
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update().catch(() => undefined);
      const { installing } = registration;
      if (installing)
        await new Promise<void>((done) => {
          installing.addEventListener("statechange", () => installing.state === "redundant" && done());
        });
    });
    await expect(notice).toBeHidden();
    expect(await style()).toBe(old.toString());

    // The whole of it.
    await writeFile(script, listing(marked, "111111111111"));
    await page.reload();
    await expect(notice).toBeVisible();
    expect(await style()).toBe(old.toString());
    const reloaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Reload" }).click();
    await reloaded;
    await expect.poll(style).toBe(marked.toString());
    const caches = await page.evaluate(async () =>
      (await globalThis.caches.keys()).filter((name) => name.startsWith("py-ocr-shell-")),
    );
    expect(caches).toEqual(["py-ocr-shell-111111111111"]);
  } finally {
    await context.close();
    site.stop();
    await rm(root, { recursive: true, force: true });
  }
});

test("what another application shares, or opens with the page, is taken up", async ({ page, site }) => {
  const manifest = JSON.parse(await readFile(fromRoot("web", "manifest.webmanifest"), "utf8")) as {
    readonly share_target: { readonly action: string; readonly params: { files: { name: string }[] } };
    readonly file_handlers: readonly { readonly action: string }[];
  };
  expect(manifest.file_handlers.length).toBeGreaterThan(0);
  const { action, params } = manifest.share_target;
  await page.goto(site.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  // What the system posts when something is shared.
  const answered = await page.evaluate(
    async ([action, field, text]) => {
      const form = new FormData();
      form.append(field, new File([text], "shared ü.txt", { type: "image/png" }));
      return (await fetch(action, { method: "POST", body: form })).url;
    },
    [action, params.files[0]!.name, NO_IMAGE] as const,
  );
  await page.goto(answered);
  await expect(names(page)).toHaveText(["shared ü.txt"]);
  expect(new URL(page.url()).search).toBe("");
  await page.reload();
  await expect(names(page)).toHaveText(["shared ü.txt"]); // once

  // What the browser of an installed page does when a file is opened with it.
  await page.addInitScript((text) => {
    const handle = { getFile: async () => new File([text], "opened.txt") };
    Object.defineProperty(globalThis, "launchQueue", {
      value: {
        setConsumer: (consumer: (launch: object) => void) => consumer({ files: [handle] }),
      },
    });
  }, NO_IMAGE);
  await page.goto(site.url);
  await expect(names(page).filter({ hasText: "opened.txt" })).toHaveCount(1);
});

test("an image from an address is kept as well, and room is asked for once there is something", async ({
  page,
  site,
}) => {
  await page.addInitScript(() => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    const { storage } = navigator;
    const persist = storage.persist.bind(storage);
    storage.persist = async () => {
      asked.push("persist");
      return persist();
    };
  });
  await page.goto(`${site.url}?backend=wasm`);
  const asked = (): Promise<string[]> =>
    page.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
  expect(await asked()).toEqual([]);
  await page.getByRole("button", { name: "A sign outdoors" }).click();
  await expect(page.locator(".item-status")).toHaveText([/lines? in \d/], READING);
  expect(await asked()).toEqual(["persist"]);
  const status = await page.locator(".item-status").textContent();
  // What is shown is written a moment later; until then a reload would read it again.
  await expect.poll(() => page.evaluate(hasKeptPage)).toBe(true);
  await page.reload();
  await expect(names(page)).toHaveText(["sign.jpg"]);
  await expect(page.locator(".item-status")).toHaveText(status!);
  expect(page.workers()).toHaveLength(0);
});

test("a device that is full is told of, and what is read is there for now", async ({ page, site }) => {
  const session = await page.context().newCDPSession(page);
  // Before the database is first used: the browser remembers for a while how much room there was.
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(site.url).origin, quotaSize: 1 });
  await page.goto(site.url);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  await (await chooser).setFiles({ name: "words.txt", mimeType: "", buffer: Buffer.from(NO_IMAGE) });
  await expect(page.getByText("This device has no room left")).toBeVisible();
  await expect(names(page)).toHaveText(["words.txt"]);
});

/** Tell whether the store of the page has a page that was read. */
function hasKeptPage(): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("py-ocr");
    opening.addEventListener("error", () => reject(opening.error));
    opening.addEventListener("success", () => {
      const asked = opening.result.transaction("items").objectStore("items").getAll();
      asked.addEventListener("success", () => {
        opening.result.close();
        resolve((asked.result as { pages: unknown[] }[]).some(({ pages }) => pages[0] !== null));
      });
    });
  });
}
