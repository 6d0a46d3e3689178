/** Starts a worker of the site, whose files may lie on another origin. */

export function startWorker(address: string, name: string): Worker {
  const options = { type: "module", name } as const;
  if (new URL(address).origin === location.origin) return new Worker(address, options);
  // A worker must be of this one's own origin; what it imports need not be.
  const source = new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" });
  const copy = URL.createObjectURL(source);
  setTimeout(() => URL.revokeObjectURL(copy), REVOKE_MS);
  return new Worker(copy, options);
}

/** The worker has its script by then, or will not get it at all. */
const REVOKE_MS = 60_000;
