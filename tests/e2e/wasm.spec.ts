/** WASM with threads and without, and where there is no GPU. */

import type { EngineInfo } from "../../web/src/shared/types.js";
import { fixture } from "./paths.js";
import { Reader, errorOf, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const NOTE = "Hello world\nInvoice 2026";

test("an isolated page reads with several threads", async ({ warm }) => {
  const info = valueOf(await warm.start());
  expect(info).toMatchObject({ used: "wasm", requested: "wasm", isolated: true, fallbacks: [] });
  expect(info.threads).toBeGreaterThan(1);
  const page = valueOf(await warm.read(fixture("note.png")));
  expect(page.text).toBe(NOTE);
  expect(page.backend).toMatchObject({ requested: "wasm", used: "wasm" });
});

test("a page that is not isolated reads the same with one thread", async ({ page, plainSite, warm }) => {
  const reader = await Reader.open(page, plainSite.url, { backend: "wasm" });
  const info = valueOf(await reader.start());
  expect(info).toMatchObject({ used: "wasm", isolated: false, threads: 1 });
  const [single, several] = [reader, warm].map((one) => one.read(fixture("note.png")));
  expect(valueOf(await single!).lines).toEqual(valueOf(await several!).lines);
});

test("what runs is told with the declared fields and no others", async ({ warm }) => {
  const fields = {
    requested: true,
    used: true,
    detail: true,
    fallbacks: true,
    kernels: true,
    threads: true,
    line_workers: true,
    isolated: true,
    profile: true,
    host_operators: true,
    timings_ms: true,
  } satisfies Record<keyof EngineInfo, true>;
  expect(Object.keys(valueOf(await warm.start())).sort()).toEqual(Object.keys(fields).sort());
});

test("without a GPU, auto reads on WASM and says why", async ({ page, site }) => {
  const reader = await Reader.open(page, site.url);
  const info = valueOf(await reader.start());
  expect(info).toMatchObject({ used: "wasm", requested: "auto" });
  expect(info.fallbacks).toEqual([{ from: "webgpu", to: "wasm", reason: expect.stringContaining("WebGPU") }]);
  const result = valueOf(await reader.read(fixture("note.png")));
  expect(result.text).toBe(NOTE);
  expect(result.backend).toMatchObject({ requested: "auto", used: "wasm", fallbacks: info.fallbacks });
});

test("parameters of the stages can be changed, and one that does not exist is named", async ({
  page,
  site,
}) => {
  // With so small a limit nothing of the note is left to see.
  const blind = { detection: { long_side_px: 32, closer_below_px: 0, closer_empty_scale: 0 } };
  const reader = await Reader.open(page, site.url, { backend: "wasm", params: blind });
  expect(valueOf(await reader.read(fixture("note.png"))).text).not.toBe(NOTE);
  const wrong = await Reader.open(page, site.url, { backend: "wasm", params: { detection: { size: 32 } } });
  const error = errorOf(await wrong.start());
  expect(error).toMatchObject({ code: "option_invalid", stage: "load" });
  expect(error.cause).toContain("'size'");
  expect(error.remedy).toContain("long_side_px");
});

test("progress names each stage and ends complete", async ({ warm }) => {
  const { timings_ms } = valueOf(await warm.read(fixture("note.png")));
  const events = await warm.progress();
  const stages = [...new Set(events.map(({ stage }) => stage))].filter((stage) => stage !== "load");
  expect(stages).toEqual(
    ["decode", "detect", "crop", "orient", "recognize", "layout"].filter((s) => stages.includes(s as never)),
  );
  expect(stages).toEqual(expect.arrayContaining(["decode", "detect", "recognize"]));
  for (const stage of stages) {
    const last = events.filter((event) => event.stage === stage).at(-1);
    expect(last?.done).toBe(last?.total);
    expect(timings_ms[stage]).toBeGreaterThanOrEqual(0);
  }
});

test("a page without text is a result without lines", async ({ warm }) => {
  const page = valueOf(await warm.read(fixture("blank.png")));
  expect(page).toMatchObject({ text: "", lines: [], blocks: [], width: 200, height: 120 });
});
