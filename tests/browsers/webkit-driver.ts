/** WebKitGTK's own small browser, by plain WebDriver, on a display that nobody sees. */

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";

import type { Driver } from "./driver.js";
import { withParent } from "./with-parent.js";

export interface WebKitPrograms {
  readonly browser: string;
  readonly driver: string;
  readonly display: string;
}

const START_MS = 30_000;
/** The checks have limits of their own, below this. */
const SCRIPT_MS = 280_000;

/** A display, and the program that shows it. */
export interface Display {
  readonly name: string;
  readonly process: ChildProcess;
}

/** Start a display. Xvfb takes the first number that is free, and says which. */
export async function startDisplay(program: string): Promise<Display> {
  const options = ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"];
  const stdio = ["ignore", "ignore", "ignore", "pipe"] as const;
  const process = spawn(...withParent(program, options), { stdio: [...stdio], detached: true });
  const failed = new Promise<never>((_, reject) => {
    process.once("error", reject);
    process.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  failed.catch(() => undefined);
  const said = (async () => {
    for await (const line of createInterface(process.stdio[3] as Readable)) return `:${line.trim()}`;
    throw new Error("Xvfb never said which display it is");
  })();
  return { name: await Promise.race([said, failed]), process };
}

/** End a process and all those that it started. */
export function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

export async function startWebKit(programs: WebKitPrograms): Promise<Driver> {
  const display = await startDisplay(programs.display);
  const port = await freePort();
  const driver = spawn(...withParent(programs.driver, [`--port=${port}`]), {
    stdio: "ignore",
    detached: true,
    env: { ...process.env, DISPLAY: display.name, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1" },
  });
  const close = async (): Promise<void> => {
    endGroup(driver);
    endGroup(display.process);
  };
  try {
    await answering(port);
    const capabilities = {
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary: programs.browser, args: ["--automation"] },
    };
    const started = await ask<{ sessionId: string; capabilities: { browserVersion: string } }>(
      port,
      "POST",
      "/session",
      { capabilities: { alwaysMatch: capabilities } },
    );
    const session = `/session/${started.sessionId}`;
    await ask(port, "POST", `${session}/timeouts`, { script: SCRIPT_MS, pageLoad: START_MS });
    return {
      version: `WebKitGTK ${started.capabilities.browserVersion}`,
      open: (url) => ask<void>(port, "POST", `${session}/url`, { url }),
      evaluate: async (run, argument) => {
        const script = `const [argument, done] = arguments;
          (async () => (${run.toString()})(argument))().then(
            (value) => done({ value }), (error) => done({ error: error + "\\n" + error.stack }));`;
        const answer = await ask<{ value?: never; error?: string }>(
          port,
          "POST",
          `${session}/execute/async`,
          {
            script,
            args: [argument ?? null],
          },
        );
        if (answer.error !== undefined) throw new Error(answer.error);
        return answer.value as never;
      },
      close: async () => {
        const ended = ask(port, "DELETE", session).catch(() => undefined);
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000))]);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ask<T>(port: number, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${value?.error}: ${value?.message}`);
  return value;
}

async function answering(port: number): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    try {
      await ask(port, "GET", "/status");
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
