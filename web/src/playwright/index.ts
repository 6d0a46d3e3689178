/**
 * `import { test, expect } from "py-ocr/playwright"`: the fixture `ocr`, and `toContainOcrText`.
 *
 * One engine for each worker process, started at the first reading: `python3 -m py_ocr serve` where that is installed, else the
 * browser's own from the files of this package.
 */

import { expect as baseExpect, test as base } from "@playwright/test";

import { BrowserEngine } from "./browser-engine.js";
import type { Engine } from "./engine.js";
import { NativeEngine } from "./native-engine.js";
import { type LocateOptions, Ocr, type Target } from "./ocr.js";

export type { LocateOptions, Ocr, Target } from "./ocr.js";
export type { Box, FindOptions, LocatedText, Reading } from "./reading.js";

export interface OcrOptions {
  /** Which models read: "balanced", "fast" or "best". */
  ocrProfile: string | undefined;
  /** Where readings run: "auto" takes the Python package where it is installed, else the browser. */
  ocrEngine: "auto" | "native" | "browser";
  /** The command of the Python package, with arguments before its own. */
  ocrCommand: readonly string[];
  /** The folder with the site's files, where they do not lie beside this module. */
  ocrSite: string | undefined;
}

interface PerTest {
  /** Reads, locates and clicks text that is drawn. */
  ocr: Ocr;
  /** BCP 47 tags of the languages to expect. */
  ocrLanguages: readonly string[] | undefined;
}

interface PerWorker extends OcrOptions {
  /** Starts the engine when it is called first. */
  startOcr: () => Promise<Engine>;
}

/** The reader of the test that is running: a worker process runs its tests in turn. */
let running: Ocr | undefined;

export const test = base.extend<PerTest, PerWorker>({
  ocrProfile: [undefined, { option: true, scope: "worker" }],
  ocrEngine: ["auto", { option: true, scope: "worker" }],
  // Not `py-ocr`: in a project of npm that is the command of this package.
  ocrCommand: [
    [process.platform === "win32" ? "python" : "python3", "-m", "py_ocr"],
    { option: true, scope: "worker" },
  ],
  ocrSite: [undefined, { option: true, scope: "worker" }],
  ocrLanguages: [undefined, { option: true }],
  startOcr: [
    async ({ browser, ocrProfile, ocrEngine, ocrCommand, ocrSite }, use) => {
      let started: Promise<Engine> | undefined;
      const inBrowser = (): Promise<Engine> => BrowserEngine.start(browser, ocrSite, ocrProfile);
      const start = async (): Promise<Engine> => {
        if (ocrEngine === "browser") return inBrowser();
        const native = NativeEngine.start(ocrCommand, ocrProfile);
        return ocrEngine === "native" ? native : native.catch(inBrowser);
      };
      await use(() => (started ??= start()));
      const engine = await started?.catch(() => undefined);
      await engine?.close();
    },
    { scope: "worker" },
  ],
  ocr: [
    async ({ startOcr, ocrLanguages }, use, info) => {
      const ocr = new Ocr(startOcr, info, ocrLanguages === undefined ? {} : { languages: ocrLanguages });
      running = ocr;
      await use(ocr);
      running = undefined;
    },
    { auto: true },
  ],
});

export const expect = baseExpect.extend({
  /** Expect that a text is seen, or becomes seen, on a page or an element. */
  async toContainOcrText(target: Target, text: string | RegExp, options: LocateOptions = {}) {
    const ocr = running;
    if (ocr === undefined) throw new Error('toContainOcrText needs the `test` of "py-ocr/playwright"');
    let met = false;
    const timeout = options.timeout ?? this.timeout;
    const reading = await ocr.waitUntil(
      target,
      (seen) => {
        met = seen.contains(text, options);
        return met !== this.isNot;
      },
      { ...options, timeout },
    );
    if (met !== this.isNot) return { pass: met, message: () => "" };
    const wanted = typeof text === "string" ? JSON.stringify(text) : String(text);
    const what = `${this.utils.matcherHint("toContainOcrText", "target", "text", { isNot: this.isNot })}
The text that is seen should ${this.isNot ? "not " : ""}contain ${wanted}.`;
    const message = await ocr.explain(what, reading);
    return { pass: met, message: () => message };
  },
});
