/** Reading pages under test: text, places and clicks, in CSS pixels. */

import type { Locator, Page, TestInfo } from "@playwright/test";

import type { Engine, ReadOptions } from "./engine.js";
import { type FindOptions, type LocatedText, Reading } from "./reading.js";

/** What a test looks at: a page's viewport, or an element. */
export type Target = Page | Locator;

export interface LocateOptions extends ReadOptions, FindOptions {
  /** Milliseconds, counted from when the engine is warm; a reading that has begun is finished. */
  readonly timeout?: number;
}

/** As long as Playwright's own expectations wait where a project says nothing else. */
const TIMEOUT_MS = 5_000;
const PAUSE_MS = 100;
const PNG_WIDTH_AT = 16;

export class Ocr {
  readonly #start: () => Promise<Engine>;
  readonly #info: TestInfo;
  readonly #defaults: ReadOptions;

  constructor(start: () => Promise<Engine>, info: TestInfo, defaults: ReadOptions) {
    this.#start = start;
    this.#info = info;
    this.#defaults = defaults;
  }

  /** Read the viewport of a page, or an element, which is scrolled into view for that. */
  async read(target: Target, options: ReadOptions = {}): Promise<Reading> {
    return this.#readPicture(target, await screenshot(target), options);
  }

  /** Wait for a text to be there once, and return its place; rejects where it is not there, or more than once. */
  async locate(
    target: Target,
    text: string | RegExp,
    options: LocateOptions = {},
  ): Promise<LocatedText["box"]> {
    let hits: LocatedText[] = [];
    const reading = await this.waitUntil(
      target,
      (seen) => {
        hits = seen.find(text, options);
        return hits.length === 1;
      },
      options,
    );
    const [hit] = hits;
    if (hit !== undefined && hits.length === 1) return hit.box;
    const wanted = typeof text === "string" ? JSON.stringify(text) : String(text);
    const listed = hits.map(
      ({ text: found, box }, index) => `\n  ${index + 1}. ${JSON.stringify(found)}: ${shown(box)}`,
    );
    const what =
      hits.length === 0
        ? `No place has ${wanted}.`
        : `${hits.length} places have ${wanted}, and one is asked for:${listed.join("")}`;
    throw new Error(await this.explain(what, reading, hits));
  }

  /** Click in the middle of a text. */
  async click(target: Target, text: string | RegExp, options: LocateOptions = {}): Promise<void> {
    const box = await this.locate(target, text, options);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    if ("mouse" in target) {
      await target.mouse.click(x, y);
      return;
    }
    const frame = await target.boundingBox();
    const border = await target.evaluate((element) => [element.clientLeft, element.clientTop] as const);
    if (frame === null) throw new Error(`${String(target)} is not visible any more`);
    // The element's own click: it scrolls there, and waits until the element can be clicked. Borders do not count.
    await target.click({ position: { x: x - frame.x - border[0], y: y - frame.y - border[1] } });
  }

  /** Read again until `look` is content or the time is over, and return the last reading. */
  async waitUntil(
    target: Target,
    look: (reading: Reading) => boolean,
    { timeout = TIMEOUT_MS, ...options }: LocateOptions,
  ): Promise<Reading> {
    await this.#start();
    const end = performance.now() + timeout;
    let reading: Reading | undefined;
    for (;;) {
      const png = await screenshot(target);
      // A picture that stays the same is read once.
      if (reading === undefined || !reading.png.equals(png)) {
        reading = await this.#readPicture(target, png, options);
        if (look(reading)) return reading;
      }
      if (performance.now() >= end) return reading;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Return a message with what was read, and attach the marked picture to the test. */
  async explain(what: string, reading: Reading, hits: readonly LocatedText[] = []): Promise<string> {
    await this.#info.attach("ocr", { body: reading.marked(hits), contentType: "image/svg+xml" });
    const text = reading.text === "" ? "  (no text)" : reading.text.replaceAll(/^/gmu, "  | ");
    return `${what}\nWhat was read (the picture is attached):\n${text}`;
  }

  async #readPicture(target: Target, png: Buffer, { languages }: ReadOptions): Promise<Reading> {
    const engine = await this.#start();
    const page = await engine.read(png, languages === undefined ? this.#defaults : { languages });
    const { x, y, width } = await place(target);
    return new Reading(page, png, { x, y }, png.readUInt32BE(PNG_WIDTH_AT) / width);
  }
}

/** A PNG in device pixels, the sharpest that there is. */
function screenshot(target: Target): Promise<Buffer> {
  return target.screenshot({ scale: "device", animations: "disabled", caret: "hide", type: "png" });
}

/** What a screenshot shows, in CSS pixels of the viewport. */
async function place(target: Target): Promise<{ x: number; y: number; width: number }> {
  if ("mouse" in target) return { x: 0, y: 0, width: await target.evaluate(() => innerWidth) };
  const box = await target.boundingBox();
  if (box === null) throw new Error(`${String(target)} is not visible any more`);
  const [x, y] = [Math.floor(box.x), Math.floor(box.y)];
  return { x, y, width: Math.ceil(box.x + box.width - 1e-3) - x };
}

function shown({ x, y, width, height }: LocatedText["box"]): string {
  return `${Math.round(width)} x ${Math.round(height)} at (${Math.round(x)}, ${Math.round(y)})`;
}
