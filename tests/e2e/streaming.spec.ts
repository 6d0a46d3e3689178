/** Text while you wait: lines come before the page, the top ones first, and the page is what it is without them. */

import type { LineDraft, OcrPage } from "../../web/src/shared/types.js";
import type { PyOcrElement } from "../../web/src/element/ocr-element.js";
import { expect, test } from "./test.js";

/** A page of lines, on a machine that has other work as well. */
const READING = { timeout: 120_000 };

/** Lines as a visitor of the client hears of them. */
interface Heard {
  readonly events: readonly { readonly lines: readonly LineDraft[]; readonly at: number }[];
  readonly page: OcrPage;
  readonly whole: OcrPage;
  readonly ended: number;
}

test("a client hears of lines while the page is read, and ends with the same page as without", async ({
  warm,
}) => {
  const { events, page, whole, ended } = await warm.page.evaluate(async (): Promise<Heard> => {
    const { client } = globalThis.reader;
    const image = await (await fetch("samples/receipt.jpg")).blob();
    const events: { lines: readonly LineDraft[]; at: number }[] = [];
    let page: OcrPage | undefined;
    for await (const event of client.recognizeStream(image)) {
      if (event.kind === "page") page = event.page;
      else events.push({ lines: event.lines, at: performance.now() });
    }
    const ended = performance.now();
    return { events, page: page!, whole: await client.recognize(image), ended };
  });
  expect(page.text).toBe(whole.text);
  expect(page.lines).toEqual(whole.lines);
  expect(page.lines.length).toBeGreaterThan(20);
  expect(events.length).toBeGreaterThan(5);
  expect(events[0]!.lines[0]!.text).toBe(page.lines[0]!.text);
  expect(events.at(-1)!.at).toBeLessThan(ended);
  const told = new Map(events.flatMap(({ lines }) => lines.map((line) => [line.id, line])));
  expect([...told.values()].map(({ text }) => text).sort()).toEqual(
    page.lines.map(({ text }) => text).sort(),
  );
  const firstTops = events.slice(0, 3).flatMap(({ lines }) => lines.map(({ quad }) => quad[0][1]));
  expect(Math.max(...firstTops)).toBeLessThan(page.height / 2);
});

test("the page shows lines while it reads; what is selected in them stays selected at the end", async ({
  revisit: page,
  site,
}) => {
  await page.goto(`${site.url}?backend=wasm`);
  await page.locator("[data-sample='samples/receipt.jpg']").click();
  const reader = page.locator("py-ocr");
  const state = (): Promise<string> => reader.evaluate((each: PyOcrElement) => each.state);
  await expect(reader.locator(".row").first()).toContainText("Two Herons", READING);
  expect(await state()).toBe("reading");
  await expect(reader.locator(".summary")).toHaveText(/lines? so far$/u);
  await expect(reader.getByRole("button", { name: "Cancel" })).toBeVisible();
  await expect(reader.locator("p[role=status]")).toHaveText("The first lines of receipt.jpg can be read");
  expect(await reader.locator(".boxes polygon").count()).toBeGreaterThan(0);
  // Select in the list, as a pointer does.
  await reader.evaluate((each: PyOcrElement) => {
    const text = each.shadowRoot!.querySelector(".line")!.firstChild!;
    getSelection()!.setBaseAndExtent(text, 0, text, 3);
  });
  const top = await reader.locator(".row").first().boundingBox();
  await expect.poll(state, READING).toBe("done");
  expect(await page.evaluate(() => String(getSelection()))).toBe("Two");
  expect(await reader.locator(".row").first().boundingBox()).toEqual(top);
  await expect(reader.locator(".summary")).toHaveText(/^\d+ lines in /u);
  await expect(reader.locator(".row").last()).toContainText("Thank you");
  await expect(reader.getByRole("button", { name: "Download" })).toBeVisible();
});

test("a reading that is cancelled takes its lines away", async ({ revisit: page, site }) => {
  await page.goto(`${site.url}?backend=wasm`);
  await page.locator("[data-sample='samples/receipt.jpg']").click();
  const reader = page.locator("py-ocr");
  await expect(reader.locator(".row").first()).toBeVisible(READING);
  await reader.getByRole("button", { name: "Cancel" }).click();
  await expect(reader.locator(".notice-title")).toBeVisible();
  await expect(reader.locator(".row")).toHaveCount(0);
  await expect(reader.locator(".boxes")).toHaveCount(0);
});
