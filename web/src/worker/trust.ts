/** In the worker all code is ours, and may start workers where a policy demands Trusted Types. */

import { scriptAddress } from "../spawn/script-address.js";

/** Throw OcrError where no worker may be started from here. */
export function requireTrust(): void {
  scriptAddress(location.href);
}

/** Trust what is started in this worker: ONNX Runtime starts its threads by plain addresses. */
export function trustOwnWorkers(): void {
  if (!("trustedTypes" in globalThis)) return;
  globalThis.Worker = class extends Worker {
    constructor(address: string | URL, options?: WorkerOptions) {
      super(scriptAddress(address), options);
    }
  };
}
