/** The npm package as it would be published, installed into an empty folder with the examples, built, and served. */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { test as base } from "@playwright/test";

import { fixture, fromRoot } from "../e2e/paths.js";
import { type SiteServer, startSite } from "../e2e/site-server.js";

/** The Playwright of these tests, which knows the browser that is here. */
function playwrightVersion(): string {
  const { devDependencies } = JSON.parse(readFileSync(fromRoot("package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  return String(devDependencies["@playwright/test"]);
}

/** An empty folder with the package and what the examples are built with. */
export class Installed {
  readonly folder = mkdtempSync(join(tmpdir(), "py-ocr-outside-"));
  readonly site = join(this.folder, "site");

  constructor() {
    const packed = join(this.folder, "packed");
    this.run("node", fromRoot("web", "npm", "build.mjs"), packed);
    cpSync(fromRoot("examples"), join(this.folder, "examples"), {
      recursive: true,
      filter: (path) => !path.includes("node_modules"),
    });
    this.run("npm", "ci", "--prefix", "examples", "--ignore-scripts", "--no-audit");
    const [archive] = readdirSync(packed).map((name) => join(packed, name));
    // One call: a second one would remove what the first has not saved.
    const added = [String(archive), `@playwright/test@${playwrightVersion()}`];
    this.npm("install", "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", ...added);
    mkdirSync(this.site);
    this.command("copy", join(this.site, "py-ocr"), "--no-compress");
    writeFileSync(join(this.site, "note.png"), fixture("note.png"));
  }

  /** Run a program in the folder and return what it prints. */
  run(program: string, ...args: string[]): string {
    return execFileSync(program, args, {
      cwd: this.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  npm(...args: string[]): string {
    return this.inExamples("npm", ...args);
  }

  /** Run the package's own command. */
  command(...args: string[]): string {
    return this.inExamples("npx", "--no-install", "py-ocr", ...args);
  }

  /** What the doctor says of a deployment, and how it ends. */
  doctor(...args: string[]): { readonly status: number | null; readonly told: string } {
    const { status, stdout } = spawnSync("npx", ["--no-install", "py-ocr", "doctor", ...args], {
      cwd: join(this.folder, "examples"),
      encoding: "utf8",
    });
    return { status, told: stdout };
  }

  inExamples(program: string, ...args: string[]): string {
    return execFileSync(program, args, {
      cwd: join(this.folder, "examples"),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const test = base.extend<object, { installed: Installed; site: SiteServer }>({
  installed: [
    async ({}, use) => {
      const installed = new Installed();
      await use(installed);
      installed.remove();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  /** Serves the folder that the examples are built into. */
  site: [
    async ({ installed }, use) => {
      const server = await startSite("--no-isolation", "--no-policy", "--cors", "--root", installed.site);
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],
});
