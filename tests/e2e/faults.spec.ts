/**
 * Faults of a GPU, in a real Chromium with WebGPU on SwiftShader: the right text at the end, and the way to it told.
 *
 * The first test lets the self-check pass; its verdict is remembered, as it is for every second visit.
 */

import { type BrowserContext, chromium } from "@playwright/test";

import { launchOptions } from "./chromium.js";
import {
  type Fault,
  GPU_RUNTIME,
  arm,
  armed,
  inRuntime,
  inWorker,
  openListening,
  tamperWithReferences,
} from "./faults.js";
import { fixture } from "./paths.js";
import { Reader, errorOf, valueOf } from "./reader.js";
import { expect, test as base, watch } from "./test.js";

const IMAGE = fixture("word.png");

const test = base.extend<object, { visitor: BrowserContext; text: string }>({
  /** Somebody with a GPU, who has been here before. */
  visitor: [
    async ({}, use) => {
      const browser = await chromium.launch(launchOptions({ swiftShader: true }));
      const context = await browser.newContext();
      watch(context);
      await use(context);
      await browser.close();
    },
    { scope: "worker" },
  ],
  /** What the image says. */
  text: [
    async ({ warm }, use) => {
      const { text } = valueOf(await warm.read(IMAGE));
      expect(text).not.toBe("");
      await use(text);
    },
    { scope: "worker" },
  ],
});

test.setTimeout(300_000);

test.afterEach(async ({ visitor }) => {
  await visitor.unrouteAll({ behavior: "ignoreErrors" });
  for (const page of visitor.pages()) await page.close();
});

test("a GPU that computes rightly passes its self-check, which is not repeated", async ({
  visitor,
  site,
  text,
}) => {
  const first = await openListening(await visitor.newPage(), site.url, "auto");
  const info = valueOf(await first.start());
  expect(info).toMatchObject({ used: "webgpu", fallbacks: [] });
  expect(info.timings_ms["self_check"]).toBeGreaterThan(0);
  expect(info.host_operators).toContain("Shape");
  expect(valueOf(await first.read(IMAGE)).text).toBe(text);

  const second = await openListening(await visitor.newPage(), site.url, "auto");
  const again = valueOf(await second.start());
  expect(again.used).toBe("webgpu");
  expect(again.timings_ms["self_check"]).toBeLessThan(info.timings_ms["self_check"]! / 10);
});

test("the other profile of models passes as well", async ({ visitor, site }) => {
  const options = { backend: "webgpu", profile: "ppocr-v4-mobile" } as const;
  const reader = await Reader.open(await visitor.newPage(), site.url, options);
  const info = valueOf(await reader.start());
  expect(info).toMatchObject({ used: "webgpu", profile: "ppocr-v4-mobile", fallbacks: [] });
  expect(info.timings_ms["self_check"]).toBeGreaterThan(0);
});

for (const [name, script, reason] of [
  ["no WebGPU", `Object.defineProperty(navigator, "gpu", { value: undefined });`, "does not have it"],
  ["no adapter", `GPU.prototype.requestAdapter = async () => null;`, "found no GPU adapter"],
  [
    "an adapter that is refused",
    `GPU.prototype.requestAdapter = async () => { throw new Error("injected"); };`,
    "refused a GPU adapter",
  ],
  [
    "a device that is refused",
    `GPUAdapter.prototype.requestDevice = async () => { throw new Error("injected"); };`,
    "gave no device",
  ],
] as const) {
  test(`${name}: WASM reads instead, and the reason is told`, async ({ visitor, site, text }) => {
    await inWorker(visitor, script);
    const reader = await openListening(await visitor.newPage(), site.url, "auto");
    const page = valueOf(await reader.read(IMAGE));
    expect(page.text).toBe(text);
    expect(page.backend).toMatchObject({ requested: "auto", used: "wasm" });
    expect(page.backend.fallbacks).toEqual([
      { from: "webgpu", to: "wasm", reason: expect.stringContaining(reason) },
    ]);
  });
}

