/**
 * Two hundred pages with a lost device every twenty, and what they cost in memory. Takes very long on SwiftShader, so it
 * runs only when asked for: `PY_OCR_SOAK=200/20 npx playwright test soak.spec.ts`.
 */

import { readFileSync } from "node:fs";

import { type Browser, chromium } from "@playwright/test";

import { launchOptions } from "./chromium.js";
import { arm, armed, openListening } from "./faults.js";
import { fixture } from "./paths.js";
import { valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const [PAGES = 0, LOSS_EVERY = 20] = (process.env["PY_OCR_SOAK"] ?? "0").split("/").map(Number);
const IMAGE = fixture("word.png");

/** Resident memory of the browser's processes, in MB, as the browser itself measures it. */
async function memoryMb(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const resident = processInfo.map(({ id }) => {
    const kilobytes = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"));
    return Number(kilobytes?.[1] ?? 0) / 1024;
  });
  return resident.reduce((sum, mb) => sum + mb, 0);
}

test("many pages with a lost device now and then: every text right, memory flat", async ({ site, warm }) => {
  test.skip(PAGES === 0, "set PY_OCR_SOAK to pages/pages between losses");
  test.skip(process.platform !== "linux", "memory is read from /proc");
  test.setTimeout(PAGES * 120_000);
  const { text } = valueOf(await warm.read(IMAGE));
  const browser = await chromium.launch(launchOptions({ swiftShader: true }));
  try {
    const context = await browser.newContext();
    await armed(context);
    const page = await context.newPage();
    const reader = await openListening(page, site.url, "auto");
    const memory: number[] = [];
    const used: string[] = [];
    for (let index = 0; index < PAGES; index += 1) {
      if (index % LOSS_EVERY === LOSS_EVERY - 1) await arm(page, "destroy");
      const result = valueOf(await reader.read(IMAGE));
      expect(result.text, `page ${index}`).toBe(text);
      used.push(result.backend.used);
      memory.push(await memoryMb(browser));
    }
    console.log(`MB after each page: ${memory.map(Math.round).join(" ")}`);
    expect(used.filter((name) => name === "wasm")).toHaveLength(Math.floor(PAGES / LOSS_EVERY));
    const settled = memory.slice(LOSS_EVERY + 1);
    expect(Math.max(...settled)).toBeLessThan(settled[0]! * 1.1);
  } finally {
    await browser.close();
  }
});
