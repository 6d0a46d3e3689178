/** The same pixels give the same lines natively and in the browser, with every profile. */

import { execFileSync } from "node:child_process";

import type { OcrPage } from "../../web/src/shared/types.js";
import { PYTHON, fromRoot } from "./paths.js";
import { Reader, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

interface NativeReading {
  readonly width: number;
  readonly height: number;
  readonly rgba: string;
  readonly page: OcrPage;
}

for (const image of ["tests/fixtures/letter.png", "tests/fixtures/mixed.png", "web/samples/receipt.jpg"]) {
  test(`${image} gives the same lines natively and on WASM`, ({ warm }) => compare(warm, image, "balanced"));
}

for (const profile of ["fast", "best"]) {
  test(`the profile ${profile} gives the same lines natively and on WASM`, async ({ revisit, site }) => {
    const reader = await Reader.open(revisit, site.url, { backend: "wasm", profile });
    expect(valueOf(await reader.start()).profile).toBe(profile);
    await compare(reader, "tests/fixtures/letter.png", profile);
  });
}

async function compare(reader: Reader, image: string, profile: string): Promise<void> {
  const output = execFileSync(PYTHON, ["-m", "tests.e2e.read_natively", image, profile], {
    cwd: fromRoot(),
    maxBuffer: 2 ** 28,
  });
  const { width, height, rgba, page: native } = JSON.parse(output.toString()) as NativeReading;
  const web = valueOf(await reader.readPixels({ width, height, rgba: Buffer.from(rgba, "base64") }));

  expect(native.lines.length).toBeGreaterThan(3);
  expect(web.models).toEqual(native.models);
  expect(web.models.profile).toBe(profile);
  expect(web.lines.map(({ text }) => text)).toEqual(native.lines.map(({ text }) => text));
  expect(web.lines.map(({ recognizer }) => recognizer)).toEqual(
    native.lines.map(({ recognizer }) => recognizer),
  );
  expect(web.text).toBe(native.text);
  expect(web.blocks.map(({ lines }) => lines)).toEqual(native.blocks.map(({ lines }) => lines));
  for (const [index, line] of native.lines.entries()) {
    const twin = web.lines[index]!;
    expect(twin.words.map(({ text }) => text)).toEqual(line.words.map(({ text }) => text));
    expect(Math.abs(twin.confidence - line.confidence)).toBeLessThan(0.02);
    for (const [corner, [x, y]] of line.quad.entries()) {
      expect(Math.abs(twin.quad[corner]![0] - x)).toBeLessThanOrEqual(1);
      expect(Math.abs(twin.quad[corner]![1] - y)).toBeLessThanOrEqual(1);
    }
  }
}
