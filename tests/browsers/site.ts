/** The site behind a server that can be told to fail, and that remembers what was asked of it: browsers need no hooks. */

import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { type SiteServer, startSite } from "../e2e/site-server.js";
import { answerFrame, isOfFrame } from "./frame-channel.js";

interface Extra {
  readonly type: string;
  readonly body: string | Buffer;
}

/** What Node's own server and client see to. */
const OF_THE_CONNECTION = /^(?:connection|keep-alive|date|content-length|etag|last-modified)$/;

const TRUSTED_TYPES = /; (?:require-trusted-types-for|trusted-types) [^;]*/g;

export class Site {
  /** The paths that were asked for, in their order. */
  readonly requests: string[] = [];
  /** Requests for these paths are cut off, as when the network goes; all of them where it is `true`. */
  lost: RegExp | boolean = false;
  /** Whether pages come without the site's policy: those of somebody who has none. */
  withoutPolicy = false;
  /** Whether a page around it drives it: its scripts are no trusted types. */
  #isFramed = false;
  readonly #extras = new Map<string, Extra>();
  readonly #before = new Map<string, string>();

  private constructor(
    private readonly behind: SiteServer,
    private readonly server: Server,
  ) {
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  /** Start one, at an address where nobody has been before. The options are those of `web/serve.mjs`. */
  static async start(...options: string[]): Promise<Site> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Site(await startSite(...options), server);
  }

  /** Ends with a slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** Have something else at this path, with the headers of the site. */
  add(path: string, type: string, body: string | Buffer): void {
    this.#extras.set(path, { type, body });
  }

  /** Put a script before the one whose path ends like this. */
  inject(end: string, script: string): void {
    this.#before.set(end, script);
  }

  async stop(): Promise<void> {
    this.behind.stop();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    this.#isFramed ||= isOfFrame(path);
    const accept = request.headers.accept ?? "*/*";
    const answer = await fetch(new URL(request.url ?? "/", this.behind.url), { headers: { accept } });
    for (const [name, value] of answer.headers) {
      const isLeftOut = this.withoutPolicy && name === "content-security-policy";
      if (!isLeftOut && !OF_THE_CONNECTION.test(name))
        response.setHeader(name, this.#isFramed ? value.replace(TRUSTED_TYPES, "") : value);
    }
    if (isOfFrame(path)) return answerFrame(request, response);
    this.requests.push(path);
    if (this.lost === true || (this.lost && this.lost.test(path))) return void request.socket.destroy();
    const extra = this.#extras.get(path);
    response.statusCode = extra ? 200 : answer.status;
    if (extra) response.setHeader("content-type", extra.type);
    const [, script = ""] = [...this.#before].find(([end]) => path.endsWith(end)) ?? [];
    const body = extra ? Buffer.from(extra.body) : Buffer.from(await answer.arrayBuffer());
    response.end(Buffer.concat([Buffer.from(script), body]));
  }
}
