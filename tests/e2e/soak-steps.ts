/** The steps of the long run, each of which looks at what comes of it: a text, or the error that was asked for. */

import type { Page } from "@playwright/test";

import type { OcrPage } from "../../web/src/shared/types.js";
import type { Site } from "../browsers/site.js";
import { arm } from "./faults.js";
import { type Outcome, Reader, valueOf } from "./reader.js";
import { BIGGEST, DOCUMENTS, HUGE, IMAGES, LOST_ON_GPU, base64Of, documentOf } from "./soak-files.js";
import { PROFILES, type Profile, type Step } from "./soak-plan.js";
import { expect } from "./test.js";

declare global {
  /** A client for each profile, on WASM, for the whole run. */
  var clients: Record<Profile, InstanceType<typeof pyOcr.OcrClient>>;
  var onGpu: InstanceType<typeof pyOcr.OcrClient>;
}

/** A worker that is idle is renewed after some seconds, and takes some to start. */
const RENEWAL = { timeout: 120_000 };

const LOST: unknown = expect.stringContaining("The GPU device was lost");

/** The text of everything that will be read, as it is read at first, by profile and name. */
type Texts = Record<string, string>;

export class Steps {
  private constructor(
    private readonly page: Page,
    private readonly site: Site,
    private readonly expected: Texts,
  ) {}

  /** Open a page with a client for each profile, and read everything for the first time. */
  static async begin(page: Page, site: Site): Promise<Steps> {
    await Reader.open(page, site.url);
    await page.evaluate((profiles) => {
      const made = profiles.map((profile) => [profile, new pyOcr.OcrClient({ backend: "wasm", profile })]);
      globalThis.clients = Object.fromEntries(made) as typeof clients;
    }, PROFILES);
    const texts: Record<string, string> = {};
    const steps = new Steps(page, site, texts);
    for (const profile of PROFILES) {
      for (const name of [...IMAGES, BIGGEST, LOST_ON_GPU])
        texts[`${profile} ${name}`] ??= await steps.read(profile, name);
      for (const name of DOCUMENTS) texts[`${profile} ${name}`] = await steps.readDocument(profile, name);
    }
    for (const [name, text] of Object.entries(texts)) expect(text, name).toMatch(/\w/);
    return steps;
  }

  /** Take a step and return how many pages were read. */
  async take({ kind, profile, name, moment }: Step): Promise<number> {
    switch (kind) {
      case "image":
        await this.readAgain(profile, name);
        return 1;
      case "document": {
        const text = await this.readDocument(profile, name);
        expect(text, name).toBe(this.textOf(profile, name));
        return text.split("\f").length;
      }
      case "cancel":
        await this.cancel(profile, name, moment);
        return 0;
      case "dead worker":
        return this.letWorkersDie(profile, name);
      case "failed request":
        await this.loseRequests();
        return 0;
      case "large image":
        return this.growAndRenew(profile, name);
      case "lost device":
        return this.loseDevice();
    }
  }

  /** Let every worker have grown: one that is new has not yet. Return how many pages were read. */
  async readBiggest(): Promise<number> {
    for (const profile of PROFILES) await this.readAgain(profile, BIGGEST);
    return PROFILES.length;
  }

  /** Dispose of all clients and return how many workers are left. */
  async end(): Promise<number> {
    await this.page.evaluate(() => Object.values(clients).forEach((client) => client.dispose()));
    await expect.poll(() => this.page.workers().length).toBe(0);
    return this.page.workers().length;
  }

  private textOf(profile: Profile, name: string): string {
    const text = this.expected[`${profile} ${name}`];
    if (text === undefined) throw new Error(`${name} was not read at first`);
    return text;
  }

  private async readAgain(profile: Profile, name: string): Promise<void> {
    expect(await this.read(profile, name), `${name}, ${profile}`).toBe(this.textOf(profile, name));
  }

  private read(profile: Profile, name: string): Promise<string> {
    return this.page.evaluate(
      async ({ profile, base64 }) =>
        (await clients[profile].recognize(new Blob([reader.bytes(base64)]))).text,
      { profile, base64: base64Of(name) },
    );
  }

  private readDocument(profile: Profile, name: string): Promise<string> {
    return this.page.evaluate(
      async ({ profile, name, base64 }) => {
        const texts: string[] = [];
        const file = new File([reader.bytes(base64)], name);
        for await (const { page, error } of clients[profile].recognizeDocument(file)) {
          if (page === null) throw new Error(error?.message ?? "a page without a text");
          texts.push(page.text);
        }
        return texts.join("\f");
      },
      { profile, name, base64: documentOf(name).toString("base64") },
    );
  }

