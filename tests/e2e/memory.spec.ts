/** An image that would take more memory than the device has is read smaller, and told at its own size. */

import { inWorker } from "./faults.js";
import { fixture } from "./paths.js";
import { Reader, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

test("an image with more pixels than the device's memory suffices for is read smaller, and says so", async ({
  page,
  warm,
  site,
}) => {
  // So little that a page of a letter has twice as many pixels as are read.
  await inWorker(page.context(), 'Object.defineProperty(navigator, "deviceMemory", { value: 0.035 });');
  const small = await Reader.open(page, site.url, { backend: "wasm" });
  const whole = valueOf(await warm.read(fixture("letter.png")));
  const read = valueOf(await small.read(fixture("letter.png")));
  expect([read.width, read.height]).toEqual([whole.width, whole.height]);
  expect(whole.notices).toEqual([]);
  expect(read.notices.map(({ code }) => code)).toEqual(["scaled_down"]);
  const right = (lines: typeof read.lines): number =>
    Math.max(...lines.flatMap(({ quad }) => quad.map(([x]) => x)));
  expect(read.lines.length).toBeGreaterThan(0);
  expect(Math.abs(right(read.lines) - right(whole.lines))).toBeLessThan(10);
  // One that is small enough is read as it is.
  expect(valueOf(await small.read(fixture("note.tiff"))).notices).toEqual([]);
});

test("whoever makes the client says how many pixels are read", async ({ page, site }) => {
  const small = await Reader.open(page, site.url, { backend: "wasm", maxMegapixels: 0.2 });
  const letter = valueOf(await small.read(fixture("letter.png")));
  expect(letter.width * letter.height).toBeGreaterThan(0.2e6);
  expect(letter.notices.map(({ code }) => code)).toEqual(["scaled_down"]);
});

/** Note in the worker when an image is decoded and when a page is answered, in their order, and tell whoever asks. */
const NOTING = `{
  const seen = [];
  const { createImageBitmap: decode, postMessage: answer } = globalThis;
  globalThis.createImageBitmap = (...image) => { seen.push("decoded"); return decode(...image); };
  globalThis.postMessage = (message, ...rest) => {
    if (message.kind === "recognized") seen.push("read");
    return answer.call(globalThis, message, ...rest);
  };
  new BroadcastChannel("seen").onmessage = ({ data, target }) => data === "?" && target.postMessage(seen);
}`;

test("of images that wait for their turn nothing is decoded yet", async ({ page, site }) => {
  await inWorker(page.context(), NOTING);
  const reader = await Reader.open(page, site.url, { backend: "wasm", profile: "fast" });
  valueOf(await reader.start());
  const seen = await page.evaluate(async (base64) => {
    const { client, bytes } = globalThis.reader;
    const image = new Blob([bytes(base64)]);
    await Promise.all(Array.from({ length: 4 }, () => client.recognize(image)));
    const channel = new BroadcastChannel("seen");
    return new Promise<string[]>((resolve) => {
      channel.onmessage = ({ data }: MessageEvent<string[]>) => resolve(data);
      channel.postMessage("?");
    });
  }, fixture("note.png").toString("base64"));
  expect(seen).toEqual(Array.from({ length: 4 }, () => ["decoded", "read"]).flat());
});
