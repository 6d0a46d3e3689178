/** `<py-ocr for>` and `<py-ocr><img></py-ocr>`: the picture stays, and its text lies on it. */

import type { Page } from "@playwright/test";

import type { PyOcrElement } from "../../web/src/element/ocr-element.js";
import { NOTE, flat, openHost, script } from "./host-page.js";
import { expect, test } from "./test.js";

const HEAD = script("assets/ocr-element.js");
const SIZE = `width="460" height="400"`;

async function untilRead(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.querySelector<PyOcrElement>("py-ocr")?.state), {
      timeout: 60_000,
    })
    .toBe("done");
}

interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where the picture is, and where the words on it are. */
async function places(page: Page): Promise<{ picture: Rect; words: Rect[] }> {
  return page.evaluate(() => {
    const rect = (element: Element): Rect => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { left, top, right, bottom };
    };
    const spans = document.querySelector("py-ocr")!.shadowRoot!.querySelectorAll(".text-layer span");
    return { picture: rect(document.querySelector("img, canvas, video")!), words: [...spans].map(rect) };
  });
}

/** Whether "Hello" stands where note.png has it: in the picture, left and in its upper half. */
async function expectInPlace(page: Page): Promise<void> {
  await expect(async () => {
    const { picture, words } = await places(page);
    expect(words.length).toBeGreaterThanOrEqual(4);
    for (const word of words) {
      expect(word.left).toBeGreaterThanOrEqual(picture.left - 2);
      expect(word.right).toBeLessThanOrEqual(picture.right + 2);
      expect(word.top).toBeGreaterThanOrEqual(picture.top - 2);
      expect(word.bottom).toBeLessThanOrEqual(picture.bottom + 2);
    }
    const width = Math.max(...words.map(({ right }) => right)) - Math.min(...words.map(({ left }) => left));
    expect(width).toBeGreaterThan((picture.right - picture.left) * 0.4);
  }).toPass();
}

test("text lies on the page's own image, and stays on it when that moves and changes its size", async ({
  page,
  plainSite,
}) => {
  await openHost(page, plainSite.url, {
    head: HEAD,
    body: `<p id="above">Above</p><img id="note" src="note.png" ${SIZE} alt=""> <py-ocr for="note" backend="wasm"></py-ocr>`,
  });
  await untilRead(page);
  await expectInPlace(page);
  await page.evaluate(() => {
    document.querySelector<HTMLElement>("#above")!.style.height = "333px";
    Object.assign(document.querySelector("img")!.style, { width: "230px", height: "200px", padding: "7px" });
  });
  await expectInPlace(page);
  const img = await page.locator("img").boundingBox();
  expect(img?.width).toBe(244);
  // As a person does: search for it, select it, copy it.
  expect(
    await page.evaluate(() => (globalThis as unknown as { find(t: string): boolean }).find("Invoice")),
  ).toBe(true);
  const selected = await page.evaluate(() => {
    const layer = document.querySelector("py-ocr")!.shadowRoot!.querySelector(".text-layer")!;
    getSelection()!.selectAllChildren(layer);
    return getSelection()!.toString();
  });
  expect(flat(selected)).toBe(NOTE);
  await expect(page.getByRole("group", { name: "Text of the image" })).toContainText("Invoice");
});

test("an image that is wrapped stays, and is read again when it changes", async ({ page, plainSite }) => {
  await openHost(page, plainSite.url, {
    head: HEAD,
    body: `<py-ocr backend="wasm"><img src="note.png" ${SIZE} alt=""></py-ocr>`,
  });
  await expect(page.locator("img")).toBeVisible();
  await untilRead(page);
  await expectInPlace(page);
  const texts = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const element = document.querySelector<PyOcrElement>("py-ocr")!;
        element.addEventListener("py-ocr-result", ({ detail }) => resolve(detail.text), { once: true });
        document.querySelector("img")!.src = "note.png?again";
      }),
  );
  await page.route("**/note.png?again", async (route) =>
    route.fulfill({ response: await route.fetch({ url: `${plainSite.url}samples/sign.jpg` }) }),
  );
  expect(flat(await texts)).not.toBe(NOTE);
});

