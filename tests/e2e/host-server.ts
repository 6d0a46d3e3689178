/** A server of somebody else: one page, with the headers that a test gives it, and one image beside it. */

import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { fixture } from "./paths.js";

export class HostServer {
  #html = "";
  #headers: Readonly<Record<string, string>> = {};
  #answers: ReadonlyMap<string, string> = new Map();

  private constructor(private readonly server: Server) {
    server.on("request", (request, response) => {
      const path = new URL(request.url ?? "/", "http://localhost").pathname;
      for (const [name, value] of Object.entries(this.#headers)) response.setHeader(name, value);
      const answer = path === "/" ? this.#html : this.#answers.get(path);
      const isImage = path === "/note.png";
      response.statusCode = isImage || answer !== undefined ? 200 : 404;
      response.setHeader("Content-Type", isImage ? "image/png" : "text/html; charset=utf-8");
      response.end(isImage ? fixture("note.png") : (answer ?? "not found"));
    });
  }

  static async start(): Promise<HostServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new HostServer(server);
  }

  /** Ends with a slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  get origin(): string {
    return this.url.slice(0, -1);
  }

  /** From now on, serve this page, and other pages by their paths. */
  serve(
    body: string,
    headers: Readonly<Record<string, string>> = {},
    others: Readonly<Record<string, string>> = {},
  ): void {
    this.#html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title></head><body>${body}</body></html>`;
    this.#headers = headers;
    this.#answers = new Map(Object.entries(others));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
