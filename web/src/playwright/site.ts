/** The package's own files, served to the hidden page that reads, on a port of this machine's own address. */

import { createReadStream } from "node:fs";
import { access, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Where the folder of the site's files may lie as seen from this module: in the npm package, and in a site. */
const NEIGHBOURS = ["assets/", "./", "../"];

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Return the folder with assets.json: `named`, or that of the package. Rejects where there is none. */
export async function findSite(named: string | undefined): Promise<string> {
  const folders = named ? [named] : NEIGHBOURS.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  for (const folder of folders) {
    const found = await access(join(folder, "assets.json")).then(
      () => true,
      () => false,
    );
    if (found) return folder;
  }
  throw new Error(
    `py-ocr: no assets.json in ${folders.join(", ")}. Name its folder with the option ocrSite.`,
  );
}

/** Serve a folder, cross-origin isolated so that WASM has its threads. */
export async function serveSite(folder: string): Promise<Site> {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    const file = join(folder, path);
    const known = path.startsWith("/") ? await stat(file).catch(() => undefined) : undefined;
    if (!known?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      "Content-Length": known.size,
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
      "Cross-Origin-Resource-Policy": "same-origin",
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
