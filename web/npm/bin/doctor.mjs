// Looks at how a site serves the files, as a browser would meet them, and says what its host has to change.

/** What a browser insists on, by how a name ends. */
const TYPES = {
  ".js": ["text/javascript", /^(?:text|application)\/(?:x-)?(?:java|ecma)script$/],
  ".mjs": ["text/javascript", /^(?:text|application)\/(?:x-)?(?:java|ecma)script$/],
  ".html": ["text/html", /^text\/html$/],
};
/** What only makes things slow where it is missing. */
const PREFERRED_TYPES = { ".wasm": "application/wasm", ".json": "application/json" };
/** Below this, compressing saves nobody anything. */
const LARGE_BYTES = 100_000;
const AT_ONCE = 6;
const A_DAY_S = 86_400;
/** Another version has another name. */
const HASHED = /(?:^|\/)(?:engine-[0-9a-f]+\/|part-[^/]+$)/;
const WASM_SOURCES = ["'wasm-unsafe-eval'", "'unsafe-eval'"];

const suffixOf = (path) => /\.[a-z0-9]+$/.exec(path)?.[0] ?? "";

/**
 * Look at the deployment whose folder is `address`. `page` is the page that reads, where it is elsewhere. Return whether
 * nothing has to be changed; advice alone changes nothing. `engine` is the folder that this package's scripts look for.
 */
export async function doctor(address, { page, engine, say }) {
  const base = new URL(address.endsWith("/") ? address : `${address}/`);
  const findings = { problems: [], advice: [] };
  const problem = (text) => findings.problems.push(text);
  const advise = (text) => findings.advice.push(text);
  if (base.protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(base.hostname))
    problem("The site is not served over https: browsers verify no files there. Serve it over https.");
  const index = await readIndex(base, problem);
  if (index) {
    const paths = Object.keys(index.files);
    say(`${paths.length} files of py-ocr at ${base.href}`);
    if (index.engine !== engine)
      problem(
        `The files are of another version: ${index.engine}/ is there, and scripts of this package look for ${engine}/. ` +
          "Lay the files out again: npx py-ocr copy FOLDER.",
      );
    await checkFiles(base, index.files, page && new URL(page), { problem, advise });
    await checkPolicy(new URL(`${index.engine}/assets/worker.js`, base), "The worker", problem);
  }
  if (page) await checkPage(new URL(page), base, { problem, advise });
  for (const text of findings.problems) say(`✘ ${text}`);
  for (const text of findings.advice) say(`• ${text}`);
  if (findings.problems.length === 0) say("✔ Nothing has to be changed.");
  return findings.problems.length === 0;
}

async function readIndex(base, problem) {
  const url = new URL("assets.json", base);
  const response = await fetch(url).catch((error) => {
    problem(`${url.href} cannot be fetched: ${error.cause?.message ?? error.message}.`);
  });
  if (!response) return undefined;
  if (!response.ok) {
    problem(
      `${url.href} is answered with ${response.status}. Lay the files out there: npx py-ocr copy FOLDER.`,
    );
    return undefined;
  }
  const text = await response.text();
  if (text.trimStart().startsWith("<")) {
    problem(
      `${url.href} is a page of HTML: the host sends one for what is not there. Lay the files out: npx py-ocr copy FOLDER.`,
    );
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    problem(`${url.href} is not valid JSON. Lay the files out again, all of them together.`);
    return undefined;
  }
}

