/** With how many pixels an image is read: by the memory of the device, and never other than its shape. */

import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { readPixelsHere, sizeWithin } from "../../../web/src/worker/image-size.js";

for (const [deviceMemory, megapixels] of [
  [1, 6],
  [2, 12],
  [8, 48],
  [32, 48],
  [undefined, 24],
] as const) {
  test(`a device with ${deviceMemory ?? "unknown"} GB reads ${megapixels} megapixels`, () => {
    Object.defineProperty(globalThis, "navigator", { value: { deviceMemory }, configurable: true });
    assert.equal(readPixelsHere(), megapixels * 1_000_000);
  });
}

test("what is small enough stays; what is not gets as many pixels as may be, in its own shape", () => {
  const side = fc.integer({ min: 1, max: 65_535 });
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 50_000_000 }), (width, height, most) => {
      const small = sizeWithin({ width, height }, most);
      if (width * height <= most) return assert.deepEqual(small, { width, height });
      assert.ok(
        (small.width * small.height <= most || small.width === 1) && small.width >= 1 && small.height >= 1,
      );
      if (Math.min(small.width, small.height) < 50) return undefined;
      assert.ok(Math.abs(small.width / small.height / (width / height) - 1) < 0.03, "its shape");
      assert.ok(small.width * small.height > most * 0.9, "as many as may be");
    }),
  );
});
