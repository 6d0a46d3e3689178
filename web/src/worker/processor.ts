/** How much of the processor is used: the threads of the WASM runtime, and the line workers beside it. */

import type { StartConfig } from "../shared/protocol.js";

type Wishes = Pick<StartConfig, "threads" | "lineWorkers">;

/** More threads than this gain little on models of this size. */
const MAX_THREADS = 4;

/** More workers than this wait for Python, which prepares their lines and decodes what they read. */
const MAX_LINE_WORKERS = 4;

/**
 * So many threads of the runtime read as fast as so many workers, and share one memory: with two, receipts, forms and
 * pages take the same time, within 3 %. More threads gain little on a line, more workers do.
 */
const THREADS_AS_GOOD = 2;

/** What a worker may take of the device's memory, in GB: it needs a tenth, and is not alone. */
const GB_PER_LINE_WORKER = 2;

/** The memory that a device is taken to have where the browser does not say, in GB: that of a telephone. */
const UNKNOWN_GB = 4;

/** WebKit says so on every computer with fewer than eight cores, one of two included. */
const WEBKIT_SAYS = 4;

/**
 * What to take WebKit's four cores for. Four threads on two cores wait for each other in turns, and read a receipt a
 * third slower than two do; two on more cores are as fast as what `THREADS_AS_GOOD` says of them.
 */
const WEBKIT_HAS = 2;

/**
 * How many cores are worth a thread: what the browser says, except where it says the same of all computers.
 *
 * https://bugs.webkit.org/show_bug.cgi?id=132588 is why WebKit does; once it tells the truth, this can go.
 */
function usefulCores(): number {
  const { hardwareConcurrency, userAgent } = navigator;
  const isWebKit = /AppleWebKit/.test(userAgent) && !/Chrom(?:e|ium)\//.test(userAgent);
  return isWebKit && hardwareConcurrency === WEBKIT_SAYS ? WEBKIT_HAS : hardwareConcurrency;
}

/** How many threads the WASM runtime gets: more than one only where the page is cross-origin isolated. */
export function threadsFor({ threads }: Wishes): number {
  return crossOriginIsolated ? (threads ?? Math.min(MAX_THREADS, usefulCores())) : 1;
}

/**
 * How many line workers there may be: one for each core, or for each of the threads that were asked for. None where they
 * would only take over what the runtime does as fast: a single one, and two where it has two threads.
 */
export function lineWorkersFor({ threads, lineWorkers }: Wishes): number {
  if (lineWorkers !== undefined) return lineWorkers;
  const { deviceMemory = UNKNOWN_GB } = navigator as Navigator & { readonly deviceMemory?: number };
  const cores = threads ?? usefulCores();
  const count = Math.min(cores, MAX_LINE_WORKERS, Math.floor(deviceMemory / GB_PER_LINE_WORKER));
  return count > (crossOriginIsolated ? THREADS_AS_GOOD : 1) ? count : 0;
}
