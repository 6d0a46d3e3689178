/** What a visit costs: bytes before anything is read, when parts are fetched, and that nothing moves under the pointer. */

import type { BrowserContext, Page } from "@playwright/test";

import { fixture } from "./paths.js";
import { expect, test } from "./test.js";

const READING = { timeout: 90_000 };
const SHELL_BYTES = 400_000;
/** What reads images, and what opens or writes documents. */
const ENGINE = /\/(?:models\/.+\.onnx|ort|pyodide|wheels|late-wheels|openjpeg|libheif)/u;
const DOCUMENTS = /pdf|zip-pages|late-wheels/u;

/** Collect what a context fetches, by its service worker as well or not, as pairs of path and bytes. */
function fetchedBy(context: BrowserContext, { withServiceWorker = true } = {}): Map<string, number> {
  const fetched = new Map<string, number>();
  context.on("requestfinished", (request) => {
    if (request.serviceWorker() && !withServiceWorker) return;
    const { pathname } = new URL(request.url());
    void request
      .sizes()
      .then(({ responseBodySize, responseHeadersSize }) =>
        fetched.set(pathname, (fetched.get(pathname) ?? 0) + responseBodySize + responseHeadersSize),
      );
  });
  return fetched;
}

/** Note every shift of the layout from the first paint on, whoever caused it, with what has moved. */
async function watchShifts(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(globalThis, { shifts });
    const describe = (node: Node | null): string => {
      const element = node instanceof Element ? node : (node?.parentElement ?? null);
      return element ? `${element.localName}.${element.className || element.id}` : "gone";
    };
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        readonly value: number;
        readonly sources: readonly {
          readonly node: Node | null;
          readonly previousRect: DOMRect;
          readonly currentRect: DOMRect;
        }[];
      })[]) {
        const moved = entry.sources.map(({ node, previousRect: from, currentRect: to }) => {
          const place = ({ x, y, width, height }: DOMRect): string => `${x},${y} ${width}×${height}`;
          return `${describe(node)} ${place(from)} → ${place(to)}`;
        });
        shifts.push(`${entry.value.toFixed(5)} ${moved.join("; ")}`);
      }
    });
    observer.observe({ type: "layout-shift", buffered: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);
}

/** Note how far the bar of the first image is, by stage and in the order in which it is shown. */
async function watchBar(page: Page): Promise<() => Promise<Map<string, number[]>>> {
  await page.evaluate(() => {
    const bars: [string, number][] = [];
    Object.assign(globalThis, { bars });
    const look = (): void => {
      const bar = document.querySelector("py-ocr")?.shadowRoot?.querySelector<HTMLElement>(".progress-bar");
      const title = bar?.parentElement?.querySelector(".progress-title")?.textContent ?? "";
      const now = bar?.ariaValueNow;
      const last = bars.at(-1);
      if (now && (last?.[0] !== title || last[1] !== Number(now))) bars.push([title, Number(now)]);
      requestAnimationFrame(look);
    };
    look();
  });
  return async () => {
    const bars = await page.evaluate(() => (globalThis as unknown as { bars: [string, number][] }).bars);
    const byStage = new Map<string, number[]>();
    for (const [title, now] of bars) byStage.set(title, [...(byStage.get(title) ?? []), now]);
    return byStage;
  };
}

async function choose(page: Page, ...names: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.locator("#choose, #add").filter({ visible: true }).click();
  const files = names.map((name) => ({ name, mimeType: "", buffer: fixture(name) }));
  await (await chooser).setFiles(files);
}

test("a first visit costs 400 kB at most, paints without the engine, and says nothing on the console", async ({
  page,
  site,
  context,
}) => {
  const fetched = fetchedBy(context);
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  await page.goto(site.url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForLoadState("networkidle");
  const painted = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint").length);
  expect(painted).toBe(1);
  const paths = [...fetched.keys()];
  // The service worker is seen as well, or this test would count too little.
  expect(paths.some((path) => path.endsWith("/assets/worker.js"))).toBe(true);
  expect(paths.filter((path) => ENGINE.test(path) || DOCUMENTS.test(path))).toEqual([]);
  const total = [...fetched.values()].reduce((sum, bytes) => sum + bytes, 0);
  test.info().annotations.push({ type: "bytes", description: String(total) });
  expect(total).toBeLessThanOrEqual(SHELL_BYTES);
  expect(said).toEqual([]);
});

test("reading an image fetches nothing that only documents or other formats need", async ({
  page,
  site,
  context,
}) => {
  // After a reading the service worker keeps modules for a time without a network: that is not what is asked here.
  const fetched = fetchedBy(context, { withServiceWorker: false });
  await page.goto(`${site.url}?backend=wasm`);
  await choose(page, "note.png");
  await expect(page.locator(".item-status")).toHaveText([/^2 lines/], READING);
  expect([...fetched.keys()].filter((path) => ENGINE.test(path)).length).toBeGreaterThan(5);
  expect(
    [...fetched.keys()].filter((path) => DOCUMENTS.test(path) || /openjpeg|libheif/u.test(path)),
  ).toEqual([]);
});

for (const [what, viewport] of [
  ["a wide window", { width: 1280, height: 800 }],
  ["a phone", { width: 390, height: 844 }],
] as const) {
  test(`nothing moves from the first paint to the last result, in ${what}`, async ({ page, site }) => {
    const shifts = await watchShifts(page);
    await page.setViewportSize(viewport);
    await page.goto(`${site.url}?backend=wasm`);
    await expect(page.getByRole("button", { name: "Choose images" })).toBeVisible();
    const bars = await watchBar(page);
    await choose(page, "letter.png", "note.png", "blank.png");
    const statuses = page.locator(".item-status");
    await expect(statuses).toHaveText([/lines in \d/, /^2 lines/, "No text found"], READING);
    expect(await shifts()).toEqual([]);
    const seen = await bars();
    expect(seen.size).toBeGreaterThan(1);
    for (const [stage, values] of seen)
      expect([stage, values]).toEqual([stage, values.toSorted((a, b) => a - b)]);
    await page.reload();
    await expect(statuses).toHaveText([/lines in \d/, /^2 lines/, "No text found"]);
    expect(await shifts()).toEqual([]);
  });

  test(`nothing moves in another language, in ${what}`, async ({ browser, site }) => {
    const context = await browser.newContext({ locale: "de-DE", viewport });
    const page = await context.newPage();
    const shifts = await watchShifts(page);
    await page.goto(site.url);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await page.waitForLoadState("networkidle");
    expect(await shifts()).toEqual([]);
    await context.close();
  });
}
