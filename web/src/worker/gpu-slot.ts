/** The GPU device that is in use: asked for once, watched for its loss, and given back. */

import { type GpuAccess, requestGpu } from "./gpu-device.js";
import { heard } from "../shared/heard.js";

/** A GPU device in use. */
class Gpu {
  loss: string | undefined;
  /** Rejects when the device is gone. */
  readonly lost: Promise<never>;

  constructor(readonly access: GpuAccess) {
    this.lost = access.device.lost.then(({ reason, message }) => {
      this.loss = message || reason;
      throw new Error(this.loss);
    });
    heard(this.lost);
  }
}

export class GpuSlot {
  #request: Promise<Gpu> | undefined;
  #current: Gpu | undefined;

  /** Return the device in use, asking for one where there is none. Rejects with GpuUnavailable. */
  acquire(): Promise<Gpu> {
    this.#request ??= requestGpu().then((access) => (this.#current = new Gpu(access)));
    return this.#request;
  }

  /** Why the device was lost, or undefined while it is in use. */
  get loss(): string | undefined {
    return this.#current?.loss;
  }

  /** Give the device back: what still runs on it ends. The next `acquire` asks for another. */
  async release(): Promise<void> {
    const gpu = await this.#request?.catch(() => undefined);
    this.#request = this.#current = undefined;
    gpu?.access.device.destroy();
  }
}
