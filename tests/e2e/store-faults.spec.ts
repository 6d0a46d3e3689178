/**
 * Stores of the browser that fail in each of five ways, from the start or in the middle of a visit: the right text comes all
 * the same, nothing waits for ever, and the next image is read.
 *
 * Some are tried in every run of the tests; PY_OCR_EVERY_FAULT=1 tries them all, in some minutes.
 */

import type { Page } from "@playwright/test";

import { inWorker } from "./faults.js";
import { fixture } from "./paths.js";
import { Reader, valueOf } from "./reader.js";
import { expect, test, watch } from "./test.js";

const NOTE = fixture("note.png");
const TEXT = "Hello world\nInvoice 2026";
const READING = { timeout: 90_000 };
const WAYS = ["throws", "rejects", "is silent", "gives garbage", "is full"] as const;
const MOMENTS = ["from the start", "in the middle"] as const;

type Way = (typeof WAYS)[number];

/** Whether a fault is tried in this run. */
const isTried = (moment: string, way: Way): boolean =>
  Boolean(process.env["PY_OCR_EVERY_FAULT"]) ||
  (way === "is silent" && moment === "from the start") ||
  (way === "gives garbage" && moment === "in the middle");

/** The limit of a silent store passes ten times as fast; all others stay. */
const FAST_CLOCK = `const wait = globalThis.setTimeout;
globalThis.setTimeout = (then, ms, ...rest) => wait(then, ms === 10000 ? ms / 10 : ms, ...rest);
`;

/** Let Cache Storage fail once `globalThis.failing` says how. */
const CACHE_FAULT = `
const error = (name) => new DOMException("injected", name);
const ways = {
  throws: () => { throw error("SecurityError"); },
  rejects: () => Promise.reject(error("InvalidStateError")),
  "is silent": () => new Promise(() => undefined),
  "gives garbage": (method) =>
    method === "match" ? Promise.resolve(new Response("<html>of another version</html>"))
    : method === "keys" ? Promise.resolve([new Request("https://elsewhere.invalid/"), new Request(location.href)])
    : undefined,
  "is full": (method) => (method === "put" ? Promise.reject(error("QuotaExceededError")) : undefined),
};
for (const [type, methods] of [[CacheStorage, ["open", "match", "keys", "delete"]], [Cache, ["match", "put", "keys", "delete"]]]) {
  for (const method of methods) {
    const original = type.prototype[method];
    type.prototype[method] = function (...rest) {
      return (globalThis.failing ? ways[globalThis.failing](method) : undefined) ?? original.apply(this, rest);
    };
  }
}
new BroadcastChannel("store").onmessage = ({ data, target }) => {
  globalThis.failing = data;
  target.postMessage("armed");
};`;

/** Let IndexedDB fail once \`globalThis.failing\` says how. */
const DATABASE_FAULT = `(${((): void => {
  const scope = globalThis as unknown as { failing?: Way };
  const failed = (name: string): DOMException => new DOMException("injected", name);
  const silent = (): EventTarget => new EventTarget();
  const rejected = (name: string): EventTarget => {
    const request = Object.assign(new EventTarget(), { error: failed(name), result: null });
    setTimeout(() => request.dispatchEvent(new Event("error")));
    return request;
  };
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...rest) {
    const { failing } = scope;
    if (failing === "throws") throw failed("SecurityError");
    if (failing === "rejects") return rejected("UnknownError") as IDBOpenDBRequest;
    if (failing === "is silent") return silent() as IDBOpenDBRequest;
    // As a browser says of a database that a newer version of the page has made.
    if (failing === "gives garbage" && !Object.hasOwn(scope, "opened"))
      return rejected("VersionError") as IDBOpenDBRequest;
    return open.apply(this, rest);
  };
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...rest) {
    const { failing } = scope;
    if (failing === "throws") throw failed("InvalidStateError");
    const begun = transaction.apply(this, rest);
    if (failing === "rejects") begun.abort();
    return begun;
  };
  for (const method of ["getAll", "put", "delete", "clear"] as const) {
    const original = IDBObjectStore.prototype[method] as (...rest: unknown[]) => IDBRequest<unknown>;
    const faulty = function (this: IDBObjectStore, ...rest: unknown[]): unknown {
      const { failing } = scope;
      if (failing === "is silent") {
        // A transaction that goes on for ever.
        const keep = (): void => void (original.apply(this, rest).onsuccess = keep);
        keep();
        return silent();
      }
      if (failing === "is full" && method === "put") throw failed("QuotaExceededError");
      if (failing === "gives garbage" && method === "getAll") {
        const request = original.apply(this, rest);
        const garbage = [
          null,
          5,
          { id: "x", pages: "of version 9" },
          { id: 1, added: 1, name: 2, file: 3, pages: [4] },
        ];
        Object.defineProperty(request, "result", { value: garbage });
        return request;
      }
      return original.apply(this, rest);
    };
    Object.assign(IDBObjectStore.prototype, { [method]: faulty });
  }
}).toString()})();`;

