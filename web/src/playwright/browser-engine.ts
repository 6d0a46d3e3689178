/** The page's own engine, in a hidden page of the browser that the tests run in: nothing else has to be installed. */

import type { Browser, Page } from "@playwright/test";

import type { OcrClient } from "../client/ocr-client.js";
import type { OcrPage } from "../shared/types.js";
import type { Engine, ReadOptions } from "./engine.js";
import { type Site, findSite, serveSite } from "./site.js";

declare global {
  /** What the hidden page keeps between two readings. */
  var pyOcrReader: OcrClient;
}

export class BrowserEngine implements Engine {
  readonly #site: Site;
  readonly #page: Page;

  private constructor(site: Site, page: Page) {
    this.#site = site;
    this.#page = page;
  }

  /** Open the hidden page and wait until its engine is warm. `folder`: where the site's files lie, if not here. */
  static async start(
    browser: Browser,
    folder: string | undefined,
    profile: string | undefined,
  ): Promise<BrowserEngine> {
    const site = await serveSite(await findSite(folder));
    const context = await browser.newContext();
    const page = await context.newPage();
    const engine = new BrowserEngine(site, page);
    try {
      await page.goto(`${site.url}headless.html`);
      await page.evaluate(
        async ([script, options]) => {
          const { OcrClient } = (await import(script)) as { OcrClient: new (options: object) => OcrClient };
          globalThis.pyOcrReader = new OcrClient(options);
          await globalThis.pyOcrReader.start();
        },
        [`${site.url}assets/ocr-client.js`, profile === undefined ? {} : { profile }] as const,
      );
    } catch (error) {
      await engine.close();
      throw error;
    }
    return engine;
  }

  async read(png: Buffer, options: ReadOptions): Promise<OcrPage> {
    const answer = await this.#page.evaluate(
      async ([base64, chosen]) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const page = await globalThis.pyOcrReader.recognize(new Blob([bytes], { type: "image/png" }), chosen);
        return JSON.stringify(page);
      },
      [png.toString("base64"), options] as const,
    );
    return JSON.parse(answer) as OcrPage;
  }

  async close(): Promise<void> {
    await this.#page.context().close();
    await this.#site.close();
  }
}
