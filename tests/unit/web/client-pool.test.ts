/** Who asks for the same engine shares it, and the last one to leave ends it. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { EngineSlot, leaseEngine } from "../../../web/src/client/client-pool.js";
import { FakeWorker, installPage, settled } from "./fake-worker.js";
import { PAGE } from "./pages.js";

beforeEach(installPage);

/** Whether the engine of this client is at its end. */
async function isDisposed(lease: { client: { start(): Promise<unknown> } }): Promise<boolean> {
  const starting = lease.client.start();
  if (FakeWorker.made.length > 0 && !FakeWorker.last.isTerminated) FakeWorker.last.started();
  return starting.then(
    () => false,
    (error: { code?: string }) => error.code === "disposed",
  );
}

test("equal choices share an engine, others do not", () => {
  const leases = [
    leaseEngine({}),
    leaseEngine({ backend: "auto", profile: "", baseUrl: "" }),
    leaseEngine({ backend: "wasm" }),
    leaseEngine({ profile: "other" }),
    leaseEngine({ baseUrl: "/elsewhere/" }),
  ];
  const clients = leases.map(({ client }) => client);
  assert.equal(clients[0], clients[1]);
  assert.equal(new Set(clients).size, 4);
  for (const lease of leases) lease.release();
});

test("an engine ends with its last lease; a lease that is released twice counts once", async () => {
  const [one, two] = [leaseEngine({ profile: "m" }), leaseEngine({ profile: "m" })];
  one.release();
  one.release();
  assert.equal(await isDisposed(two), false);
  two.release();
  assert.equal(await isDisposed(two), true);
  const fresh = leaseEngine({ profile: "m" });
  assert.notEqual(fresh.client, two.client);
  fresh.release();
});

test("an engine reads one image at a time", async () => {
  const lease = leaseEngine({ profile: "turns" });
  const readings = [1, 2].map(() => lease.recognize(new Blob(["image"]), {}));
  await settled();
  FakeWorker.last.started();
  await settled();
  const asked = (): number => FakeWorker.last.requests.filter(({ kind }) => kind === "recognize").length;
  assert.equal(asked(), 1);
  FakeWorker.last.say({
    kind: "recognized",
    id: FakeWorker.last.request("recognize").id,
    page: PAGE,
    heap_bytes: 0,
  });
  assert.equal(await readings[0], PAGE);
  await settled();
  assert.equal(asked(), 2);
  FakeWorker.last.say({
    kind: "recognized",
    id: FakeWorker.last.request("recognize").id,
    page: PAGE,
    heap_bytes: 0,
  });
  assert.equal(await readings[1], PAGE);
  lease.release();
});

test("a slot keeps its share while the choice stays, and lets go when it changes", async () => {
  const slot = new EngineSlot();
  const first = slot.use({ profile: "a" });
  assert.equal(slot.use({ profile: "a" }), first);
  assert.equal(await isDisposed(first), false);
  const second = slot.use({ profile: "b" });
  assert.notEqual(second.client, first.client);
  assert.equal(await isDisposed(first), true);
  slot.release();
  assert.equal(await isDisposed(second), true);
  const third = slot.use({ profile: "b" });
  assert.notEqual(third, second);
  assert.equal(await isDisposed(third), false);
  slot.release();
});
