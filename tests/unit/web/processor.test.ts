/** How much of the processor is taken: what the browser says it has, unless it says the same of every computer. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { lineWorkersFor, threadsFor } from "../../../web/src/worker/processor.js";

const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
const SAFARI =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";

/** Let this be a worker of that browser. */
function be(
  userAgent: string,
  hardwareConcurrency: number,
  { isolated = true, deviceMemory = 8 } = {},
): void {
  const navigator = { userAgent, hardwareConcurrency, deviceMemory };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  Object.defineProperty(globalThis, "crossOriginIsolated", { value: isolated, configurable: true });
}

test("every core that there is gets a thread, up to four", () => {
  for (const userAgent of [CHROME, FIREFOX]) {
    for (const [cores, threads] of [
      [1, 1],
      [2, 2],
      [4, 4],
      [16, 4],
    ] as const) {
      be(userAgent, cores);
      assert.equal(threadsFor({}), threads);
    }
  }
});

test("WebKit's four cores may be two, its eight are eight", () => {
  be(SAFARI, 4);
  assert.equal(threadsFor({}), 2);
  assert.equal(lineWorkersFor({}), 0);
  be(SAFARI, 8);
  assert.equal(threadsFor({}), 4);
  be(SAFARI, 4, { isolated: false });
  assert.equal(threadsFor({}), 1);
  assert.equal(lineWorkersFor({}), 2);
});

test("what is asked for is taken, whatever the browser says", () => {
  be(SAFARI, 4);
  assert.equal(threadsFor({ threads: 4 }), 4);
  assert.equal(lineWorkersFor({ lineWorkers: 3 }), 3);
});
