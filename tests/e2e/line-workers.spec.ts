/** The workers that read lines beside each other: the same text with them and without, whatever befalls them. */

import type { Page } from "@playwright/test";

import { inWorker } from "./faults.js";
import { fixture } from "./paths.js";
import { Reader, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const LETTER = fixture("letter.png");

/**
 * Put a script before the line workers' own, in which `order` counts them from 1, and `tell` makes known what it did.
 * Playwright does not see what a worker of a worker fetches, so the engine's worker starts others in their place, which
 * the policy that the site sends along would not let it.
 */
async function inLineWorkers(page: Page, script: string): Promise<void> {
  const before = `
    const told = new BroadcastChannel("line-faults");
    const tell = (what) => told.postMessage(what);
    ${script}`;
  const injected = `
    let order = 0;
    const Original = self.Worker;
    self.Worker = class extends Original {
      constructor(url, options) {
        if (!String(url).endsWith("/assets/line-worker.js")) return new Original(url, options);
        order += 1;
        const script = "const order = " + order + ";" + ${JSON.stringify(before)} + "import " + JSON.stringify(String(url)) + ";";
        super(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), options);
      }
    };`;
  await page.context().route("**/assets/worker.js", async (route) => {
    const response = await route.fetch();
    const { "content-security-policy": _, ...headers } = response.headers();
    await route.fulfill({ response, headers, body: `${injected}\n${await response.text()}` });
  });
  await page.addInitScript(() => {
    globalThis.faults = [];
    globalThis.faultChannel = new BroadcastChannel("line-faults");
    globalThis.faultChannel.onmessage = ({ data }) => void globalThis.faults.push(data as string);
  });
}

declare global {
  /** What was done to the line workers, in its order. */
  var faults: string[];
  /** Kept, or it would be collected and hear nothing. */
  var faultChannel: BroadcastChannel;
}

/** What a line worker does in place of its n-th answer to a run. */
const insteadOfRun = (count: number, what: string, act: string): string => `{
  let runs = 0;
  const post = self.postMessage;
  self.postMessage = (answer) => {
    if (answer.kind === "ran" && (runs += 1) === ${count}) {
      tell(${JSON.stringify(what)});
      // What it tells would be lost with it.
      setTimeout(() => { ${act} }, 200);
    } else post.call(self, answer);
  };
}`;

/** How many line workers of this browser live. */
async function countLiving(page: Page): Promise<number> {
  const { held } = await page.evaluate(() => navigator.locks.query());
  return (held ?? []).filter(({ name }) => name?.startsWith("py-ocr-line-worker")).length;
}

test("a page reads with line workers what it reads without, isolated or not", async ({
  revisit,
  page,
  site,
  plainSite,
}) => {
  test.slow(); // three engines, one after the other
  const read = async (where: Page, url: string, lineWorkers: number, detail: string): Promise<unknown> => {
    const opened = await Reader.open(where, url, { backend: "wasm", threads: 2, lineWorkers });
    const info = valueOf(await opened.start());
    expect(info).toMatchObject({ line_workers: lineWorkers, fallbacks: [], detail });
    const { lines, blocks } = valueOf(await opened.read(LETTER));
    expect(lines.length).toBeGreaterThan(5);
    // Those of the engine before may still be ending.
    await expect.poll(() => countLiving(where)).toBe(lineWorkers);
    await where.evaluate(() => reader.client.dispose());
    return { lines, blocks };
  };
  const alone = await read(revisit, site.url, 0, "2 threads");
  expect(await read(revisit, site.url, 2, "2 threads + 2 line workers")).toEqual(alone);
  expect(await read(page, plainSite.url, 2, "1 thread + 2 line workers")).toEqual(alone);
});

test("as many line workers as threads are asked for, one alone being none", async ({ revisit, site }) => {
  const reader = await Reader.open(revisit, site.url, { backend: "wasm", threads: 1 });
  expect(valueOf(await reader.start())).toMatchObject({ line_workers: 0, detail: "1 thread" });
});

test("line workers end when there is nothing to read, come back, and end with the engine", async ({
  page,
  site,
}) => {
  test.slow();
  await inWorker(
    page.context(),
    `const wait = self.setTimeout;
     self.setTimeout = (work, ms, ...more) => wait.call(self, work, ms === 30000 ? 1000 : ms, ...more);`,
  );
  const opened = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2 });
  const before = valueOf(await opened.read(LETTER));
  await expect.poll(() => countLiving(page), { timeout: 20_000 }).toBe(0);
  expect(valueOf(await opened.read(LETTER)).lines).toEqual(before.lines);
  expect(await countLiving(page)).toBe(2);
  await page.evaluate(() => globalThis.reader.client.dispose());
  await expect.poll(() => countLiving(page)).toBe(0);
});