  /** Read, and stop when so many things have been heard of it. */
  private async cancel(profile: Profile, name: string, moment: number): Promise<void> {
    const outcome = await this.page.evaluate(
      ({ profile, base64, moment }) => {
        const controller = new AbortController();
        let heard = 0;
        const onProgress = (): void => {
          heard += 1;
          if (heard === moment) controller.abort();
        };
        const image = new Blob([reader.bytes(base64)]);
        const { signal } = controller;
        const reading = clients[profile].recognize(image, { signal, onProgress });
        return reader.settle(reading.then(({ text }) => text));
      },
      { profile, base64: base64Of(name), moment },
    );
    if ("error" in outcome) expect(outcome.error.name).toBe("AbortError");
    else expect(outcome.value).toBe(this.textOf(profile, name)); // it was faster
  }

  /** Let all workers die while one of them reads, and read with each again. */
  private async letWorkersDie(profile: Profile, name: string): Promise<number> {
    const outcome = await this.page.evaluate(
      async ({ profile, base64 }) => {
        const reading = reader.settle(clients[profile].recognize(new Blob([reader.bytes(base64)])));
        new BroadcastChannel("death").postMessage("");
        return reading;
      },
      { profile, base64: base64Of(name) },
    );
    if ("error" in outcome) expect(outcome.error.code).toBe("worker_failed");
    else expect(outcome.value.text).toBe(this.textOf(profile, name));
    for (const each of PROFILES) await this.readAgain(each, name);
    return PROFILES.length;
  }

  /** Ask for an image that does not come, and for an engine whose files do not. */
  private async loseRequests(): Promise<void> {
    this.site.lost = /\/lost\.png$|\/assets\.json$/;
    const outcome = await this.page.evaluate(() =>
      reader.settle(clients.fast.recognize(new URL("/lost.png", location.href))),
    );
    expect(outcome).toMatchObject({ error: { code: "image_unreachable" } });
    const start = await this.page.evaluate(async () => {
      const client = new pyOcr.OcrClient({ backend: "wasm" });
      const outcome = await reader.settle(client.start());
      client.dispose();
      return outcome;
    });
    expect(start).toMatchObject({ error: { code: "asset_unreachable" } });
    this.site.lost = false;
  }

  /** Let a worker grow beyond what it may keep, see that it gives way to a fresh one, and read with that. */
  private async growAndRenew(profile: Profile, name: string): Promise<number> {
    const before = new Set(this.page.workers());
    const closed = (): number => [...before].filter((worker) => !this.page.workers().includes(worker)).length;
    const text = await this.read(profile, HUGE);
    // So small on so large a page, not all of it is found. It is always the same.
    expect(text).toContain("Hello world");
    expect(text).toBe((this.expected[`${profile} ${HUGE}`] ??= text));
    await expect.poll(closed, RENEWAL).toBeGreaterThan(0);
    await this.readAgain(profile, name);
    return 2;
  }

  /** Lose the GPU while it reads, on an engine that the page has for this only. */
  private async loseDevice(): Promise<number> {
    const used = await this.page.evaluate(async () => {
      globalThis.onGpu = new pyOcr.OcrClient({ backend: "auto", profile: "fast" });
      return (await onGpu.start()).used;
    });
    expect(used).toBe("webgpu");
    await arm(this.page, "destroy", PROFILES.length + 1);
    const readings: OcrPage[] = [];
    for (let reading = 0; reading < 2; reading += 1) readings.push(valueOf(await this.readOnGpu()));
    await this.page.evaluate(() => onGpu.dispose());
    for (const { text } of readings) expect(text).toBe(this.textOf("fast", LOST_ON_GPU));
    const [lost, next] = readings.map(({ backend }) => backend);
    // The page in hand is finished on WASM, which says why; the next one is read on a GPU again.
    expect(lost).toMatchObject({ used: "wasm", fallbacks: [{ reason: LOST }] });
    expect(next).toMatchObject({ used: "webgpu", fallbacks: [] });
    return readings.length;
  }

  private readOnGpu(): Promise<Outcome<OcrPage>> {
    return this.page.evaluate(
      (base64) => reader.settle(onGpu.recognize(new Blob([reader.bytes(base64)]))),
      base64Of(LOST_ON_GPU),
    );
  }
}
