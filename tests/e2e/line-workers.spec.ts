/** The workers that read lines beside each other: the same text with them and without, whatever befalls them. */

import type { BrowserContext, Page } from "@playwright/test";

import { inWorker } from "./faults.js";
import { fixture } from "./paths.js";
import { Reader, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const PAGES = ["letter.png", "mixed.png", "japanese.png", "note.png"];

/** Put a script before the line workers' own. `order` counts them: 1 is the first that starts. */
async function inLineWorkers(context: BrowserContext, script: string): Promise<void> {
  let order = 0;
  await context.route("**/assets/line-worker.js", async (route) => {
    order += 1;
    const response = await route.fetch();
    await route.fulfill({ response, body: `const order = ${order};\n${script}\n${await response.text()}` });
  });
}

/** A line worker's script that does something in place of its n-th answer. */
const insteadOfRun = (count: number, act: string): string => `
  let runs = 0;
  const post = self.postMessage;
  self.postMessage = (answer) => {
    if (answer.kind === "ran" && (runs += 1) === ${count}) { ${act} }
    else post.call(self, answer);
  };`;

/** Let the engine's worker wait a tenth as long as it says, from ten seconds on. */
const IMPATIENT = `
  const wait = self.setTimeout;
  self.setTimeout = (work, ms, ...more) => wait.call(self, work, ms >= 10000 ? ms / 10 : ms, ...more);`;

/** How many line workers of this browser live. */
async function countLiving(page: Page): Promise<number> {
  const { held } = await page.evaluate(() => navigator.locks.query());
  return (held ?? []).filter(({ name }) => name?.startsWith("py-ocr-line-worker")).length;
}

for (const kind of ["isolated", "not isolated"] as const) {
  test(`a page that is ${kind} reads with line workers what it reads without`, async ({
    page,
    site,
    plainSite,
  }) => {
    const url = (kind === "isolated" ? site : plainSite).url;
    const read = async (lineWorkers: number): Promise<unknown[]> => {
      const reader = await Reader.open(page, url, { backend: "wasm", threads: 2, lineWorkers });
      const info = valueOf(await reader.start());
      const own = kind === "isolated" ? "2 threads" : "1 thread";
      expect(info).toMatchObject({
        line_workers: lineWorkers,
        fallbacks: [],
        detail: lineWorkers ? `${own} + ${lineWorkers} line workers` : own,
      });
      const pages = [];
      for (const name of PAGES) {
        const { lines, blocks } = valueOf(await reader.read(fixture(name)));
        expect(lines.length).toBeGreaterThan(0);
        pages.push({ lines, blocks });
      }
      expect(await countLiving(page)).toBe(lineWorkers);
      return pages;
    };
    const [without, beside] = [await read(0), await read(2)];
    expect(beside).toEqual(without);
  });
}

test("as many line workers as threads are asked for, one alone being none", async ({ page, plainSite }) => {
  const reader = await Reader.open(page, plainSite.url, { backend: "wasm", threads: 1 });
  expect(valueOf(await reader.start())).toMatchObject({ line_workers: 0, detail: "1 thread" });
});

test("disposing ends the line workers", async ({ page, site }) => {
  const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2 });
  valueOf(await reader.read(fixture("letter.png")));
  expect(await countLiving(page)).toBe(2);
  await page.evaluate(() => globalThis.reader.client.dispose());
  await expect.poll(() => countLiving(page)).toBe(0);
});

test("line workers end when there is nothing to read, and come back", async ({ page, site }) => {
  await inWorker(page.context(), IMPATIENT);
  const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2 });
  const before = valueOf(await reader.read(fixture("letter.png")));
  await expect.poll(() => countLiving(page), { timeout: 20_000 }).toBe(0);
  expect(valueOf(await reader.read(fixture("letter.png"))).lines).toEqual(before.lines);
  expect(await countLiving(page)).toBe(2);
});

const FAULTS = {
  "dies while it reads": insteadOfRun(2, "self.close();"),
  "hangs while it reads": insteadOfRun(2, "for (;;);"),
  "says that its runtime crashed": insteadOfRun(
    2,
    `post.call(self, { kind: "failed", name: "RuntimeError", message: "unreachable" });`,
  ),
} as const;

for (const [what, script] of Object.entries(FAULTS)) {
  test(`when a line worker ${what}, its lines are read by another`, async ({ page, site, warm }) => {
    await inWorker(page.context(), IMPATIENT);
    await inLineWorkers(
      page.context(),
      `if (order === 1) {${script}}`.replace(/let /g, "var ").replace(/const /g, "var "),
    );
    const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2 });
    const expected = valueOf(await warm.read(fixture("letter.png"))).lines;
    for (const _ of [1, 2]) expect(valueOf(await reader.read(fixture("letter.png"))).lines).toEqual(expected);
    expect(valueOf(await reader.start())).toMatchObject({ used: "wasm", fallbacks: [], line_workers: 2 });
    expect(await countLiving(page)).toBe(2);
  });
}

test("when every line worker dies the engine reads the lines itself", async ({ page, site, warm }) => {
  await inLineWorkers(page.context(), insteadOfRun(1, "self.close();"));
  const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2, kernels: "stock" });
  const expected = valueOf(await warm.read(fixture("letter.png"))).text;
  const result = valueOf(await reader.read(fixture("letter.png")));
  expect(result.text).toBe(expected);
  expect(result.backend.used).toBe("wasm");
});

test("where no line worker can start the engine reads alone, and says why", async ({ page, site, warm }) => {
  await page.context().route("**/assets/line-worker.js", (route) => route.fulfill({ status: 404 }));
  const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2 });
  const info = valueOf(await reader.start());
  expect(info).toMatchObject({ used: "wasm", line_workers: 0, detail: expect.not.stringContaining("line") });
  expect(info.fallbacks).toEqual([
    { from: "wasm with line workers", to: "wasm", reason: expect.stringContaining("could not be loaded") },
  ]);
  const expected = valueOf(await warm.read(fixture("letter.png"))).lines;
  expect(valueOf(await reader.read(fixture("letter.png"))).lines).toEqual(expected);
});

test("where memory is short there are fewer line workers, and the text is the same", async ({
  page,
  site,
  warm,
}) => {
  await inLineWorkers(
    page.context(),
    `if (order > 1) WebAssembly.Memory.prototype.grow = () => { throw new RangeError("injected: cannot grow"); };`,
  );
  const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2 });
  const expected = valueOf(await warm.read(fixture("letter.png"))).lines;
  for (const _ of [1, 2, 3]) {
    expect(valueOf(await reader.read(fixture("letter.png"))).lines).toEqual(expected);
  }
  await expect.poll(() => countLiving(page)).toBe(1);
});