/** Let localStorage fail once \`globalThis.failing\` says how: it has no answers to wait for, so it fails in other ways. */
const SETTINGS_FAULT = `(${((): void => {
  const scope = globalThis as unknown as { failing?: Way };
  const { getItem, setItem } = Storage.prototype;
  const storage = localStorage;
  Object.defineProperty(window, "localStorage", {
    get: () => {
      if (scope.failing === "throws") throw new DOMException("injected", "SecurityError");
      return scope.failing === "is silent" ? undefined : storage;
    },
  });
  Storage.prototype.getItem = function (key) {
    if (scope.failing === "rejects") throw new DOMException("injected", "InvalidStateError");
    if (scope.failing === "gives garbage")
      return '{"version":9,"backend":7,"languages":"en","keep":"no","words":["x"],"profile":{}}';
    return getItem.call(this, key);
  };
  Storage.prototype.setItem = function (key, value) {
    if (scope.failing) throw new DOMException("injected", "QuotaExceededError");
    setItem.call(this, key, value);
  };
}).toString()})();`;

for (const moment of MOMENTS) {
  for (const way of WAYS.filter((each) => isTried(moment, each))) {
    test(`Cache Storage ${way} ${moment}: the engine reads`, async ({ browser, site }) => {
      test.setTimeout(240_000);
      const context = await browser.newContext();
      watch(context);
      const failing = moment === "from the start" ? JSON.stringify(way) : "undefined";
      await inWorker(context, `${FAST_CLOCK}globalThis.failing = ${failing};${CACHE_FAULT}`);
      const reader = await Reader.open(await context.newPage(), site.url, {
        backend: "wasm",
        lineWorkers: 2,
      });
      if (moment === "in the middle") {
        expect(valueOf(await reader.start()).used).toBe("wasm");
        await arm(reader.page, way);
      }
      for (let reading = 0; reading < 2; reading += 1)
        expect(valueOf(await reader.read(NOTE)).text).toBe(TEXT);
      // Whoever comes back finds what was kept, or fetches it.
      const again = await Reader.open(await context.newPage(), site.url, { backend: "wasm", lineWorkers: 2 });
      expect(valueOf(await again.read(NOTE)).text).toBe(TEXT);
      await context.close();
    });

    for (const [store, script] of [
      ["IndexedDB", DATABASE_FAULT],
      ["localStorage", SETTINGS_FAULT],
    ] as const) {
      test(`${store} ${way} ${moment}: the page reads`, async ({ browser, site }) => {
        test.setTimeout(240_000);
        const context = await browser.newContext();
        watch(context);
        await context.addInitScript(script);
        if (moment === "from the start")
          await context.addInitScript(`globalThis.failing = ${JSON.stringify(way)};`);
        const errors: Error[] = [];
        const page = await context.newPage();
        page.on("pageerror", (error) => errors.push(error));
        await page.goto(`${site.url}?backend=wasm&words=en`);
        await choose(page, "Choose images", "note.png");
        await expect(statuses(page)).toHaveText([/^2 lines/], READING);
        await page.evaluate((how) => Object.assign(globalThis, { opened: true, failing: how }), way);
        await page.getByRole("button", { name: "Settings" }).click();
        await page.locator("#languages").selectOption("");
        await page.getByRole("button", { name: "Done" }).click();
        await choose(page, "Add images", "word.png");
        await expect(statuses(page)).toHaveText([/^2 lines/, /^1 line/], READING);
        await page.getByRole("button", { name: "Settings" }).click();
        await page.getByRole("button", { name: "Forget everything" }).click();
        await expect(page.locator("#forgotten")).not.toBeEmpty(READING);
        await expect(page.locator(".item")).toHaveCount(0);
        expect(errors).toEqual([]);
        await context.close();
      });
    }
  }
}

const statuses = (page: Page) => page.locator(".item-status");

async function choose(page: Page, button: string, name: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button }).click();
  await (await chooser).setFiles([{ name, mimeType: "", buffer: fixture(name) }]);
}

/** Put a fault in force, in the worker of this page. */
async function arm(page: Page, way: Way): Promise<void> {
  await page.evaluate(
    (name) =>
      new Promise<void>((resolve) => {
        const channel = new BroadcastChannel("store");
        channel.onmessage = () => {
          channel.close();
          resolve();
        };
        channel.postMessage(name);
      }),
    way,
  );
}
