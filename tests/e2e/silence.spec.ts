/**
 * Workers that say nothing any more, in a real page: every call ends with an error that says so, and the next works.
 * The page's clock is turned on by hand; the worker's is not.
 */

import { inWorker } from "./faults.js";
import { fixture } from "./paths.js";
import { Reader, errorOf, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const NOTE = fixture("note.png");
const TEXT = "Hello world\nInvoice 2026";

/** A worker that hangs or goes when it is told to. */
const UNRELIABLE = `new BroadcastChannel("silence").onmessage = ({ data }) => {
  if (data === "close") self.close();
  while (data === "spin") {}
};`;

test("a worker that spins or goes ends the calls that wait for it, and the next image is read", async ({
  page,
  site,
}) => {
  await inWorker(page.context(), UNRELIABLE);
  await page.clock.install();
  const opened = await Reader.open(page, site.url, { backend: "wasm" });
  expect(valueOf(await opened.read(NOTE)).text).toBe(TEXT);
  for (const fault of ["spin", "close"]) {
    const outcomes = page.evaluate(
      async ({ fault, base64 }) => {
        const { client, settle, bytes } = reader;
        new BroadcastChannel("silence").postMessage(fault);
        // Behind the fault: one image waits for the worker, one is still being made when the worker goes.
        const file = settle(client.recognize(new Blob([bytes(base64)])));
        const canvas = document.createElement("canvas");
        globalThis.createImageBitmap = () => new Promise(() => undefined);
        const bitmap = settle(client.recognize(canvas));
        return Promise.all([file, bitmap, settle(client.start())]);
      },
      { fault, base64: NOTE.toString("base64") },
    );
    let isSettled = false;
    void outcomes.then(() => (isSettled = true));
    await expect
      .poll(async () => {
        await page.clock.runFor(10_000);
        return isSettled;
      })
      .toBe(true);
    const [file, bitmap] = await outcomes;
    for (const outcome of [file, bitmap]) {
      expect(errorOf<unknown>(outcome!)).toMatchObject({ name: "OcrError", code: "worker_silent" });
    }
    expect(valueOf(await opened.read(NOTE)).text).toBe(TEXT);
  }
});

test("the page goes on with its queue when a worker spins", async ({ page, site }) => {
  let isFirst = true;
  await page.context().route("**/assets/worker.js", async (route) => {
    const response = await route.fetch();
    // Only the first worker hangs, as soon as it is to read.
    const hang = isFirst
      ? 'addEventListener("message", ({ data }) => { while (data.kind === "recognize") {} });'
      : "";
    isFirst = false;
    await route.fulfill({ response, body: `${hang}\n${await response.text()}` });
  });
  await page.clock.install();
  await page.goto(`${site.url}?backend=wasm`);
  const files = ["note.png", "word.png"].map((name) => ({
    name,
    mimeType: "image/png",
    buffer: fixture(name),
  }));
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose images" }).click();
  await (await chooser).setFiles(files);
  const states = page.locator("#queue li");
  await expect(states).toHaveCount(2);
  await expect
    .poll(
      async () => {
        await page.clock.runFor(10_000);
        return states.evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset["state"]));
      },
      { timeout: 60_000 },
    )
    .toEqual(["failed", "done"]);
});
