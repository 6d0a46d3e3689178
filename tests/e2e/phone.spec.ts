/** The page on a phone: the camera, fingers on the picture, the share sheet, and Copy at hand. */

import type { CDPSession, Page } from "@playwright/test";

import { fixture } from "./paths.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Move fingers as a touch screen does: from the first places to the last. */
async function drag(session: CDPSession, ...fingers: readonly (readonly [Point, Point])[]): Promise<void> {
  const at = (share: number): Point[] =>
    fingers.map(([from, to]) => ({
      x: from.x + (to.x - from.x) * share,
      y: from.y + (to.y - from.y) * share,
    }));
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (const share of [0.25, 0.5, 0.75, 1])
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(share) });
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

const scale = async (page: Page): Promise<number> =>
  Number.parseInt((await page.locator("py-ocr .zoom-percent").textContent())!, 10);

test("a photo is taken, looked at with two fingers, tapped, shared and copied", async ({ page, site }) => {
  // A browser without a window has no share sheet of its own.
  await page.addInitScript(() => {
    const shared: unknown[] = [];
    Object.assign(globalThis, { shared });
    Object.defineProperty(navigator, "share", {
      value: async (data: unknown) => void shared.push(data),
      configurable: true,
    });
  });
  await page.goto(`${site.url}?backend=wasm`);
  await expect(page.getByText("Take a photo, or choose an image.")).toBeVisible();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Take a photo" }).tap();
  const camera = await chooser;
  expect(await camera.element().getAttribute("capture")).toBe("environment");
  await camera.setFiles({ name: "letter.png", mimeType: "", buffer: fixture("letter.png") });
  await expect(page.locator(".item-status")).toHaveText([/lines in \d/], READING);
  const sideways = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await sideways()).toBe(390);

  // Two fingers scale the picture, and not the page.
  const session = await page.context().newCDPSession(page);
  const viewport = (await page.locator("py-ocr .viewport").boundingBox())!;
  const middle = { x: viewport.x + viewport.width / 2, y: viewport.y + viewport.height / 2 };
  const before = await scale(page);
  await drag(
    session,
    [middle, { x: middle.x - 110, y: middle.y }],
    [
      { x: middle.x + 20, y: middle.y },
      { x: middle.x + 130, y: middle.y },
    ],
  );
  await expect.poll(() => scale(page)).toBeGreaterThan(before * 2);
  expect(await page.evaluate(() => visualViewport!.scale)).toBe(1);
  await page.getByRole("button", { name: "Fit the image" }).tap();
  expect(await scale(page)).toBe(before);

  // A tap picks a line, and nothing runs away from under the finger.
  const scrolled = (): Promise<number> => page.evaluate(() => scrollY);
  const top = await scrolled();
  await page.locator("py-ocr .text-layer span").first().tap();
  await expect(page.locator("py-ocr polygon.active")).toHaveCount(1);
  expect(await scrolled()).toBe(top);

  await page.getByRole("button", { name: "Share" }).tap();
  const text = await page
    .locator("py-ocr")
    .evaluate((reader) => (reader as HTMLElement & { text: string }).text);
  const shared = await page.evaluate(() => (globalThis as unknown as { shared: unknown[] }).shared);
  expect(shared).toEqual([{ title: "letter.png", text }]);

  // However far down the text one is, Copy is there, as large as a finger needs it.
  await page.locator("py-ocr .line").last().scrollIntoViewIfNeeded();
  const copy = page.locator("py-ocr").getByRole("button", { name: "Copy", exact: true });
  await expect(copy).toBeInViewport({ ratio: 1 });
  expect((await copy.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await copy.tap();
  await expect(page.locator("py-ocr").getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  expect(await sideways()).toBe(390);
});
