/** embed.html in an <iframe> of another origin: the loader of the documentation, and who is listened to. */

import { readFileSync } from "node:fs";

import { NOTE, flat } from "./host-page.js";
import { fromRoot } from "./paths.js";
import { expect, test } from "./test.js";

/** The loader as the documentation has it. */
function loader(): string {
  const text = readFileSync(fromRoot("docs", "embedding.md"), "utf8");
  const found = /```js\n(const ocrOrigin.+?)```/s.exec(text)?.[1];
  if (found === undefined) throw new Error("docs/embedding.md has no loader");
  return found;
}

test("the documented loader reads an image in a frame of another origin", async ({
  page,
  host,
  plainSite,
}) => {
  const code = loader();
  expect(code.trim().split("\n").length).toBeLessThanOrEqual(10);
  const own = code
    .replace(/"https:[^"]+"/, JSON.stringify(plainSite.url.slice(0, -1)))
    .replace("/py-ocr/embed.html?", "/embed.html?backend=wasm&");
  host.serve(`<script type="module">
    const file = await (await fetch("note.png")).blob();
    const show = (text) => (document.body.dataset.text = text);
    ${own}
  </script>`);
  await page.goto(host.url);
  await expect(page.locator("body")).toHaveAttribute("data-text", /Invoice/, { timeout: 60_000 });
  expect(flat((await page.locator("body").getAttribute("data-text")) ?? "")).toBe(NOTE);
});

test("a page of an origin that was not named is neither heard nor told anything", async ({
  page,
  host,
  plainSite,
}) => {
  const frame = (origin: string): string =>
    `${plainSite.url}embed.html?backend=wasm&origin=${encodeURIComponent(origin)}`;
  host.serve(`<script>
    globalThis.heard = [];
    addEventListener("message", ({ data }) => heard.push(data.type));
  </script><iframe src="${frame("https://example.org")}"></iframe>`);
  await page.goto(host.url);
  const stranger = page.frames().find((each) => each.url().includes("embed.html"))!;
  await stranger.waitForFunction(() => document.querySelector("py-ocr") !== null);
  await page.evaluate(() =>
    document
      .querySelector("iframe")!
      .contentWindow!.postMessage({ type: "py-ocr:read", image: "note.png" }, "*"),
  );
  // What is sent to the same window later arrives later.
  await stranger.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  expect(await stranger.evaluate(() => document.querySelector("py-ocr")!.state)).toBe("empty");
  expect(await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)).toEqual([]);
  await page.evaluate((src) => (document.querySelector("iframe")!.src = src), frame(host.origin));
  await expect
    .poll(() => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard))
    .toContain("py-ocr:ready");
});
