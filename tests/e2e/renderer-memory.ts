/** Memory of a browser as Linux counts it. */

import { readFileSync } from "node:fs";

import type { Browser } from "@playwright/test";

/** Resident memory of the renderers, in megabytes of 10^6 bytes: page and workers, not the browser around them. */
export async function renderersMb(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const resident = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => {
      const kilobytes = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"));
      return Number(kilobytes?.[1] ?? 0) * 1.024e-3;
    });
  return resident.reduce((sum, mb) => sum + mb, 0);
}
