/** The fixtures that the specs share: two servers, a warm reader, and a watch over where requests go. */

import { type BrowserContext, type Page, expect, test as base } from "@playwright/test";

import { HostServer } from "./host-server.js";
import { Reader } from "./reader.js";
import { type SiteServer, startSite } from "./site-server.js";

export { expect };

interface PerTest {
  /** A page of a visitor who has been here before: everything is in the cache. */
  revisit: Page;
  /** Fails the test when anything was requested from elsewhere. */
  sameOriginOnly: void;
}

interface PerWorker {
  /** The site as `npm start` serves it: cross-origin isolated. */
  site: SiteServer;
  /** The same files without the headers that isolate a page. */
  plainSite: SiteServer;
  /** The same files on another origin, for pages of any origin. */
  cdn: SiteServer;
  /** Somebody else's page. */
  host: HostServer;
  /** A client on WASM that is warm already; every test must leave it usable. */
  warm: Reader;
}

const requested: string[] = [];

/** Remember what a context requests. Worker requests are reported by the context, too. */
export function watch(context: BrowserContext): void {
  context.on("request", (request) => requested.push(request.url()));
}

export const test = base.extend<PerTest, PerWorker>({
  site: [
    async ({}, use) => {
      const server = await startSite();
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],
  plainSite: [
    async ({}, use) => {
      const server = await startSite("--no-isolation");
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],
  cdn: [
    async ({}, use) => {
      const server = await startSite("--no-isolation", "--cors");
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],
  host: [
    async ({}, use) => {
      const server = await HostServer.start();
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],
  warm: [
    async ({ browser, site }, use) => {
      const context = await browser.newContext();
      watch(context);
      await use(await Reader.open(await context.newPage(), site.url, { backend: "wasm" }));
      await context.close();
    },
    { scope: "worker" },
  ],
  context: async ({ context }, use) => {
    watch(context);
    await use(context);
  },
  revisit: async ({ warm }, use) => {
    const page = await warm.page.context().newPage();
    await use(page);
    await page.close();
    // What the visitor's page kept is not the next test's: its list would start with it.
    await warm.page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.deleteDatabase("py-ocr");
          request.addEventListener("success", () => resolve());
          request.addEventListener("error", () => reject(request.error));
        }),
    );
  },
  sameOriginOnly: [
    async ({ site, plainSite, cdn, host }, use) => {
      await use();
      const own = [site.url, plainSite.url, cdn.url, host.url, "blob:", "data:"];
      expect(requested.filter((url) => !own.some((prefix) => url.startsWith(prefix)))).toEqual([]);
      requested.length = 0;
    },
    { auto: true },
  ],
});
