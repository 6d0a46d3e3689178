/** Which Chromium the tests start, and with which switches. */

import { existsSync, readFileSync } from "node:fs";

import type { LaunchOptions } from "@playwright/test";

import { fromRoot } from "./paths.js";

/** Keep the browser itself from calling out: only the page's own requests are to be seen. */
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

/** WebGPU on SwiftShader, a GPU computed by the processor: slow, and the same on every machine. */
const SWIFTSHADER = [
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-webgpu-adapter=swiftshader",
];

export function launchOptions({ swiftShader = false } = {}): LaunchOptions {
  const executablePath = findChromium();
  return {
    // Chromium refuses its sandbox to root, which is what containers run as.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...QUIET, ...(swiftShader ? SWIFTSHADER : [])],
    ...(executablePath === undefined ? {} : { executablePath }),
  };
}

/** What set-up recorded, else the system's; undefined leaves it to Playwright's own download. */
function findChromium(): string | undefined {
  const named = process.env["PY_OCR_CHROMIUM"];
  if (named) return named;
  const record = fromRoot(".build", "chromium.json");
  if (existsSync(record))
    return (JSON.parse(readFileSync(record, "utf8")) as { executable: string }).executable;
  return ["/usr/bin/chromium", "/usr/bin/google-chrome-stable"].find((path) => existsSync(path));
}
