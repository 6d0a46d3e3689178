/** Cancelling and disposing: promises that settle at once, and an engine that goes on. */

import type { Progress } from "../../web/src/shared/types.js";
import { largeImage } from "./large-image.js";
import { fixture } from "./paths.js";
import { Reader, errorOf, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const LETTER = fixture("letter.png").toString("base64");
const NOTE = "Hello world\nInvoice 2026";

test("cancelling rejects at once with AbortError, and the next image is read", async ({ warm }) => {
  valueOf(await warm.start());
  const { outcome, elapsed_ms } = await warm.page.evaluate(async (base64) => {
    const { client, settle, bytes } = reader;
    const controller = new AbortController();
    let cancelledAt = 0;
    const onProgress = ({ stage }: Progress): void => {
      if (stage !== "detect" || cancelledAt > 0) return;
      cancelledAt = performance.now();
      controller.abort();
    };
    const work = client.recognize(new Blob([bytes(base64)]), { signal: controller.signal, onProgress });
    const outcome = await settle(work);
    return { outcome, elapsed_ms: performance.now() - cancelledAt };
  }, LETTER);
  expect(errorOf(outcome).name).toBe("AbortError");
  expect(elapsed_ms).toBeLessThan(200);
  expect(valueOf(await warm.read(fixture("note.png"))).text).toBe(NOTE);
});

test("a cancelled reading does no more work than what was running", async ({ warm }) => {
  valueOf(await warm.start());
  const stages = await warm.page.evaluate(async (base64) => {
    const { client, settle, bytes } = reader;
    const image = new Blob([bytes(base64)]);
    const controller = new AbortController();
    const seen: string[] = [];
    const first = client.recognize(image, {
      signal: controller.signal,
      onProgress: ({ stage }) => {
        seen.push(stage);
        if (stage === "detect") controller.abort();
      },
    });
    await settle(first);
    // Readings run one after the other: when the second is over, the first has ended as well.
    await settle(client.recognize(image));
    return seen;
  }, LETTER);
  expect(stages).toContain("detect");
  expect(stages).not.toContain("recognize");
});

test("pictures of a hundred megapixels are cancelled at once, and the next image soon read", async ({
  revisit,
  site,
}) => {
  test.setTimeout(240_000);
  const reader = await Reader.open(revisit, site.url, { backend: "wasm" });
  valueOf(await reader.start());
  const startedAt = Date.now();
  valueOf(await (await Reader.open(revisit, site.url, { backend: "wasm" })).start());
  const start_ms = Date.now() - startedAt;
  // Python decodes a TIFF in one go, the browser the others.
  for (const kind of ["TIFF", "PNG", "JPEG"] as const) {
    const huge = largeImage(10_000, 10_000, kind).toString("base64");
    const { outcome, elapsed_ms } = await revisit.evaluate(async (base64) => {
      const { client, settle, bytes } = globalThis.reader;
      const file = new Blob([bytes(base64)]);
      const controller = new AbortController();
      const work = settle(client.recognize(file, { signal: controller.signal }));
      await new Promise((resolve) => setTimeout(resolve, 500));
      const cancelledAt = performance.now();
      controller.abort();
      const outcome = await work;
      return { outcome, elapsed_ms: performance.now() - cancelledAt };
    }, huge);
    expect(errorOf(outcome).name, kind).toBe("AbortError");
    expect(elapsed_ms, kind).toBeLessThan(200);
    const cancelledAt = Date.now();
    expect(valueOf(await reader.read(fixture("note.png"))).text).toBe(NOTE);
    const free_ms = Date.now() - cancelledAt;
    test.info().annotations.push({ type: "ms", description: JSON.stringify({ kind, start_ms, free_ms }) });
    expect(free_ms, kind).toBeLessThan(15_000 + 3 * start_ms);
  }
});

test("a worker that has grown gives way to a fresh one once it is idle", async ({ revisit, site }) => {
  test.setTimeout(240_000);
  const reader = await Reader.open(revisit, site.url, { backend: "wasm", profile: "fast" });
  const engines = () => revisit.workers().filter((worker) => worker.url().endsWith("/assets/worker.js"));
  valueOf(await reader.read(fixture("note.png")));
  const [first, ...others] = engines();
  expect(others).toEqual([]);
  valueOf(await reader.read(largeImage(6000, 5000, "PNG")));
  expect(engines()).toEqual([first]);
  await expect.poll(() => engines().includes(first!), { timeout: 60_000 }).toBe(false);
  expect(valueOf(await reader.read(fixture("note.png"))).text).toBe(NOTE);
  expect(engines()).toHaveLength(1);
});

test("a signal that is aborted already starts nothing", async ({ warm }) => {
  const outcome = await warm.page.evaluate((base64) => {
    const { client, settle, bytes } = reader;
    return settle(client.recognize(new Blob([bytes(base64)]), { signal: AbortSignal.abort() }));
  }, LETTER);
  expect(errorOf(outcome).name).toBe("AbortError");
});

test("images asked for together are read one after the other, none lost", async ({ warm }) => {
  const texts = await warm.page.evaluate(
    async (images) => {
      const { client, bytes } = reader;
      const pages = await Promise.all(images.map((base64) => client.recognize(new Blob([bytes(base64)]))));
      return pages.map(({ text }) => text);
    },
    ["note.png", "blank.png", "note.jpg"].map((name) => fixture(name).toString("base64")),
  );
  expect(texts).toEqual([NOTE, "", NOTE]);
});

test("disposing rejects what is pending, at once, and stays disposed", async ({ revisit, site }) => {
  await Reader.open(revisit, site.url, { backend: "wasm" });
  const outcomes = await revisit.evaluate(async (base64) => {
    const { client, settle, bytes } = reader;
    const starting = settle(client.start());
    const reading = settle(client.recognize(new Blob([bytes(base64)])));
    client.dispose();
    return Promise.all([starting, reading, settle(client.recognize(new Blob([bytes(base64)])))]);
  }, LETTER);
  expect(outcomes.map((outcome) => errorOf<unknown>(outcome).code)).toEqual([
    "disposed",
    "disposed",
    "disposed",
  ]);
});
