/**
 * Two minutes of the fuzzer, natively and in the page: what was found once, damage that is always the same, of which both
 * have to say the same, and damage that is new with every commit. `npm run fuzz` goes on for hours.
 */

import { execFileSync, spawnSync } from "node:child_process";

import { fromRoot } from "./paths.js";
import { expect, test } from "./test.js";

const SECONDS = 60;

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
  const commits = execFileSync("git", ["rev-list", "--count", "HEAD"], { cwd: fromRoot(), encoding: "utf8" });
  const seed = String(Number(commits) * 1000);
  const { status, said } = fuzz("--seconds", String(SECONDS), "--seed", seed);
  expect(status, said).toBe(0);
  test.info().annotations.push({ type: "fuzz", description: said.trim().split("\n").at(-1) ?? "" });
});
