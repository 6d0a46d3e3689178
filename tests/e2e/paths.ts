/** Where things are in the checkout. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function fromRoot(...parts: string[]): string {
  return join(ROOT, ...parts);
}

export const PYTHON = fromRoot(".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** An image of tests/fixtures. */
export function fixture(name: string): Buffer {
  return readFileSync(fromRoot("tests", "fixtures", name));
}
