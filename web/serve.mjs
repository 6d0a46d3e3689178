// Serves the built site: right MIME types, cross-origin isolation, and nothing kept without asking again but what has a hash in its name.

import { readFile, realpath } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import serveStatic from "serve-static";

const WEB = dirname(fileURLToPath(import.meta.url));
const LAST_PORT = 65535;

const NOT_FOUND = 404;

/** How many ports after a busy one are tried. */
const OTHER_PORTS = 20;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    root: { type: "string", default: join(WEB, "dist") },
    "no-isolation": { type: "boolean", default: false },
    // Without our policy, under which the pages of others need not work.
    "no-policy": { type: "boolean", default: false },
    // Lets pages of other origins use the files, as a CDN does.
    cors: { type: "boolean", default: false },
  },
});

/**
 * What the site sends with every answer. `common` holds what it needs, and what docs/embedding.md asks of pages that
 * embed it: no eval, no inline script. `isolation` gives WASM its threads. `embed` is for embed.html, which
 * pages of any origin may show in a frame. `kept` is for what has a hash in its name.
 */
const { common, isolation, embed, kept } = JSON.parse(await readFile(join(WEB, "headers.json"), "utf8"));
const headers = {
  ...common,
  ...(values["no-isolation"] ? {} : isolation),
  ...(values.cors ? { "Access-Control-Allow-Origin": "*" } : {}),
};

if (values["no-policy"]) delete headers["Content-Security-Policy"];

const KEPT = /\/(?:engine-[0-9a-f]+\/|part-[^/]+$)/;

const root = await realpath(values.root);
const serve = serveStatic(root, { cacheControl: false, dotfiles: "ignore", fallthrough: false });

const server = createServer(async (request, response) => {
  const [path] = request.url.split("?");
  const own = { ...(path === "/embed.html" ? embed : {}), ...(KEPT.test(path) ? kept : {}) };
  for (const [name, value] of Object.entries({ ...headers, ...own })) response.setHeader(name, value);
  const refuse = (status) => {
    response.statusCode = status;
    response.setHeader("Cache-Control", common["Cache-Control"]); // it may be there the next time
    response.end(`${status}\n`);
  };
  if (await leadsOutside(request.url)) refuse(NOT_FOUND);
  else serve(request, response, (error) => refuse(error?.statusCode ?? NOT_FOUND));
});

/** Whether a link in the site's folder leads out of it. What there is not leads nowhere. */
async function leadsOutside(url) {
  try {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    return !((await realpath(join(root, path))) + sep).startsWith(root + sep);
  } catch {
    return false;
  }
}

/** Listen on a port, or on one of those after it where that one is taken. */
function listen(port, others) {
  server.once("error", (error) => {
    if (error.code !== "EADDRINUSE" || others === 0 || port === LAST_PORT) return fail(error.message);
    console.error(`Port ${port} is taken; trying ${port + 1}.`);
    listen(port + 1, others - 1);
  });
  server.listen(port, "127.0.0.1");
}

function fail(cause) {
  console.error(`error: the site cannot be served: ${cause}.`);
  process.exitCode = 1;
}

server.on("listening", () => console.log(`http://127.0.0.1:${server.address().port}/`));

const port = Number(values.port);
if (Number.isInteger(port) && port >= 0 && port <= LAST_PORT) listen(port, OTHER_PORTS);
else fail(`--port is ${values.port}, and must be a whole number from 0 to ${LAST_PORT}`);
