/** Every check in every engine. What they give must be the same in all of them. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

import { expect, test } from "@playwright/test";

import { fromRoot } from "../e2e/paths.js";
import { type Check, CHECKS, type Servers } from "./checks.js";
import { startChromium } from "./chromium-driver.js";
import { type Driver, ENGINES, type Engine, TooLong, findPrograms, within } from "./driver.js";
import { type Facts, gatherFacts } from "./facts.js";
import { startFirefox } from "./firefox-driver.js";
import { startLastingWebKit } from "./lasting-webkit.js";
import { Site } from "./site.js";
import { startWebKit } from "./webkit-driver.js";

/** A check that takes longer has a browser that hangs: a new one gets one more try. */
const CHECK_MS = 150_000;
const START_MS = 60_000;
/** A worker of Playwright that starts anew after a failure goes on with the notes of the one before. */
const RUN = process.env["PY_OCR_BROWSERS_RUN"] ?? String(process.ppid);
const NOTES = fromRoot(".build", "browsers-run.json");

interface Notes {
  readonly run: string;
  readonly facts: Partial<Record<Engine, Facts>>;
  /** What each check gave, by engine; absent where it failed or was not made. */
  readonly given: Partial<Record<Engine, Record<string, unknown>>>;
  /** Why an engine was not tried. */
  readonly missing: Partial<Record<Engine, string>>;
  /** Browsers that had to be started anew. */
  readonly hung: string[];
}

function notes(): Notes {
  const kept = existsSync(NOTES) ? (JSON.parse(readFileSync(NOTES, "utf8")) as Notes) : undefined;
  return kept?.run === RUN ? kept : { run: RUN, facts: {}, given: {}, missing: {}, hung: [] };
}

function note(change: (notes: Notes) => void): void {
  const changed = notes();
  change(changed);
  mkdirSync(fromRoot(".build"), { recursive: true });
  writeFileSync(NOTES, JSON.stringify(changed, undefined, 1));
}

/** What README's table was made from; undefined before the first whole run. */
function documented(engine: Engine): unknown {
  const path = fromRoot("measure", "figures", "browsers.json");
  if (!existsSync(path)) return undefined;
  const figures = JSON.parse(readFileSync(path, "utf8")) as Notes;
  const { version: _, claimedCores: __, threads: ___, lasts: ____, webgpu, ...rest } = figures.facts[engine]!;
  return { ...rest, webgpu: webgpu !== "none" };
}

/** Whether a browser hangs: the check takes too long, or a fresh worker stalls, as Firefox's do now and then after a death. */
function isHang(error: unknown): boolean {
  return error instanceof TooLong || /it has said nothing for/.test(String(error));
}

type Start = (check: Check | undefined) => Promise<Driver>;

/** How an engine is started, or why it cannot be. */
function starter(engine: Engine): { readonly start: Start } | { readonly missing: string } {
  if (engine === "Chromium") return { start: startChromium };
  const found = findPrograms(engine);
  if ("missing" in found) return found;
  const { browser = "", driver = "", display = "" } = found.programs;
  if (engine === "Firefox") return { start: () => startFirefox(browser) };
  const programs = { browser, driver, display };
  return {
    start: (check) =>
      check?.needsLasting ? startLastingWebKit(programs, "WebKitGTK") : startWebKit(programs),
  };
}

let servers: Servers;

test.beforeAll(async () => {
  const [site, plain, cdn] = await Promise.all([
    Site.start(),
    Site.start("--no-isolation"),
    Site.start("--no-isolation", "--cors"),
  ]);
  servers = { site, plain, cdn };
});
test.afterAll(async () => {
  await Promise.all(Object.values(servers).map((site: Site) => site.stop()));
});

for (const engine of ENGINES) {
  test.describe(engine, () => {
    const found = starter(engine);
    let driver: Driver | undefined;

    /** The browser that is there, or one of its own for a check that needs it. */
    async function browserFor(check: Check | undefined): Promise<Driver> {
      if (!("start" in found)) throw new Error(found.missing);
      if (engine === "WebKit" && check?.needsLasting)
        return within(START_MS, "the browser's start", found.start(check));
      return (driver ??= await within(START_MS, "the browser's start", found.start(check)));
    }

    async function end(browser: Driver | undefined): Promise<void> {
      if (browser === driver) driver = undefined;
      await browser?.close();
    }

    /** Make a check; when the browser hangs, say so and make it once more in a new one. */
    async function made(check: Check): Promise<unknown> {
      for (let tries = 1; ; tries += 1) {
        let browser: Driver | undefined;
        try {
          browser = await browserFor(check);
          return await within(CHECK_MS, check.name, check.run(browser, servers));
        } catch (error) {
          await end(browser);
          if (!isHang(error) || tries === 2) throw error;
          const what = `${check.name}: ${String(error).split("\n")[0]}`;
          console.log(`${engine} was started anew: ${what}`);
          note(({ hung }) => hung.push(`${engine}, ${what}`));
        } finally {
          if (browser !== driver) await browser?.close();
        }
      }
    }

    test.beforeAll(() => {
      if (!("missing" in found)) return;
      console.log(`${engine} IS NOT TESTED: ${found.missing}.`);
      note(({ missing }) => (missing[engine] = found.missing));
    });
    test.skip("missing" in found, `${engine}: ${"missing" in found ? found.missing : ""}`);
    test.afterAll(() => end(driver));

    for (const check of CHECKS) {
      test(check.name, async () => {
        const passed = notes().given[engine]?.[check.name] !== undefined;
        test.skip(passed, "it passed in the part of this run that was made before");
        test.setTimeout(2 * (CHECK_MS + START_MS));
        const given = await made(check);
        note((all) => ((all.given[engine] ??= {})[check.name] = given));
      });
    }

    test("what it has", async () => {
      test.skip(notes().facts[engine] !== undefined, "it is known from the part that was made before");
      test.setTimeout(CHECK_MS + START_MS);
      const facts = await gatherFacts(await browserFor(undefined), servers.site);
      note((all) => (all.facts[engine] = facts));
      // What README says of it, beside what differs from machine to machine, and by the session that it is asked in.
      const { version: _, claimedCores: __, threads: ___, lasts: ____, webgpu, ...rest } = facts;
      const said = process.env["PY_OCR_BROWSERS_RUN"] === undefined ? documented(engine) : undefined;
      if (said !== undefined)
        expect({ ...rest, webgpu: webgpu !== "none" }, "run `npm run browsers`").toEqual(said);
    });
  });
}

test("every check gives the same in all engines", () => {
  const { given } = notes();
  const tried = ENGINES.filter((engine) => given[engine] !== undefined);
  const [first, ...others] = tried;
  test.skip(first === undefined || others.length === 0, "fewer than two engines were tried");
  for (const engine of others) {
    const both = Object.keys(given[engine]!).filter((name) => name in given[first!]!);
    expect(both.length).toBeGreaterThan(0);
    for (const name of both) expect(given[engine]![name], `${name}: ${engine}`).toEqual(given[first!]![name]);
  }
});
