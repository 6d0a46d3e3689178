/** Tells the client before a model runs: on the processor that takes this thread, which then answers nobody. */

import type { BridgeTensor } from "../line-worker/model.js";
import type { Notice } from "../shared/protocol.js";
import { runLimit } from "./line-worker-host.js";

/** Tell for how long at most nothing may be heard, by the size of what a model is given. */
export function tellComputing(inputs: readonly BridgeTensor[]): void {
  postMessage({ kind: "computing", limit_ms: runLimit(inputs) } satisfies Notice);
}
