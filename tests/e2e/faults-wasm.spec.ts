/** Faults of WASM, behind which there is no other backend: a clear error, and an engine that can be used again. */

import { arm, armed, inWorker, openListening } from "./faults.js";
import { fixture } from "./paths.js";
import { errorOf, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const NOTE = "Hello world\nInvoice 2026";

test("memory that cannot grow is a clear error, and the engine goes on", async ({ page, site }) => {
  await armed(page.context());
  const reader = await openListening(page, site.url, "wasm");
  expect(valueOf(await reader.read(fixture("note.png"))).text).toBe(NOTE);

  await arm(page, "no-memory");
  const [width, height] = [4000, 3000];
  const error = errorOf(
    await reader.readPixels({ width, height, rgba: Buffer.alloc(width * height * 4, 255) }),
  );
  expect(error).toMatchObject({ name: "OcrError", code: "out_of_memory" });
  expect(error.remedy).toContain("Scale the image down");

  await arm(page, "");
  expect(valueOf(await reader.read(fixture("note.png"))).text).toBe(NOTE);
});

test("without shared memory it reads with one thread, and says so", async ({ page, plainSite }) => {
  await inWorker(page.context(), "delete globalThis.SharedArrayBuffer;");
  const reader = await openListening(page, plainSite.url, "auto");
  const info = valueOf(await reader.start());
  expect(info).toMatchObject({ used: "wasm", threads: 1, isolated: false });
  expect(info.fallbacks).toEqual([
    { from: "webgpu", to: "wasm", reason: expect.stringContaining("WebGPU cannot be used") },
  ]);
  expect(valueOf(await reader.read(fixture("note.png"))).text).toBe(NOTE);
});

for (const [backend, code, said] of [
  ["webgpu", "backend_unavailable", "WebGPU cannot be used"],
  ["webnn", "backend_unavailable", "WebNN cannot be used"],
  ["native", "backend_unavailable", "runs only in CPython"],
  ["native-cuda", "backend_unavailable", "runs only in CPython"],
  ["cuda", "backend_unknown", "There is no backend"],
] as const) {
  test(`${backend} cannot be used here: the error says why, and what would work`, async ({
    revisit,
    site,
  }) => {
    const reader = await openListening(revisit, site.url, backend);
    const error = errorOf(await reader.start());
    expect(error).toMatchObject({ name: "OcrError", code, stage: "load" });
    expect(error.cause).toContain(said);
    expect(error.remedy).toMatch(/auto|wasm/);
  });
}
