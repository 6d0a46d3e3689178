/** `py-ocr serve --stdio` as an engine: a third of the browser's time, where the Python package is installed. */

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";

import type { OcrPage } from "../shared/types.js";
import type { Engine, ReadOptions } from "./engine.js";

interface Answer {
  readonly id?: number | null;
  readonly ready?: object;
  readonly page?: OcrPage;
  readonly error?: { readonly code: string; readonly message: string };
}

interface Waiting {
  resolve(page: OcrPage): void;
  reject(error: Error): void;
}

export class NativeEngine implements Engine {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #nextId = 1;

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    this.#ended = new Promise((resolve) => {
      process.once("close", () => resolve());
      process.once("error", () => resolve());
    });
  }

  /** Start the command and wait until it is warm. Rejects, with what it said, where there is none or it fails. */
  static async start(command: readonly string[], profile: string | undefined): Promise<NativeEngine> {
    const [program, ...first] = command;
    if (program === undefined) throw new Error("the command of py-ocr is empty");
    const chosen = profile === undefined ? [] : ["--profile", profile];
    const process = spawn(program, [...first, "serve", "--stdio", ...chosen]);
    let said = "";
    process.stderr.on("data", (data: Buffer) => (said += data.toString()));
    process.stdin.on("error", () => undefined); // that it has ended is told by `close`
    const engine = new NativeEngine(process);
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string): void => {
        const error = new Error(`${command.join(" ")}: ${reason}`);
        reject(error);
        for (const { reject: give } of engine.#waiting.values()) give(error);
        engine.#waiting.clear();
      };
      process.once("error", (error) => fail(error.message));
      process.once("close", (code) => fail(said.trim() || `ended with status ${code}`));
      createInterface(process.stdout).on("line", (line) => {
        const answer = JSON.parse(line) as Answer;
        if (answer.ready) resolve();
        else if (typeof answer.id === "number") engine.#settle(answer.id, answer);
        else fail(answer.error?.message ?? line);
      });
    });
    return engine;
  }

  read(png: Buffer, { languages }: ReadOptions): Promise<OcrPage> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const request = { id, data: png.toString("base64"), ...(languages !== undefined && { languages }) };
      this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Its input ends, and so does it. */
  async close(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }

  #settle(id: number, { page, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (page !== undefined) waiting?.resolve(page);
    else waiting?.reject(new Error(`${error?.message} [${error?.code}]`));
  }
}
