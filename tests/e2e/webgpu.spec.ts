/** WebGPU, on SwiftShader: slow, but the real provider and the real shaders. */

import { chromium } from "@playwright/test";

import { launchOptions } from "./chromium.js";
import { fixture } from "./paths.js";
import { Reader, valueOf } from "./reader.js";
import { expect, test, watch } from "./test.js";

test("WebGPU reads a small image to exactly the same text as WASM", async ({ site, warm }) => {
  test.setTimeout(300_000);
  const browser = await chromium.launch(launchOptions({ swiftShader: true }));
  try {
    const context = await browser.newContext();
    watch(context);
    const reader = await Reader.open(await context.newPage(), site.url);
    const info = valueOf(await reader.start());
    expect(info).toMatchObject({ used: "webgpu", requested: "auto", fallbacks: [] });
    expect(info.detail).toContain("swiftshader");

    const image = fixture("note.png");
    const gpu = valueOf(await reader.read(image));
    const cpu = valueOf(await warm.read(image));
    expect(gpu.backend).toMatchObject({ used: "webgpu", fallbacks: [] });
    expect(gpu.text).toBe(cpu.text);
    expect(gpu.text).not.toBe("");
    expect(gpu.lines.map(({ words }) => words.map(({ text }) => text))).toEqual(
      cpu.lines.map(({ words }) => words.map(({ text }) => text)),
    );
  } finally {
    await browser.close();
  }
});
