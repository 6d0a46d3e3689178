/** A run that is killed leaves no display behind, and so no browser that draws on it. */

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { expect, test } from "@playwright/test";

import { fromRoot } from "../e2e/paths.js";
import { findPrograms } from "./driver.js";

const PROGRAM = (display: string): string =>
  `import { startDisplay } from "./tests/browsers/webkit-driver.ts";
   const { process: shown } = await startDisplay(${JSON.stringify(display)});
   console.log(String(shown.pid));
   setInterval(() => undefined, 1000);`;

test("a killed run leaves no display behind", async () => {
  const found = findPrograms("WebKit");
  test.skip("missing" in found, "there is no WebKit");
  test.skip(!existsSync("/usr/bin/setpriv"), "there is no setpriv");
  const { display } = (found as { programs: Record<string, string> }).programs;
  const loader = "./tests/unit/web/typescript.mjs";
  const run = spawn(process.execPath, ["--import", loader, "--input-type=module", "-e", PROGRAM(display!)], {
    cwd: fromRoot(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let pid = 0;
  try {
    for await (const line of createInterface(run.stdout)) {
      pid = Number(line);
      break;
    }
    expect(pid).toBeGreaterThan(0);
    expect(isRunning(pid)).toBe(true);
  } finally {
    run.kill("SIGKILL");
  }
  await expect.poll(() => isRunning(pid)).toBe(false);
});

/** Whether a process is there, and more than an entry that its parent has not yet taken out. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
