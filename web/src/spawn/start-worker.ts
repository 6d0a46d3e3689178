/** Starts workers of the site, whose files may lie on another origin than the page. */

import { scriptAddress } from "./script-address.js";

/** The worker has its script by then, or will not get it at all. */
const REVOKE_MS = 60_000;

/** Start the module at `address` as a worker. Throws what the browser does, and OcrError where its policy forbids it. */
export function startWorker(address: string | URL, name: string): Worker {
  const { href, origin } = new URL(address);
  const options = { type: "module", name } as const;
  if (typeof location === "undefined" || origin === location.origin)
    return new Worker(scriptAddress(href), options);
  // A worker must be of the page's own origin; what it imports need not be.
  const source = new Blob([`import ${JSON.stringify(href)};`], { type: "text/javascript" });
  const copy = URL.createObjectURL(source);
  setTimeout(() => URL.revokeObjectURL(copy), REVOKE_MS);
  return new Worker(scriptAddress(copy), options);
}
