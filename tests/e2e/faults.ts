/**
 * Faults put into a real browser from outside: files of the site are changed on their way to it, so that the site
 * itself has no hook for any of this.
 */

import { createHash } from "node:crypto";

import type { BrowserContext, Page } from "@playwright/test";

import { Reader } from "./reader.js";

/** What the worker can be told to do to a run of a model, as `armed` explains. */
export type Fault = "throw" | "destroy" | "blind" | "nan" | "no-memory";

/** Put a script before the worker's own. */
export async function inWorker(context: BrowserContext, script: string): Promise<void> {
  await context.route("**/assets/worker.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${script}\n${await response.text()}` });
  });
}

/** Put a script after the API of a build of ONNX Runtime Web, which it knows as `ort`. */
export async function inRuntime(context: BrowserContext, url: RegExp, script: string): Promise<void> {
  await context.route(url, async (route) => {
    const response = await route.fetch();
    const original = JSON.stringify(`${new URL(route.request().url()).pathname}?original`);
    const body = `export * from ${original};\nimport * as ort from ${original};\n${script}`;
    await route.fulfill({ response, body });
  });
}

/** Every build, and those with WebGPU. */
const RUNTIME = /\/ort\/ort\.\w+\.min\.mjs$/;
export const GPU_RUNTIME = /\/ort\/ort\.(?:jspi|webgpu)\.min\.mjs$/;

/** Let the runtimes fail when told to: a fault is in force until another is, or until the page is closed. */
export async function armed(context: BrowserContext): Promise<void> {
  await inWorker(
    context,
    `const requestDevice = GPUAdapter.prototype.requestDevice;
     GPUAdapter.prototype.requestDevice = async function (...options) {
       return (globalThis.device = await requestDevice.apply(this, options));
     };
     const grow = WebAssembly.Memory.prototype.grow;
     WebAssembly.Memory.prototype.grow = function (pages) {
       if (globalThis.fault === "no-memory") throw new RangeError("injected: the memory cannot grow");
       return grow.call(this, pages);
     };
     new BroadcastChannel("fault").onmessage = ({ data, target }) => {
       if (data === "armed") return; // said by another worker
       globalThis.fault = data;
       target.postMessage("armed");
     };`,
  );
  await inRuntime(
    context,
    RUNTIME,
    `const { prototype } = ort.InferenceSession;
     const { run } = prototype;
     const onGpu = ${GPU_RUNTIME}.test(new URL(import.meta.url).pathname);
     prototype.run = async function (feeds, ...rest) {
       const reading = "class_mask" in feeds;
       const fault = onGpu ? globalThis.fault : "";
       if (fault === "throw" && reading) throw new Error("injected: the run failed");
       const running = run.call(this, feeds, ...rest);
       if (fault === "destroy" && reading) {
         globalThis.fault = "";
         globalThis.device.destroy();
       }
       const outputs = await running;
       if (fault === "blind" && !reading && "probability" in outputs) outputs.probability.data.fill(0);
       if (fault === "nan" && reading) outputs.scores.data[0] = NaN;
       return outputs;
     };`,
  );
}

/** Put a fault in force, in the worker of this page, or in all of so many. */
export async function arm(page: Page, fault: Fault | "", workers = 1): Promise<void> {
  await page.evaluate(
    ({ name, workers }) =>
      new Promise<void>((resolve) => {
        const channel = new BroadcastChannel("fault");
        let armed = 0;
        channel.onmessage = () => {
          armed += 1;
          if (armed < workers) return;
          channel.close();
          resolve();
        };
        channel.postMessage(name);
      }),
    { name: fault, workers },
  );
}

/** Change the references of the self-check, and the list of files with them, so that only the check can notice. */
export async function tamperWithReferences(context: BrowserContext): Promise<void> {
  await tamperWith(context, "models/golden.json", (golden) =>
    golden.replace(/"block_means":\[\[[\d.]+/, '"block_means":[[0.9'),
  );
}

/** Change a text file of the site, and the list of files with it, so that its checksum is right. */
export async function tamperWith(
  context: BrowserContext,
  path: string,
  change: (text: string) => string,
): Promise<void> {
  let body = "";
  await context.route(`**/${path}`, async (route) => route.fulfill({ body }));
  await context.route("**/assets.json", async (route) => {
    const response = await route.fetch();
    const original = await (await fetch(new URL(path, route.request().url()))).text();
    body = change(original);
    if (body === original) throw new Error(`nothing was changed in ${path}`);
    const index = (await response.json()) as { files: Record<string, { sha256: string; bytes: number }> };
    const sha256 = createHash("sha256").update(body).digest("hex");
    index.files[path] = { sha256, bytes: Buffer.byteLength(body) };
    await route.fulfill({ response, json: index });
  });
}

/** Open a reader that writes down every change of backend. */
export async function openListening(page: Page, siteUrl: string, backend: string): Promise<Reader> {
  const opened = await Reader.open(page, siteUrl);
  await page.evaluate((chosen) => {
    globalThis.backends = [];
    reader.client = new pyOcr.OcrClient({
      backend: chosen as "auto",
      onBackendChange: ({ used }) => void globalThis.backends.push(used),
    });
  }, backend);
  return opened;
}

declare global {
  /** The backends that took over, in their order. */
  var backends: string[];
}
