#!/usr/bin/env node
// The command of the npm package: lays out the files that a site needs, and looks at how a site serves them.

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { copy } from "./copy.mjs";
import { doctor } from "./doctor.mjs";

const HELP = `Usage:
  py-ocr copy FOLDER [--profile NAME]... [--no-compress]   lay out the files that a site serves
  py-ocr doctor URL [--page URL]                           look at how a site serves them

copy    --profile      only what this profile needs: fast, balanced, best (may be repeated; all by default)
        --no-compress  without .br and .gz beside the files
doctor  --page         the page that reads, where it is of another origin than the files
        Ends with 1 where something has to be changed.
`;

const OPTIONS = {
  profile: { type: "string", multiple: true, default: [] },
  "no-compress": { type: "boolean", default: false },
  page: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false },
};

async function main() {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [command, target, ...rest] = positionals;
  if (values.help) return print(HELP);
  if (values.version) {
    const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
    return print(`${JSON.parse(text).version}\n`);
  }
  if (target === undefined || rest.length > 0) return fail(HELP);
  if (command === "copy") {
    return copy(new URL("../assets/", import.meta.url), target, {
      profiles: values.profile,
      compress: !values["no-compress"],
      say: console.log,
    });
  }
  if (command === "doctor") {
    const index = await readFile(new URL("../assets/assets.json", import.meta.url), "utf8");
    const { engine } = JSON.parse(index);
    const isWell = await doctor(target, { page: values.page, engine, say: console.log });
    if (!isWell) process.exitCode = 1;
    return undefined;
  }
  return fail(HELP);
}

function print(text) {
  process.stdout.write(text);
}

function fail(text) {
  process.stderr.write(text);
  process.exitCode = 2;
}

try {
  await main();
} catch (error) {
  fail(`error: ${error.message}\n`);
}
