/**
 * Two minutes of the fuzzer, natively and in the page: what was found once, and damage that is always the same, so that a
 * change is to blame for what it finds. `npm run fuzz` goes on for hours, with damage that is new every time.
 */

import { spawnSync } from "node:child_process";

import { fromRoot } from "./paths.js";
import { expect, test } from "./test.js";

function fuzz(...options: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(
    fromRoot(".venv", "bin", "python"),
    ["-m", "measure.fuzz", ...options],
    { cwd: fromRoot(), encoding: "utf8" },
  );
  return { status, said: stdout + stderr };
}

test.setTimeout(400_000);

test("of damaged files both say the same, in the same words, and read a good image after each", () => {
  const { status, said } = fuzz("--count", "90", "--seed", "1", "--same-verdicts");
  expect(status, said).toBe(0);
  expect(said).toContain("90 files read");
});

test("no damage crashes, hangs, goes without a name or is silently empty", () => {
  const { status, said } = fuzz("--count", "70", "--seed", "518000");
  expect(status, said).toBe(0);
  expect(said).toContain("70 files read");
});
