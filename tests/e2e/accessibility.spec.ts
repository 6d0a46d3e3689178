/** What assistive technology gets of the page: names, roles, states and announcements. */

import type { Page } from "@playwright/test";

import { fixture } from "./paths.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };

/** Return what is wrong with the structure of a page, its open shadow trees included. */
function flaws(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const describe = (element: Element): string => element.outerHTML.slice(0, 100);
    const elements: Element[] = [];
    const collect = (root: Document | ShadowRoot): void => {
      const ids = new Set<string>();
      for (const element of root.querySelectorAll("*")) {
        elements.push(element);
        if (element.id && ids.has(element.id)) found.push(`id twice: ${describe(element)}`);
        ids.add(element.id);
        for (const name of ["aria-labelledby", "aria-describedby", "aria-controls"]) {
          for (const id of element.getAttribute(name)?.split(/\s+/u) ?? []) {
            if (root.getElementById(id) === null) found.push(`${name} names nothing: ${describe(element)}`);
          }
        }
        if (element.shadowRoot !== null) collect(element.shadowRoot);
      }
    };
    collect(document);

    const visible = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });
    const nameOf = (element: Element): string =>
      element.ariaLabel ??
      ([...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent).join("") ||
        (element.textContent ?? "").trim() ||
        element.getAttribute("title") ||
        "");
    for (const element of elements.filter(visible)) {
      const role = element.role ?? element.localName;
      if (["button", "a", "select", "input", "progressbar", "dialog"].includes(role)) {
        const labelled = element.hasAttribute("aria-labelledby");
        if (!labelled && nameOf(element).trim() === "") found.push(`no name: ${describe(element)}`);
      }
      if (element.localName === "img" && !element.hasAttribute("alt"))
        found.push(`no alt: ${describe(element)}`);
      if (Number(element.getAttribute("tabindex")) > 0)
        found.push(`tab order by number: ${describe(element)}`);
      const hidden = element.closest("[aria-hidden=true]");
      if (hidden !== null && element instanceof HTMLElement && element.tabIndex >= 0) {
        found.push(`focusable but hidden: ${describe(element)}`);
      }
    }
    if (document.documentElement.lang === "") found.push("no language");
    if (document.title === "") found.push("no title");
    const headings = elements.filter((element) => /^h[1-6]$/u.test(element.localName) && visible(element));
    if (headings.filter(({ localName }) => localName === "h1").length !== 1) found.push("not exactly one h1");
    return found;
  });
}

test("the page has names, roles and one heading, before and after a reading", async ({ revisit, site }) => {
  await revisit.goto(`${site.url}?backend=wasm`);
  await expect(revisit.getByRole("main")).toBeVisible();
  await expect(revisit.getByRole("banner")).toBeVisible();
  await expect(revisit.getByRole("contentinfo")).toContainText("Nothing leaves your device");
  expect(await flaws(revisit)).toEqual([]);

  await revisit.getByRole("button", { name: "Settings" }).click();
  await revisit.getByText("Advanced").click();
  await expect(revisit.getByRole("dialog", { name: "Settings" }).getByLabel("Backend")).toBeVisible();
  expect(await flaws(revisit)).toEqual([]);
  await revisit.keyboard.press("Escape");
  await expect(revisit.getByRole("dialog")).toBeHidden();
  await expect(revisit.getByRole("button", { name: "Settings" })).toBeFocused();

  await revisit.getByRole("button", { name: "A sign outdoors" }).click();
  await expect(revisit.getByRole("progressbar", { name: "Progress" })).toBeVisible();
  expect(await flaws(revisit)).toEqual([]);
  await expect(revisit.locator(".item-status")).toHaveText([/lines? in \d/], READING);
  await expect(revisit.getByRole("region", { name: "Result" })).toBeVisible();
  await expect(revisit.getByRole("group", { name: "Text in reading order" })).not.toBeEmpty();
  // The announcement for those who do not see the result appear.
  const announced = revisit
    .locator("py-ocr")
    .getByRole("status")
    .filter({ hasText: /sign\.jpg: \d+ lines? in/ });
  await expect(announced).toHaveCount(1);
  expect(await flaws(revisit)).toEqual([]);
});

test("everything is reached with the tab key alone, in the order of the page", async ({ page, site }) => {
  await page.goto(site.url);
  const reached: string[] = [];
  for (let press = 0; press < 6; press += 1) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate(() => document.activeElement?.textContent?.trim().split(/\s{2,}/u)[0] ?? ""),
    );
  }
  expect(reached.slice(0, 5)).toEqual([
    "Skip to the images",
    "Settings",
    "Choose images",
    "A receipt",
    "A sign outdoors",
  ]);
});

test("a file of the site that cannot be had is explained, and trying again works", async ({ page, site }) => {
  const model = "**/models/ppocr-v6-small-det.onnx";
  await page.context().route(model, (route) => route.fulfill({ status: 503, body: "busy" }));
  await page.goto(`${site.url}?backend=wasm`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  await (await chooser).setFiles({ name: "note.png", mimeType: "image/png", buffer: fixture("note.png") });
  const retry = page.getByRole("button", { name: "Try again" });
  await expect(retry).toBeVisible(READING);
  await expect(page.locator("py-ocr .notice-title")).toContainText("503");
  await expect(page.locator("py-ocr .notice-text")).not.toBeEmpty();
  expect(await flaws(page)).toEqual([]);

  await page.context().unroute(model);
  await retry.click();
  await expect(page.getByRole("group", { name: "Text in reading order" })).toContainText(
    "Hello world",
    READING,
  );
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: "Text", exact: true }).click();
  expect((await download).suggestedFilename()).toBe("note.txt");
});