test("a canvas is read as it is, and again when asked; its text is the value in a form", async ({
  page,
  plainSite,
}) => {
  await openHost(page, plainSite.url, {
    head: HEAD,
    body: `<form><canvas width="230" height="200"></canvas></form>`,
  });
  const value = await page.evaluate(async () => {
    await customElements.whenDefined("py-ocr");
    const canvas = document.querySelector("canvas")!;
    const element = document.createElement("py-ocr");
    element.backend = "wasm";
    element.name = "note";
    document.querySelector("form")!.append(element);
    element.append(canvas);
    const image = new Image();
    image.src = "note.png";
    await image.decode();
    canvas.getContext("2d")!.drawImage(image, 0, 0);
    await element.read();
    return new FormData(document.querySelector("form")!).get("note");
  });
  expect(flat(String(value))).toBe(NOTE);
  await expectInPlace(page);
});

test("a video is read where it stands still, and its text goes when it plays on", async ({
  page,
  plainSite,
}) => {
  await openHost(page, plainSite.url, {
    head: HEAD,
    body: `<video id="film" ${SIZE} muted></video> <py-ocr for="film" backend="wasm"></py-ocr>`,
  });
  await page.evaluate(async () => {
    const image = new Image();
    image.src = "note.png";
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const draw = (): void => canvas.getContext("2d")!.drawImage(image, 0, 0);
    setInterval(draw, 100);
    const film = document.querySelector("video")!;
    film.srcObject = canvas.captureStream(10);
    await film.play();
    await new Promise((resolve) => film.requestVideoFrameCallback(resolve));
    film.pause();
  });
  await untilRead(page);
  await expectInPlace(page);
  const text = (): Promise<string | undefined> =>
    page.evaluate(() => document.querySelector<PyOcrElement>("py-ocr")?.text);
  expect(flat((await text()) ?? "")).toBe(NOTE);
  await page.evaluate(() => document.querySelector("video")!.play());
  await expect.poll(text).toBe("");
  expect((await places(page)).words).toEqual([]);
});

test("preload starts the engine before there is an image, with the settings of the attributes", async ({
  page,
  plainSite,
}) => {
  await openHost(page, plainSite.url, {
    head: HEAD,
    body: `<py-ocr preload="auto" backend="wasm" profile="fast" languages="de en"
      params='{"detection": {"long_side_px": 640}}'></py-ocr>`,
  });
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  const [state, text, codes] = await page.evaluate(async () => {
    await customElements.whenDefined("py-ocr");
    const element = document.querySelector<PyOcrElement>("py-ocr")!;
    const before = element.state;
    const { text } = await element.read("note.png");
    const codes: string[] = [];
    const failing = async (change: () => void): Promise<void> => {
      change();
      await element.read("note.png").catch(({ code }: { code: string }) => codes.push(code));
    };
    await failing(() => (element.languages = ["tlh"]));
    await failing(() => {
      element.languages = [];
      element.params = { detection: { nothing: 1 } };
    });
    await failing(() => element.setAttribute("params", "{"));
    return [before, text, codes] as const;
  });
  expect(state).toBe("empty");
  expect(flat(text)).toBe(NOTE);
  expect(codes).toEqual(["language_unknown", "option_invalid", "option_invalid"]);
});

test("a lazy element waits until it comes near, and an element without a picture says so", async ({
  page,
  plainSite,
}) => {
  await openHost(page, plainSite.url, {
    head: HEAD,
    body: `<div style="height: 9000px"></div><py-ocr loading="lazy" backend="wasm" src="note.png"></py-ocr>`,
  });
  const state = (): Promise<string | undefined> =>
    page.evaluate(() => document.querySelector<PyOcrElement>("py-ocr")?.state);
  await expect(page.locator("py-ocr .chooser button")).toHaveText("Choose an image");
  expect(await state()).toBe("empty");
  expect(page.workers()).toEqual([]);
  await page.evaluate(() => scrollTo(0, 9000));
  await untilRead(page);
  const error = await page.evaluate(async () => {
    const element = document.createElement("py-ocr");
    const failed = new Promise<string>((resolve) =>
      element.addEventListener("py-ocr-error", ({ detail }) => resolve(detail.message)),
    );
    element.setAttribute("for", "nothing");
    document.body.append(element);
    return failed;
  });
  expect(error).toContain("no element with the id nothing");
});

test("a reading ends with the signal that it was given", async ({ page, plainSite }) => {
  await openHost(page, plainSite.url, { head: HEAD, body: `<py-ocr backend="wasm"></py-ocr>` });
  const name = await page.evaluate(async () => {
    await customElements.whenDefined("py-ocr");
    const controller = new AbortController();
    const reading = document.querySelector<PyOcrElement>("py-ocr")!.read("note.png", controller);
    controller.abort();
    return reading.catch((error: Error) => error.name);
  });
  expect(name).toBe("AbortError");
});
