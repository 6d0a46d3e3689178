/** The faster kernels of the WASM runtime: used where they can be, switched off when asked, given up when they are wrong. */

import { inWorker, tamperWith } from "./faults.js";
import { fixture } from "./paths.js";
import { Reader, errorOf, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const NOTE = "Hello world\nInvoice 2026";
/** Those with relaxed SIMD are in the runtime's file already. */
const PATCH = "ort/kernels.simd.json";

/** Before the worker's script: a browser that does not compile relaxed SIMD. */
const WITHOUT_RELAXED_SIMD = `
  const { validate } = WebAssembly;
  WebAssembly.validate = (bytes) => !String([...bytes]).includes("253,133,2") && validate(bytes);`;

/** Change the body of one kernel in a patch file. */
function inBody(name: string, change: (body: Buffer) => void): (text: string) => string {
  return (text) => {
    const patch = JSON.parse(text) as { kernels: { name: string; body: string }[] };
    for (const kernel of patch.kernels) {
      if (kernel.name !== name) continue;
      const body = Buffer.from(kernel.body, "base64");
      change(body);
      kernel.body = body.toString("base64");
    }
    return JSON.stringify(patch);
  };
}

/** f32x4.add becomes f32x4.sub. */
function subtract(body: Buffer): void {
  const [add, sub] = [Buffer.from([0xfd, 0xe4, 0x01]), Buffer.from([0xfd, 0xe5, 0x01])];
  for (let at = body.indexOf(add); at !== -1; at = body.indexOf(add)) sub.copy(body, at);
}

test("the fastest kernels are used, and read what the stock ones read", async ({ page, site, warm }) => {
  expect(valueOf(await warm.start())).toMatchObject({ kernels: "relaxed-simd", fallbacks: [] });
  const fast = valueOf(await warm.read(fixture("note.png")));
  expect(fast.backend.kernels).toBe("relaxed-simd");
  const reader = await Reader.open(page, site.url, { backend: "wasm", kernels: "stock" });
  expect(valueOf(await reader.start())).toMatchObject({ kernels: "stock", fallbacks: [] });
  const stock = valueOf(await reader.read(fixture("note.png")));
  expect(stock.text).toBe(NOTE);
  expect(fast.lines).toHaveLength(stock.lines.length);
  for (const [index, line] of stock.lines.entries()) {
    expect(fast.lines[index]?.text).toBe(line.text);
    expect(fast.lines[index]?.confidence).toBeCloseTo(line.confidence, 3);
  }
});

test("a browser without relaxed SIMD gets the kernels without it", async ({ page, site }) => {
  await inWorker(page.context(), WITHOUT_RELAXED_SIMD);
  const reader = await Reader.open(page, site.url, { backend: "wasm" });
  expect(valueOf(await reader.start())).toMatchObject({ kernels: "simd", fallbacks: [] });
  expect(valueOf(await reader.read(fixture("note.png"))).text).toBe(NOTE);
});

test("the address of the page switches them off", async ({ page, site }) => {
  const fetched: string[] = [];
  page.context().on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(`${site.url}?backend=wasm&kernels=stock`);
  const used = await page.evaluateHandle(() => {
    const result = new Promise<string | null>((resolve) => {
      document.addEventListener("py-ocr-result", ({ detail }) => resolve(detail.backend.kernels));
    });
    return { result };
  });
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  await (await chooser).setFiles({ name: "note.png", mimeType: "", buffer: fixture("note.png") });
  expect(await used.evaluate(({ result }) => result)).toBe("stock");
  expect(fetched).toContainEqual(expect.stringMatching(/\/ort\/ort-wasm-simd-threaded\.wasm$/));
  expect(fetched.filter((path) => path.includes("kernels"))).toEqual([]);
});

for (const [what, path, change, reason] of [
  ["compute something wrong", PATCH, inBody("erf", subtract), "self-check"],
  [
    "do not compile",
    PATCH,
    inBody("sgemm", (body) => body.fill(0xff, body.length - 9)),
    "With the faster kernels:",
  ],
  [
    "know another version of ONNX Runtime",
    PATCH,
    (text: string) => text.replace(/"stock_sha256": "\w+"/, `"stock_sha256": "${"0".repeat(64)}"`),
    "lacks the known bodies of sgemm",
  ],
  ["cannot be parsed", PATCH, (text: string) => text.slice(1), "the patch file cannot be read"],
] as const) {
  test(`kernels that ${what} give way to the stock ones, which is said`, async ({ page, site }) => {
    await inWorker(page.context(), WITHOUT_RELAXED_SIMD);
    await tamperWith(page.context(), path, change);
    const reader = await Reader.open(page, site.url, { backend: "wasm" });
    const info = valueOf(await reader.start());
    expect(info).toMatchObject({ used: "wasm", kernels: "stock" });
    expect(info.fallbacks).toEqual([
      { from: "wasm with faster kernels", to: "wasm", reason: expect.stringContaining(reason) },
    ]);
    const result = valueOf(await reader.read(fixture("note.png")));
    expect(result.text).toBe(NOTE);
    expect(result.backend).toMatchObject({ kernels: "stock", fallbacks: info.fallbacks });
  });
}

test("kernels that there are not are named, with those that there are", async ({ page, site }) => {
  const reader = await Reader.open(page, site.url, { kernels: "fast" as "auto" });
  const error = errorOf(await reader.start());
  expect(error).toMatchObject({ code: "option_invalid", stage: "load" });
  expect(error.cause).toContain("kernels must be one of");
  expect(error.cause).toContain("relaxed-simd");
});
