/**
 * Makes the page open without a network. What it serves is of one version: every file is checked against the list that this
 * very script was built with, and a newer script waits until the visitor takes it.
 *
 * The models and the runtimes' .wasm files are none of its business: the engine keeps them itself, by their checksums.
 */

import { SHARED_CACHE, SHELL_CACHE } from "../shared/shell.js";

/** Written in by the build: what the version is called, and the SHA-256 of each file by its path. */
declare const SHELL: {
  readonly version: string;
  /** Fetched before the version counts as installed. */
  readonly first: Readonly<Record<string, string>>;
  /** Kept when they are first asked for. */
  readonly later: Readonly<Record<string, string>>;
  /** Those of `later` without which nothing can be read. */
  readonly engine: readonly string[];
};

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = SHELL_CACHE + SHELL.version;
const PAGE = "index.html";
const UNAVAILABLE = 504;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(worker.skipWaiting());
  if (event.data === "keep engine") event.waitUntil(keepEngine());
});
worker.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  // One file of another version, and the installation fails: the version before it stays.
  await Promise.all(Object.keys(SHELL.first).map((path) => fetchInto(cache, path)));
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(SHELL_CACHE) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** Keep what a reading without a network needs, once there was a reading. */
async function keepEngine(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const path of SHELL.engine)
    if (!(await cache.match(address(path)))) await fetchInto(cache, path).catch(() => undefined);
}

function answerTo(request: Request): Promise<Response> | undefined {
  const url = new URL(request.url);
  const scope = new URL(worker.registration.scope);
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return undefined;
  const path = url.pathname.slice(scope.pathname.length);
  if (request.method === "POST" && path === "share") return receive(request);
  if (request.method !== "GET") return undefined;
  if (request.mode === "navigate" && (path === "" || path === PAGE)) return serve(PAGE);
  if (path in SHELL.first || path in SHELL.later) return serve(path);
  return undefined;
}

async function serve(path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(address(path));
  if (kept) return kept;
  try {
    return await fetchInto(cache, path);
  } catch {
    return new Response(null, {
      status: UNAVAILABLE,
      statusText: "not kept, and not to be had as it should be",
    });
  }
}

/** Fetch a file, check it, keep it. Throws where it is of another version. */
async function fetchInto(cache: Cache, path: string): Promise<Response> {
  const response = await fetch(address(path), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const bytes = await response.clone().arrayBuffer();
  const expected = SHELL.first[path] ?? SHELL.later[path];
  if ((await sha256(bytes)) !== expected) throw new Error(`${path} is of another version`);
  await cache.put(address(path), response.clone());
  return response;
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Take files that another application shares, and open the page, which looks for them. */
async function receive(request: Request): Promise<Response> {
  const form = await request.formData();
  const cache = await caches.open(SHARED_CACHE);
  const files = form.getAll("images").filter((value) => value instanceof File);
  await Promise.all(
    files.map((file) =>
      cache.put(
        address(`shared/${crypto.randomUUID()}/${encodeURIComponent(file.name)}`),
        new Response(file),
      ),
    ),
  );
  return Response.redirect(address("?shared"), 303);
}

function address(path: string): string {
  return new URL(path, worker.registration.scope).href;
}
