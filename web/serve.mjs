// Serves the built site: right MIME types, cross-origin isolation, and nothing kept without asking the server again.

import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import sirv from "sirv";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    root: { type: "string", default: join(dirname(fileURLToPath(import.meta.url)), "dist") },
    "no-isolation": { type: "boolean", default: false },
  },
});

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** What the site needs, and what docs/embedding.md asks of pages that embed it: no eval, no inline script. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
].join("; ");

const serve = sirv(values.root, {
  dev: true,
  etag: true,
  dotfiles: false,
  setHeaders(response) {
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    if (!values["no-isolation"]) {
      for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    }
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
