/** The unit tests, unchanged, in Pyodide in Chromium: the Python that users run, with the wheels that they get. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import type * as Pyodide from "pyodide";

import { PYTHON, fromRoot } from "./paths.js";
import { expect, test } from "./test.js";

interface Outcome {
  readonly status: number;
  readonly passed?: number;
  readonly failed?: number;
}

test("the unit tests pass in Pyodide", async ({ page, site }, testInfo) => {
  test.setTimeout(300_000);
  const archive = execFileSync(PYTHON, [fromRoot("tests", "e2e", "pack_unit_tests.py")], {
    maxBuffer: 2 ** 26,
  });
  const loader = readFileSync(fromRoot("node_modules", "pyodide", "pyodide.mjs"));
  const html = "<!doctype html><title>unit tests</title><link rel='icon' href='data:,'>";
  await page.route("**/unit/*", (route) => {
    if (route.request().url().endsWith(".zip")) return route.fulfill({ body: archive });
    if (route.request().url().endsWith(".mjs"))
      return route.fulfill({ body: loader, contentType: "text/javascript" });
    return route.fulfill({ body: html, contentType: "text/html" });
  });
  const output: string[] = [];
  page.on("console", (message) => output.push(message.text()));

  await page.goto(`${site.url}unit/index.html`);
  const running = page.evaluate(
    async (script) => {
      const { loadPyodide } = (await import(new URL("pyodide.mjs", location.href).href)) as typeof Pyodide;
      const { engine, files } = (await (await fetch("../assets.json")).json()) as {
        engine: string;
        files: Record<string, unknown>;
      };
      const fetchBytes = async (path: string): Promise<ArrayBuffer> => (await fetch(path)).arrayBuffer();
      // The site's archives are compressed as a whole.
      const fetchArchive = async (path: string): Promise<ArrayBuffer> => {
        const { body } = await fetch(path);
        if (body === null) throw new Error(`${path} is empty`);
        return new Response(body.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
      };
      const library = await fetchArchive(`../${engine}/pyodide/python_stdlib.zip.deflate`);
      const python = await loadPyodide({
        indexURL: new URL(`../${engine}/pyodide/`, location.href).href,
        stdLibURL: URL.createObjectURL(new Blob([library])),
      });
      for (const path of Object.keys(files)) {
        if (/\/(?:late-)?wheels\//.test(path)) {
          python.unpackArchive(await fetchArchive(`../${path}`), "whl", {
            extractDir: "/home/unit/site-packages",
          });
        }
      }
      python.unpackArchive(await fetchBytes("tests.zip"), "zip", { extractDir: "/home/unit" });
      return JSON.parse((await python.runPythonAsync(script)) as string) as Outcome;
    },
    readFileSync(fromRoot("tests", "e2e", "run_unit_tests.py"), "utf8"),
  );
  // Also what a crash leaves behind: the last test that is named was the last one to end.
  const attach = (): Promise<void> =>
    testInfo.attach("pytest", { body: output.join("\n"), contentType: "text/plain" });
  const outcome = await running.finally(attach);

  expect(outcome, output.join("\n")).toEqual({ status: 0, passed: outcome.passed });
  expect(outcome.passed).toBeGreaterThan(150);
});