async function checkFiles(base, files, page, { problem, advise }) {
  const uncompressed = [];
  const forgetful = new Set();
  const cached = { slow: [], stale: [] };
  const check = async ([path, { bytes }]) => {
    const url = new URL(path, base);
    const headers = { "Accept-Encoding": "br, gzip", ...(page ? { Origin: page.origin } : {}) };
    const response = await fetch(url, { method: "HEAD", headers }).catch(() => undefined);
    if (!response?.ok)
      return problem(`${path} is answered with ${response?.status ?? "nothing"}. Upload it.`);
    const type = (response.headers.get("content-type") ?? "").split(";")[0].trim();
    const suffix = suffixOf(path);
    const encoding = response.headers.get("content-encoding");
    if (type === "text/html" && suffix !== ".html")
      return problem(`${path} is not there: a page of HTML comes in its place. Upload it.`);
    const [expected, pattern] = TYPES[suffix] ?? [];
    if (pattern && !pattern.test(type))
      problem(
        `${path} comes as ${type || "no type"}, which browsers refuse. Send Content-Type: ${expected}.`,
      );
    const caching = cachingOf(path, response.headers.get("cache-control") ?? "");
    if (caching) cached[caching].push(path);
    const preferred = PREFERRED_TYPES[suffix];
    if (preferred && type !== preferred) forgetful.add(`${suffix} as ${preferred}`);
    const length = Number(response.headers.get("content-length") ?? bytes);
    if (!encoding && length !== bytes)
      problem(
        `${path} has ${length} bytes and should have ${bytes}: it is of another version. Upload all files again.`,
      );
    if (!encoding && bytes > LARGE_BYTES && suffix !== ".deflate") uncompressed.push([path, bytes]);
    if (page && page.origin !== base.origin) {
      const allowed = response.headers.get("access-control-allow-origin");
      if (allowed !== "*" && allowed !== page.origin)
        problem(`${path} lacks the permission for ${page.origin}. Send Access-Control-Allow-Origin: *.`);
    }
    return undefined;
  };
  const entries = Object.entries(files);
  while (entries.length > 0) await Promise.all(entries.splice(0, AT_ONCE).map(check));
  if (forgetful.size > 0) advise(`Types that browsers expect: send ${[...forgetful].sort().join(", ")}.`);
  if (cached.stale.length > 0)
    advise(
      `${cached.stale[0]} may be kept without asking again, and ${cached.stale.length - 1} more: visitors would get the old ` +
        "version until then. Send Cache-Control: no-cache with what has no hash in its path.",
    );
  if (cached.slow.length > 0)
    advise(
      `${cached.slow.length} files with a hash in their path are asked for again and again. ` +
        "Send Cache-Control: public, max-age=31536000, immutable with engine-*/ and part-*.js.",
    );
  if (uncompressed.length > 0) {
    const megabytes = uncompressed.reduce((sum, [, bytes]) => sum + bytes, 0) / 1e6;
    advise(
      `${uncompressed.length} large files (${megabytes.toFixed(0)} MB) are not compressed, ${uncompressed[0][0]} for one. ` +
        "Let the host send the .br and .gz files that lie beside them.",
    );
  }
}

/** What the caching of a file would lead to. */
function cachingOf(path, control) {
  const seconds = Number(/max-age=(\d+)/.exec(control)?.[1] ?? 0);
  const isAsked = seconds === 0 || /no-cache|no-store/.test(control);
  if (HASHED.test(path)) return isAsked || seconds < A_DAY_S ? "slow" : undefined;
  return isAsked ? undefined : "stale";
}

async function checkPage(page, base, { problem, advise }) {
  const response = await fetch(page).catch(() => undefined);
  if (!response?.ok) return problem(`${page.href} is answered with ${response?.status ?? "nothing"}.`);
  const isOther = page.origin !== base.origin;
  await checkPolicy(page, "The page", problem, isOther ? base.origin : undefined);
  const isolated =
    response.headers.get("cross-origin-opener-policy") === "same-origin" &&
    /^(?:require-corp|credentialless)$/.test(response.headers.get("cross-origin-embedder-policy") ?? "");
  if (!isolated)
    advise(
      "The page is not isolated: WASM finds text with one thread. For more, send Cross-Origin-Opener-Policy: same-origin " +
        "and Cross-Origin-Embedder-Policy: require-corp.",
    );
  return undefined;
}

/** What a policy in the headers forbids. `other` is the origin of the files, where it is not the page's own. */
async function checkPolicy(url, who, problem, other) {
  const response = await fetch(url, { method: "HEAD" }).catch(() => undefined);
  const policy = response?.headers.get("content-security-policy");
  if (!policy) return;
  const directives = new Map(
    policy.split(/[;,]/).map((part) => {
      const [name = "", ...sources] = part.trim().split(/\s+/);
      return [name.toLowerCase(), sources];
    }),
  );
  const scripts = directives.get("script-src") ?? directives.get("default-src");
  if (scripts && !scripts.some((source) => WASM_SOURCES.includes(source)))
    problem(`${who}'s policy forbids WebAssembly. Add 'wasm-unsafe-eval' to its script-src.`);
  if (!other) return;
  const workers = directives.get("worker-src") ?? directives.get("child-src") ?? scripts;
  if (workers && !workers.includes("blob:"))
    problem(`${who}'s policy forbids a worker from another origin. Add blob: to its worker-src.`);
  const connections = directives.get("connect-src") ?? directives.get("default-src");
  for (const [name, sources] of [
    ["script-src", scripts],
    ["connect-src", connections],
  ])
    if (sources && !sources.includes("*") && !sources.includes(other) && !sources.includes("https:"))
      problem(`${who}'s policy forbids files of ${other}. Add it to its ${name}.`);
}
