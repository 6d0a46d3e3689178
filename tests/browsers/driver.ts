/** What the checks ask of a browser, whichever engine it has: open an address, run a function there. */

import { existsSync, readFileSync } from "node:fs";

import { fromRoot } from "../e2e/paths.js";

/** A browser with one page. It is nobody else's, and keeps nothing once it is closed. */
export interface Driver {
  /** As the browser says it itself, with its version. */
  readonly version: string;
  /** Leave the page for another. Resolves when that has been loaded. */
  open(url: string): Promise<void>;
  /** Run a function in the page, with what can be put into JSON, and return what it gives or resolves to. */
  evaluate<A, T>(run: (argument: A) => T | Promise<T>, argument: A): Promise<T>;
  /** End it and all its processes, even when it answers nothing any more. */
  close(): Promise<void>;
}

export const ENGINES = ["Chromium", "Firefox", "WebKit"] as const;

export type Engine = (typeof ENGINES)[number];

/** Programs by what they are for, or why there are none. */
export type Found = { readonly programs: Readonly<Record<string, string>> } | { readonly missing: string };

const PROGRAMS: Readonly<Record<"Firefox" | "WebKit", Readonly<Record<string, readonly string[]>>>> = {
  Firefox: { browser: ["/usr/bin/firefox-esr", "/usr/bin/firefox"] },
  WebKit: {
    browser: [
      "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
      "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    ],
    driver: ["/usr/bin/WebKitWebDriver"],
    display: ["/usr/bin/Xvfb"],
  },
};

/** What set-up recorded, else what lies where Debian puts it. */
export function findPrograms(engine: "Firefox" | "WebKit"): Found {
  const record = fromRoot(".build", "browsers.json");
  if (existsSync(record)) {
    const found = (JSON.parse(readFileSync(record, "utf8")) as Readonly<Record<string, Found>>)[engine];
    if (found) return found;
  }
  const programs: Record<string, string> = {};
  for (const [role, paths] of Object.entries(PROGRAMS[engine])) {
    const path = paths.find((one) => existsSync(one));
    if (path === undefined) return { missing: `there is no ${paths[0]}` };
    programs[role] = path;
  }
  return { programs };
}

/** Something took longer than it may. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

/** Reject with TooLong when `work` takes longer than this. */
export async function within<T>(limit_ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLong(`${what} took longer than ${limit_ms / 1000} s`)), limit_ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
