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
  /** Those of `later` that other formats and documents need. */
  readonly formats: readonly string[];
};

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = SHELL_CACHE + SHELL.version;
const PAGE = "index.html";
const UNAVAILABLE = 504;
/** A store that says nothing for so long is done without: the page has to open. */
const SILENCE_MS = 3_000;

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

/** Keep what a reading without a network needs, once there was a reading: one after the other, as nobody waits for it. */
async function keepEngine(): Promise<void> {
  const cache = await caches.open(CACHE);
  const { connection } = navigator as WorkerNavigator & {
    readonly connection?: { readonly saveData?: boolean };
  };
  for (const path of [...SHELL.engine, ...(connection?.saveData ? [] : SHELL.formats)])
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
  const kept = await answered(readKept(path));
  if (kept) return kept;
  try {
    const response = await fetchChecked(path);
    void keep(path, response.clone());
    return response;
  } catch {
    return new Response(null, {
      status: UNAVAILABLE,
      statusText: "not kept, and not to be had as it should be",
    });
  }
}

/** Return what was kept of a file, if it is still what it was. */
async function readKept(path: string): Promise<Response | undefined> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(address(path));
  return kept && (await isOfThisVersion(path, kept)) ? kept : undefined;
}

/** Fetch a file, check it, keep it. Throws where it is of another version, or where there is no room. */
async function fetchInto(cache: Cache, path: string): Promise<void> {
  await cache.put(address(path), await fetchChecked(path));
}

/** Fetch a file. Throws where it is of another version. */
async function fetchChecked(path: string): Promise<Response> {
  const response = await fetch(address(path), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  if (!(await isOfThisVersion(path, response))) throw new Error(`${path} is of another version`);
  return response;
}

async function isOfThisVersion(path: string, response: Response): Promise<boolean> {
  return (await sha256(await response.clone().arrayBuffer())) === (SHELL.first[path] ?? SHELL.later[path]);
}

/** Keep a file for the next visit, where the browser lets it. */
async function keep(path: string, response: Response): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(address(path), response);
  } catch {
    // Denied, or full: the network has to serve.
  }
}

/** Return what a store answers; undefined where it fails or says nothing. */
async function answered<T>(answer: Promise<T>): Promise<T | undefined> {
  const silence = new Promise<undefined>((resolve) => setTimeout(resolve, SILENCE_MS, undefined));
  return Promise.race([answer.catch(() => undefined), silence]);
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
