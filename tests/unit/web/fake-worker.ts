/** A worker that does what a test says, in place of the one with the engine; and what else the client asks of a page. */

import type { Notice, Request, Response } from "../../../web/src/shared/protocol.js";
import type { EngineInfo } from "../../../web/src/shared/types.js";

export const INFO: EngineInfo = {
  requested: "auto",
  used: "wasm",
  detail: "1 thread",
  fallbacks: [],
  kernels: "stock",
  threads: 1,
  line_workers: 0,
  isolated: false,
  profile: "a-profile",
  host_operators: [],
  timings_ms: {},
};

/** Hears the client's requests, and answers when the test says so. */
export class FakeWorker {
  /** Every worker that was made, in order. */
  static made: FakeWorker[] = [];

  static get last(): FakeWorker {
    const worker = FakeWorker.made.at(-1);
    if (worker === undefined) throw new Error("no worker was made");
    return worker;
  }

  onmessage: ((event: { data: Response | Notice }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  readonly requests: Request[] = [];
  /** Ids that a test has answered. */
  readonly answered = new Set<number>();
  readonly transferred: Transferable[] = [];
  isTerminated = false;

  constructor(readonly url: string) {
    FakeWorker.made.push(this);
  }

  postMessage(request: Request, transfer: Transferable[] = []): void {
    if (this.isTerminated) throw new Error("a dead worker was spoken to");
    this.requests.push(request);
    this.transferred.push(...transfer);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(data: Response | Notice): void {
    this.onmessage?.({ data });
  }

  die(message: string): void {
    this.onerror?.({ message });
  }

  /** What it said cannot be read. */
  garble(): void {
    this.onmessageerror?.();
  }

  /** The last request of a kind. */
  request<Kind extends Request["kind"]>(kind: Kind): Extract<Request, { kind: Kind }> {
    const found = this.requests.findLast((one): one is Extract<Request, { kind: Kind }> => one.kind === kind);
    if (found === undefined) throw new Error(`there was no request ${kind}`);
    return found;
  }

  started(): void {
    this.say({ kind: "started", id: this.request("start").id, info: INFO });
  }
}

/** A bitmap that knows whether it was closed. */
export class FakeBitmap {
  isClosed = false;

  close(): void {
    this.isClosed = true;
  }
}

/** Pixels, as a page has them. */
export class FakeImageData {
  readonly data: Uint8ClampedArray;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

class FakeCanvas {}

/** Put these in the place of what a page has. */
export function installPage(): void {
  FakeWorker.made = [];
  Object.assign(globalThis, {
    Worker: FakeWorker,
    ImageBitmap: FakeBitmap,
    ImageData: FakeImageData,
    HTMLCanvasElement: FakeCanvas,
    createImageBitmap: async () => new FakeBitmap(),
    document: { baseURI: "https://example.org/app/page.html" },
  });
}

/** Let everything run that waits for nothing else. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
