/** Starts the project's own server on a free port, as `npm start` does. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { fromRoot } from "./paths.js";

export interface SiteServer {
  /** Ends with a slash. */
  readonly url: string;
  stop(): void;
}

export async function startSite(...options: string[]): Promise<SiteServer> {
  const server = spawn(process.execPath, [fromRoot("web", "serve.mjs"), "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const failed = new Promise<never>((_, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
  });
  const started = (async () => {
    for await (const line of createInterface(server.stdout)) if (line.startsWith("http")) return line.trim();
    throw new Error("the server never said its address");
  })();
  return { url: await Promise.race([started, failed]), stop: () => server.kill() };
}
