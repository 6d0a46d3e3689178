/** The npm package from outside: each kind of project builds with it and reads in Chromium. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { expect } from "@playwright/test";

import type { OcrError } from "../../web/src/shared/errors.js";
import { HostServer } from "../e2e/host-server.js";
import { NOTE, flat } from "../e2e/host-page.js";
import { fromRoot } from "../e2e/paths.js";
import { startSite } from "../e2e/site-server.js";
import { snippets } from "./readme.js";
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

test("each bundler takes the translations along", async ({ page, installed, site }) => {
  // Those whose page has the element from the bundle.
  for (const name of ["webpack", "react", "vue"]) {
    const folder = join(installed.site, name);
    if (!existsSync(folder)) BUILDS[name]?.(installed, folder);
    await page.goto(`${site.url}${name}/index.html`);
    await page.evaluate(async () => {
      await customElements.whenDefined("py-ocr");
      const element = document.createElement("py-ocr");
      element.lang = "de";
      element.id = "german";
      document.body.append(element);
    });
    await expect(page.locator("#german")).toContainText("Bild auswählen");
  }
});

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

test("README's lines of JavaScript run as they stand, and name the address of what they read", async ({
  page,
  installed,
  site,
}) => {
  const [text] = snippets("js").filter((snippet) => snippet.includes('from "py-ocr"'));
  expect(String(text).trim().split("\n").length).toBeLessThanOrEqual(5);
  const folder = join(installed.folder, "examples", "readme");
  mkdirSync(folder);
  const sources = {
    file: `new File([await (await fetch("/note.png")).blob()], "note.png")`,
    url: `"/note.png"`,
    bytes: `await (await fetch("/note.png")).arrayBuffer()`,
  };
  for (const [name, source] of Object.entries(sources)) {
    const given = `const fileOrUrlOrCanvasOrBytesOrVideo = ${source};\n`;
    const after = `\ndocument.body.dataset.text = text;\n`;
    // As Vite and others do with a page's own modules, after naming the folder once, which a CDN does without.
    const folderNamed = `import { setBaseUrl } from "py-ocr";\nsetBaseUrl("/py-ocr/");\n`;
    writeFileSync(join(folder, `${name}.js`), folderNamed + given + String(text) + after);
    const target = join(installed.site, "readme", name);
    const options = ["--bundle", "--format=esm", `--outfile=${join(target, "main.js")}`];
    installed.inExamples("npx", "esbuild", `readme/${name}.js`, ...options);
    writeFileSync(
      join(target, "index.html"),
      `<!doctype html><title>README</title><body><script type="module" src="main.js"></script>`,
    );
    await page.goto(`${site.url}readme/${name}/index.html`);
    await expect(page.locator("body")).toHaveAttribute("data-text", /Invoice/, { timeout: 120_000 });
  }
});

test("README's lines of HTML for a site of one's own run as they stand", async ({
  page,
  installed,
  site,
}) => {
  const [text] = snippets("html").filter((snippet) => snippet.includes("ocr-element.js"));
  expect(String(text).trim().split("\n").length).toBeLessThanOrEqual(5);
  mkdirSync(join(installed.site, "images"));
  cpSync(join(installed.site, "note.png"), join(installed.site, "images", "receipt.jpg"));
  writeFileSync(join(installed.site, "own.html"), `<!doctype html><title>Own</title>${text}`);
  const printed = page.waitForEvent("console", {
    predicate: (message) => message.type() === "log",
    timeout: 120_000,
  });
  await page.goto(`${site.url}own.html`);
  expect(flat((await printed).text())).toBe(NOTE);
});

test("README's commands of npx run as they stand", async ({ installed }) => {
  const [text] = snippets("sh").filter((snippet) => snippet.includes("npx py-ocr"));
  const folder = join(installed.folder, "examples", "commands");
  mkdirSync(join(folder, "public"), { recursive: true });
  const server = await startSite("--no-isolation", "--root", join(folder, "public"));
  try {
    const own = String(text).replace("https://example.org/", server.url);
    const { status, stdout } = spawnSync("bash", ["-e", "-c", own], { cwd: folder, encoding: "utf8" });
    expect(stdout).toContain("Nothing has to be changed");
    expect(status).toBe(0);
  } finally {
    server.stop();
  }
});

test("what is laid out is whole, and an engine of the version before stays, of no earlier one", ({
  installed,
}) => {
  const folder = join(installed.folder, "versions");
  const before = ["engine-000000000001", "engine-000000000002"];
  for (const [index, name] of before.entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    utimesSync(join(folder, name), index + 1, index + 1);
  }
  installed.command("copy", folder, "--no-compress", "--profile", "fast");
  const { engine, files } = JSON.parse(readFileSync(join(folder, "assets.json"), "utf8")) as {
    engine: string;
    files: Record<string, { sha256: string }>;
  };
  expect(
    readdirSync(folder)
      .filter((name) => name.startsWith("engine-"))
      .sort(),
  ).toEqual([before[1], engine].sort());
  expect(Object.keys(files).length).toBeGreaterThan(50);
  for (const [path, { sha256 }] of Object.entries(files)) {
    const data = readFileSync(join(folder, path));
    expect(createHash("sha256").update(data).digest("hex"), path).toBe(sha256);
  }
  // Nothing but pages, entries and their parts lies outside of the engine's folder, and parts have hashes.
  const outside = Object.keys(files).filter((path) => !path.startsWith(engine));
  const entries = /^assets\/(?:page|embed|headless|ocr-client|ocr-element)\.(?:js|css)(?:\.LEGAL\.txt)?$/;
  const scripts = outside.filter((path) => /\.m?js$/.test(path) && !entries.test(path));
  expect(scripts.filter((path) => !/^assets\/part-[A-Z0-9]{8}\.js$/.test(path))).toEqual([]);
});

test("a deployment of another version is an error that says so, and the doctor sees it", async ({
  page,
  installed,
}) => {
  const folder = join(installed.folder, "other");
  installed.command("copy", folder, "--no-compress", "--profile", "fast");
  const listing = join(folder, "assets.json");
  const index = JSON.parse(readFileSync(listing, "utf8")) as { engine: string };
  renameSync(join(folder, index.engine), join(folder, "engine-000000000001"));
  const text = readFileSync(listing, "utf8").replaceAll(index.engine, "engine-000000000001");
  writeFileSync(listing, text);
  const server = await startSite("--no-isolation", "--root", folder);
  try {
    const doctor = installed.doctor(server.url);
    expect(doctor.status).toBe(1);
    expect(doctor.told).toContain("another version");
    await page.goto(`${server.url}embed.html`);
    const error = await page.evaluate(async (address) => {
      const { read } = (await import(address)) as typeof import("../../web/src/client/index.js");
      return read(new Blob(["x"])).catch(({ code, message }: OcrError) => ({ code, message }));
    }, `${server.url}assets/ocr-client.js`);
    expect(error).toMatchObject({ code: "asset_unreachable" });
    expect(String((error as OcrError).message)).toMatch(/404 for .*same version/s);
  } finally {
    server.stop();
  }
});

test("JSX of any kind knows the element", ({ installed }) => {
  const folder = join(installed.folder, "examples", "jsx");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "own.tsx"),
    `import "py-ocr/jsx";
export const well = <py-ocr src="a.png" loading="lazy" languages="de en" />;
// @ts-expect-error: there is no such loading
export const ill = <py-ocr loading="soon" />;
`,
  );
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--jsx", "preserve"];
  installed.inExamples("npx", "tsc", ...options, "--skipLibCheck", "--ignoreConfig", "jsx/own.tsx");
});

test("a profile alone is laid out, compressed, and the doctor finds what is wrong", async ({ installed }) => {
  const folder = join(installed.folder, "fast");
  installed.command("copy", folder, "--profile", "fast");
  const [engine] = readdirSync(folder).filter((name) => name.startsWith("engine-"));
  const names = readdirSync(join(folder, String(engine), "models"));
  expect(names.filter((name) => name.endsWith(".onnx")).every((name) => !name.includes("small"))).toBe(true);
  expect(names).toContain("ppocr-v6-tiny-rec.onnx.br");
  const server = await startSite("--no-isolation", "--root", folder);
  try {
    const well = installed.doctor(server.url);
    expect(well.told).toContain("Nothing has to be changed");
    expect(well.told).not.toMatch(/Cache-Control/);
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
