/** What a browser has of what the engine uses, as it shows itself. */

import { fixture } from "../e2e/paths.js";
import type { Driver } from "./driver.js";
import { HELLO, openReader } from "./reading.js";
import type { Site } from "./site.js";

export interface Facts {
  readonly version: string;
  /** Whether there is an API for GPUs, and an adapter behind it on this machine. */
  readonly webgpu: "adapter" | "api" | "none";
  /** How many cores it claims; the threads that were used, by whether the page is isolated. */
  readonly claimedCores: number;
  readonly threads: number;
  readonly kernels: string;
  readonly jspi: boolean;
  /** Whether WASM may have threads on a page that is isolated. */
  readonly isolated: boolean;
  /** Whether an ephemeral session keeps files from one visit to the next, as long as it is open. */
  readonly lasts: boolean;
  readonly formats: Readonly<Record<string, boolean>>;
}

/** One file of each format that is read. */
const FORMATS: Readonly<Record<string, string>> = {
  JPEG: "note.jpg",
  PNG: "note.png",
  WebP: "note.webp",
  GIF: "note.gif",
  BMP: "note.bmp",
  ICO: "note.ico",
  AVIF: "note.avif",
  HEIC: "note.heic",
  TIFF: "note.tiff",
  "JPEG 2000": "note.jp2",
  PPM: "note.ppm",
};

export async function gatherFacts(driver: Driver, site: Site): Promise<Facts> {
  await openReader(driver, site);
  const files = Object.entries(FORMATS).map(([format, name]) => ({
    format,
    base64: fixture(name).toString("base64"),
  }));
  const found = await driver.evaluate(
    async ({ files, hello }) => {
      const { client, settle, bytes } = reader;
      const { threads, kernels, isolated } = await client.start();
      const formats: Record<string, boolean> = {};
      for (const { format, base64 } of files) {
        const outcome = await settle(client.recognize(new Blob([bytes(base64)])));
        formats[format] = "value" in outcome && outcome.value.text === hello;
      }
      const gpu = (navigator as Partial<Navigator>).gpu;
      const adapter = await gpu?.requestAdapter();
      const webgpu = adapter ? "adapter" : gpu ? "api" : "none";
      return {
        webgpu: webgpu as "adapter" | "api" | "none",
        claimedCores: navigator.hardwareConcurrency,
        threads,
        kernels: String(kernels),
        jspi: "Suspending" in WebAssembly,
        isolated,
        formats,
      };
    },
    { files, hello: HELLO },
  );
  await driver.open(`${site.url}headless.html`);
  const kept = await driver.evaluate(
    async () => (await (await caches.open("py-ocr-assets")).keys()).length,
    null,
  );
  return { version: driver.version, ...found, lasts: kept > 0 };
}
