/** A page with an OcrClient, driven from outside. What is thrown in the page comes back as data. */

import type { Page } from "@playwright/test";

import type { OcrClientOptions } from "../../web/src/client/ocr-client.js";
import type { OcrDocument } from "../../web/src/shared/document.js";
import type { EngineInfo, OcrPage, Progress } from "../../web/src/shared/types.js";

/** What the tests read of an error, whichever class it is of. */
export interface Failure {
  readonly name: string;
  readonly code?: string;
  readonly stage?: string;
  readonly message: string;
  readonly cause?: string;
  readonly remedy?: string;
}

export type Outcome<T> = { readonly value: T } | { readonly error: Failure };

/** Pixels, where a decoder must have no say. */
export interface RawImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Buffer;
}

declare global {
  /** What a test keeps in its page between two steps. */
  var reader: {
    client: InstanceType<typeof pyOcr.OcrClient>;
    controller: AbortController;
    progress: Progress[];
    pending: Promise<unknown>;
    settle<T>(work: Promise<T>): Promise<Outcome<T>>;
    bytes(base64: string): Uint8Array<ArrayBuffer>;
  };
}

/** Runs in a page: make a client, and what the tests use with it. */
export function installReader(chosen: OcrClientOptions): void {
  globalThis.reader = {
    client: new pyOcr.OcrClient(chosen),
    controller: new AbortController(),
    progress: [],
    pending: Promise.resolve(),
    settle: (work) =>
      work.then(
        (value) => ({ value }),
        (error: unknown) => {
          const { name, message, ...rest } = error as Failure;
          const { code, stage, cause, remedy } = rest;
          return {
            error: JSON.parse(JSON.stringify({ name, message, code, stage, cause, remedy })) as Failure,
          };
        },
      ),
    bytes: (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
  };
}

export class Reader {
  private constructor(readonly page: Page) {}

  /** Open the automation page of a site, with a client that has not started yet. */
  static async open(page: Page, siteUrl: string, options: OcrClientOptions = {}): Promise<Reader> {
    await page.goto(`${siteUrl}headless.html`);
    await page.waitForFunction(() => "pyOcr" in globalThis);
    await page.evaluate(installReader, options);
    return new Reader(page);
  }

  start(): Promise<Outcome<EngineInfo>> {
    return this.page.evaluate(() => reader.settle(reader.client.start()));
  }

  /** Read a file with pages to its end. */
  readDocument(
    file: Buffer,
    options: { pages?: string; password?: string } = {},
  ): Promise<Outcome<OcrDocument>> {
    return this.page.evaluate(
      ({ base64, options }) => {
        const { client, settle, bytes } = reader;
        const read = async (): Promise<OcrDocument> => {
          const reading = client.recognizeDocument(new Blob([bytes(base64)]), options);
          for (;;) {
            const next = await reading.next();
            if (next.done) return next.value;
          }
        };
        return settle(read());
      },
      { base64: file.toString("base64"), options },
    );
  }

  /** Read an encoded file. */
  read(file: Buffer, type = ""): Promise<Outcome<OcrPage>> {
    return this.page.evaluate(
      ({ base64, type }) => {
        const { client, settle, bytes, progress } = reader;
        progress.length = 0;
        const onProgress = (event: Progress): void => void progress.push(event);
        return settle(client.recognize(new Blob([bytes(base64)], { type }), { onProgress }));
      },
      { base64: file.toString("base64"), type },
    );
  }

  readPixels({ width, height, rgba }: RawImage): Promise<Outcome<OcrPage>> {
    return this.page.evaluate(
      ({ base64, width, height }) => {
        const pixels = new Uint8ClampedArray(reader.bytes(base64).buffer);
        return reader.settle(reader.client.recognize(new ImageData(pixels, width, height)));
      },
      { base64: rgba.toString("base64"), width, height },
    );
  }

  /** The progress events of the last `read`. */
  progress(): Promise<Progress[]> {
    return this.page.evaluate(() => reader.progress);
  }
}

/** Return the value, or fail with what went wrong instead. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if ("value" in outcome) return outcome.value;
  throw new Error(`${outcome.error.name}: ${outcome.error.message}`);
}

/** Return the error, or fail because there was none. */
export function errorOf<T>(outcome: Outcome<T>): Failure {
  if ("error" in outcome) return outcome.error;
  throw new Error(`this should have failed, but gave ${JSON.stringify(outcome.value).slice(0, 200)}`);
}
