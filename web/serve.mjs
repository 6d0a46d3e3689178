// Serves the built site: right MIME types, cross-origin isolation, and nothing kept without asking the server again.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import sirv from "sirv";

const WEB = dirname(fileURLToPath(import.meta.url));

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    root: { type: "string", default: join(WEB, "dist") },
    "no-isolation": { type: "boolean", default: false },
  },
});

/**
 * What the site sends with every file. `common` holds what it needs, and what docs/embedding.md asks of pages that embed
 * it: no eval, no inline script. `isolation` gives WASM its threads.
 */
const { common, isolation } = JSON.parse(await readFile(join(WEB, "headers.json"), "utf8"));
const headers = values["no-isolation"] ? common : { ...common, ...isolation };

const serve = sirv(values.root, {
  dev: true,
  etag: true,
  dotfiles: false,
  setHeaders(response) {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  },
});

const server = createServer((request, response) => {
  serve(request, response, () => {
    response.statusCode = 404;
    response.end("not found");
  });
});
server.listen(Number(values.port), "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${address.port}/`);
});