test("the lines of a worker that dies, fails or hangs are read by another", async ({ page, site, warm }) => {
  test.slow();
  const crash = `post.call(self, { kind: "failed", name: "RuntimeError", message: "unreachable" });`;
  await inLineWorkers(
    page,
    `if (order === 1) ${insteadOfRun(2, "died", "self.close();")}
     if (order === 2) ${insteadOfRun(1, "crashed", crash)}
     if (order === 3) ${insteadOfRun(2, "hung", "for (;;);")}`,
  );
  const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2 });
  const expected = valueOf(await warm.read(LETTER)).lines;
  const readings = [];
  for (let count = 0; count < 3; count += 1) readings.push(valueOf(await reader.read(LETTER)).lines);
  expect(readings).toEqual([expected, expected, expected]);
  expect((await page.evaluate(() => globalThis.faults)).sort()).toEqual(["crashed", "died", "hung"]);
  expect(valueOf(await reader.start())).toMatchObject({ used: "wasm", fallbacks: [], line_workers: 2 });
});

test("when every line worker dies the engine reads the lines itself", async ({ page, site, warm }) => {
  test.slow();
  await inLineWorkers(page, insteadOfRun(1, "died", "self.close();"));
  const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2, kernels: "stock" });
  const expected = valueOf(await warm.read(LETTER)).text;
  const result = valueOf(await reader.read(LETTER));
  expect(result.text).toBe(expected);
  expect(result.backend.used).toBe("wasm");
  expect((await page.evaluate(() => globalThis.faults)).length).toBeGreaterThan(1);
});

test("where no line worker can start the engine reads alone, and says why", async ({ page, site, warm }) => {
  test.slow();
  // As a browser says it of a script that is not there; requests of a worker's own workers cannot be answered from here.
  await inWorker(
    page.context(),
    `const Original = self.Worker;
     self.Worker = class extends Original {
       constructor(url, options) {
         super(url, options);
         if (!String(url).endsWith("/assets/line-worker.js")) return;
         this.terminate();
         setTimeout(() => this.dispatchEvent(new Event("error")));
       }
     };`,
  );
  const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2 });
  const info = valueOf(await reader.start());
  expect(info).toMatchObject({ used: "wasm", line_workers: 0, detail: expect.not.stringContaining("line") });
  expect(info.fallbacks).toEqual([
    { from: "wasm with line workers", to: "wasm", reason: expect.stringContaining("could not be loaded") },
  ]);
  const expected = valueOf(await warm.read(LETTER)).lines;
  expect(valueOf(await reader.read(LETTER)).lines).toEqual(expected);
});

test("where memory is short there are fewer line workers, and the text is the same", async ({
  page,
  site,
  warm,
}) => {
  test.slow();
  await inLineWorkers(
    page,
    `if (order > 1) WebAssembly.Memory.prototype.grow = () => {
       throw new RangeError("injected: the memory cannot grow");
     };`,
  );
  const reader = await Reader.open(page, site.url, { backend: "wasm", lineWorkers: 2 });
  const expected = valueOf(await warm.read(LETTER)).lines;
  expect(valueOf(await reader.read(LETTER)).lines).toEqual(expected);
  await expect.poll(() => countLiving(page)).toBe(1);
  expect(valueOf(await reader.read(LETTER)).lines).toEqual(expected);
  expect(await countLiving(page)).toBe(1);
});