test("models that cannot be loaded on the GPU are loaded on WASM, without being fetched again", async ({
  visitor,
  site,
  text,
}) => {
  const newcomer = await visitor.browser()!.newContext();
  watch(newcomer);
  await inRuntime(
    newcomer,
    GPU_RUNTIME,
    `ort.InferenceSession.create = async () => { throw new Error("injected: no session"); };`,
  );
  const fetched: string[] = [];
  newcomer.on("request", (request) => {
    if (request.url().endsWith(".onnx")) fetched.push(request.url());
  });
  const reader = await openListening(await newcomer.newPage(), site.url, "auto");
  const page = valueOf(await reader.read(IMAGE));
  expect(page.text).toBe(text);
  expect(page.backend.fallbacks).toEqual([
    { from: "webgpu", to: "wasm", reason: expect.stringContaining("injected: no session") },
  ]);
  expect(fetched).toHaveLength(4);
  expect(new Set(fetched).size).toBe(4);
  await newcomer.close();
});

for (const [name, fault, reason] of [
  ["a run that throws", "throw", "injected: the run failed"],
  ["a detector that sees nothing", "blind", "whatever is shown"],
  ["a recogniser that gives NaN", "nan", "scores lie between nan"],
] as const satisfies readonly (readonly [string, Fault, string])[]) {
  test(`${name}: the page is finished on WASM`, async ({ visitor, site, text }) => {
    await armed(visitor);
    const page = await visitor.newPage();
    const reader = await openListening(page, site.url, "auto");
    expect(valueOf(await reader.start()).used).toBe("webgpu");
    await arm(page, fault);
    const result = valueOf(await reader.read(IMAGE));
    expect(result.text).toBe(text);
    expect(result.backend).toMatchObject({ requested: "auto", used: "wasm" });
    expect(result.backend.fallbacks).toEqual([
      { from: "webgpu", to: "wasm", reason: expect.stringContaining(reason) },
    ]);
    expect(await page.evaluate(() => backends)).toEqual(["wasm"]);
  });
}

test("a device that is lost in the middle of a page: WASM finishes it, and the next is back on the GPU", async ({
  visitor,
  site,
  text,
}) => {
  await armed(visitor);
  const page = await visitor.newPage();
  const reader = await openListening(page, site.url, "auto");
  await reader.start();
  await arm(page, "destroy");
  const lost = valueOf(await reader.read(IMAGE));
  expect(lost.text).toBe(text);
  expect(lost.backend).toMatchObject({ requested: "auto", used: "wasm" });
  expect(lost.backend.fallbacks).toEqual([
    { from: "webgpu", to: "wasm", reason: expect.stringContaining("The GPU device was lost") },
  ]);

  const next = valueOf(await reader.read(IMAGE));
  expect(next.text).toBe(text);
  expect(next.backend).toMatchObject({ requested: "auto", used: "webgpu", fallbacks: [] });
  expect(await page.evaluate(() => backends)).toEqual(["wasm", "webgpu"]);
});

test("WebGPU that was asked for by name fails by name, and works again", async ({ visitor, site, text }) => {
  await armed(visitor);
  const page = await visitor.newPage();
  const reader = await openListening(page, site.url, "webgpu");
  expect(valueOf(await reader.start()).used).toBe("webgpu");
  await arm(page, "destroy");
  expect(errorOf(await reader.read(IMAGE))).toMatchObject({ code: "backend_lost" });
  const recovered = valueOf(await reader.read(IMAGE));
  expect(recovered.text).toBe(text);
  expect(recovered.backend).toMatchObject({ requested: "webgpu", used: "webgpu", fallbacks: [] });
});

test("a GPU that computes something else is not used", async ({ visitor, site, text }) => {
  await tamperWithReferences(visitor);
  const chosen = await openListening(await visitor.newPage(), site.url, "webgpu");
  const error = errorOf(await chosen.start());
  expect(error).toMatchObject({ code: "self_check_failed", stage: "load" });
  expect(error.cause).toContain("ppocr-v6-small-det, small input: block_means are off by");
  expect(error.remedy).toContain("wasm");

  const auto = await openListening(await visitor.newPage(), site.url, "auto");
  const page = valueOf(await auto.read(IMAGE));
  expect(page.text).toBe(text);
  expect(page.backend.fallbacks).toEqual([
    { from: "webgpu", to: "wasm", reason: expect.stringContaining("failed its self-check") },
    // Our kernels have to prove themselves by the same references; the stock ones need not.
    {
      from: "wasm with faster kernels",
      to: "wasm",
      reason: expect.stringContaining("failed its self-check"),
    },
  ]);
});
