/** The npm package from outside: each kind of project builds with it and reads in Chromium. */

import { cpSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { expect } from "@playwright/test";

import { HostServer } from "../e2e/host-server.js";
import { NOTE, flat } from "../e2e/host-page.js";
import { fromRoot } from "../e2e/paths.js";
import { startSite } from "../e2e/site-server.js";
import { type Installed, test } from "./packed.js";

test.setTimeout(300_000);

const ELEMENT_BYTES = 15 * 1000;

/** How each example gets from its folder to `target`. */
const BUILDS: Readonly<Record<string, (installed: Installed, target: string) => void>> = {
  plain: (installed, target) =>
    cpSync(join(installed.folder, "examples", "plain"), target, { recursive: true }),
  vite: (installed, target) => installed.inExamples("npx", "vite", "build", "vite", "--outDir", target),
  webpack: (installed, target) => {
    installed.inExamples("node", "webpack/build.js", target);
    cpSync(join(installed.folder, "examples", "webpack", "index.html"), join(target, "index.html"));
  },
  esbuild: (installed, target) => {
    installed.inExamples("node", "esbuild/build.js", join(target, "main.js"));
    cpSync(join(installed.folder, "examples", "esbuild", "index.html"), join(target, "index.html"));
  },
  react: (installed, target) => {
    installed.inExamples("npx", "tsc", "-p", "react");
    installed.inExamples("npx", "vite", "build", "react", "--outDir", target);
  },
  vue: (installed, target) => installed.inExamples("npx", "vite", "build", "vue", "--outDir", target),
};

test("every example is built", () => {
  const folders = readdirSync(fromRoot("examples"), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== "node_modules",
  );
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(BUILDS).sort());
});

for (const [name, build] of Object.entries(BUILDS)) {
  test(`the example ${name} builds and reads`, async ({ page, installed, site }) => {
    build(installed, join(installed.site, name));
    await page.goto(`${site.url}${name}/index.html`);
    await expect(page.locator("body")).toHaveAttribute("data-text", /Invoice/, { timeout: 120_000 });
    expect(flat((await page.locator("body").getAttribute("data-text")) ?? "")).toBe(NOTE);
  });
}

test("the snippet of README reads from a CDN, and fetches nothing before it is used", async ({
  page,
  installed,
}) => {
  const snippet = /```html\n(<script type="module" src="https:\/\/any\.cdn[^`]+)```/.exec(
    readFileSync(fromRoot("README.md"), "utf8"),
  )?.[1];
  expect(snippet?.trim().split("\n").length).toBeLessThanOrEqual(5);
  const cdn = await startSite(
    "--no-isolation",
    "--cors",
    "--root",
    join(installed.folder, "examples", "node_modules"),
  );
  const host = await HostServer.start();
  const requested: string[] = [];
  page.on("request", (request) => requested.push(new URL(request.url()).pathname));
  try {
    const own = String(snippet).replace("https://any.cdn/", cdn.url);
    host.serve(own.replace(/<img.*/s, ""));
    await page.goto(host.url);
    await page.evaluate(() => customElements.whenDefined("py-ocr"));
    expect(requested.filter((path) => path.includes("/assets/"))).toEqual([]);
    const scripts = [...new Set(requested.filter((path) => path.endsWith(".js")))];
    const bytes = scripts
      .map((path) => gzipSync(readFileSync(join(installed.folder, "examples", "node_modules", path))).length)
      .reduce((sum, each) => sum + each, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(ELEMENT_BYTES);
    host.serve(own.replaceAll("receipt.jpg", "note.png"));
    await page.goto(host.url);
    await expect
      .poll(() => page.evaluate(() => document.querySelector("py-ocr")?.text), { timeout: 120_000 })
      .toContain("Invoice");
  } finally {
    host.stop();
    cdn.stop();
  }
});

test("imports do nothing on a server, and a call says why", ({ installed }) => {
  const script = `
    const { read, OcrClient } = await import("py-ocr");
    const { PyOcrElement } = await import("py-ocr/element");
    new OcrClient();
    console.log(typeof PyOcrElement, await read("note.png").catch(({ code }) => code));`;
  expect(installed.inExamples("node", "--input-type=module", "-e", script).trim()).toBe(
    "function environment_unsupported",
  );
});

test("a profile alone is laid out, compressed, and the doctor finds what is wrong", async ({ installed }) => {
  const folder = join(installed.folder, "fast");
  installed.command("copy", folder, "--profile", "fast");
  const names = readdirSync(join(folder, "models"));
  expect(names.filter((name) => name.endsWith(".onnx")).every((name) => !name.includes("small"))).toBe(true);
  expect(names).toContain("ppocr-v6-tiny-rec.onnx.br");
  const server = await startSite("--no-isolation", "--root", folder);
  try {
    const well = installed.doctor(server.url);
    expect(well.told).toContain("Nothing has to be changed");
    expect(well.status).toBe(0);
    const elsewhere = installed.doctor(server.url, "--page", "https://example.invalid/");
    expect(elsewhere.status).toBe(1);
    expect(elsewhere.told).toContain("Access-Control-Allow-Origin");
    const nowhere = installed.doctor(`${server.url}nowhere/`);
    expect(nowhere.status).toBe(1);
    expect(nowhere.told).toContain("404");
  } finally {
    server.stop();
  }
});
