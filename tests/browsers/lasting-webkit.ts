/** WebKitGTK's own small browser as people start it: what a site keeps lasts. Driven by a page around the site. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Driver } from "./driver.js";
import { FRAME_PAGE, forgetFrame, openInFrame, runInFrame } from "./frame-channel.js";
import { type WebKitPrograms, endGroup, startDisplay } from "./webkit-driver.js";
import { withParent } from "./with-parent.js";

/** Start it for one site: its first address says which. */
export async function startLastingWebKit(programs: WebKitPrograms, version: string): Promise<Driver> {
  const display = await startDisplay(programs.display);
  const home = mkdtempSync(join(tmpdir(), "py-ocr-webkit-"));
  const env = { ...process.env, DISPLAY: display.name, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1" };
  const homes = { HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home };
  const started: ReturnType<typeof spawn>[] = [display.process];
  let origin = "";
  return {
    version,
    open: async (url) => {
      if (new URL(url).origin !== origin) {
        if (origin !== "") throw new Error("this browser is for one site");
        ({ origin } = new URL(url));
        const frame = new URL(FRAME_PAGE, url).href;
        started.push(
          spawn(...withParent(programs.browser, [frame]), {
            env: { ...env, ...homes },
            detached: true,
            stdio: "ignore",
          }),
        );
      }
      await openInFrame(url);
    },
    evaluate: (run, argument) => runInFrame(run.toString(), argument) as Promise<never>,
    close: async () => {
      for (const one of started.reverse()) endGroup(one);
      forgetFrame();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
