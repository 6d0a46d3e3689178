/** Files of every format, and files that are none. */

import { expect } from "@playwright/test";

import { fixture } from "../e2e/paths.js";
import { scannedPdf } from "../e2e/pdf-of.js";
import type { Driver } from "./driver.js";
import type { Servers } from "./checks.js";
import { HELLO, NOTE, openReader, readNote } from "./reading.js";

const NAMES = ["note.jpg", "note.png", "note.webp", "note.tiff", "note.bmp", "note.gif"];

export async function formats(driver: Driver, { site }: Servers): Promise<unknown> {
  await openReader(driver, site);
  const files = NAMES.map((name) => ({ name, base64: fixture(name).toString("base64") }));
  const texts = await driver.evaluate(async (given) => {
    const read: Record<string, string> = {};
    for (const { name, base64 } of given)
      read[name] = (await reader.client.recognize(new Blob([reader.bytes(base64)]))).text;
    return read;
  }, files);
  expect(texts).toEqual(Object.fromEntries(NAMES.map((name) => [name, HELLO])));
  const pages = await driver.evaluate(async (base64) => {
    const read: unknown[] = [];
    for await (const page of reader.client.recognizeDocument(new File([reader.bytes(base64)], "note.pdf")))
      read.push(page.error ?? page.page?.text);
    return read;
  }, scannedPdf().toString("base64"));
  expect(pages).toEqual([HELLO]);
  return texts;
}

export async function errors(driver: Driver, { site }: Servers): Promise<unknown> {
  await openReader(driver, site);
  const bad = {
    "a text": Buffer.from("This is no image at all, whatever its name says.\n"),
    "half of a PNG": NOTE.subarray(0, NOTE.length / 2),
    "half of a TIFF": fixture("note.tiff").subarray(0, fixture("note.tiff").length / 2),
    "no bytes": Buffer.alloc(0),
  };
  const found = await driver.evaluate(
    async (files) => {
      const { client, settle, bytes } = reader;
      const outcomes: Record<string, unknown> = {};
      for (const { name, base64 } of files)
        outcomes[name] = await settle(client.recognize(new Blob([bytes(base64)])));
      outcomes["not found"] = await settle(client.recognize(new URL("/there-is-none.png", location.href)));
      return outcomes as Record<string, { readonly error?: { code: string; stage: string } }>;
    },
    Object.entries(bad).map(([name, file]) => ({ name, base64: file.toString("base64") })),
  );
  const codes = Object.fromEntries(
    Object.entries(found).map(([name, { error }]) => [name, error && [error.stage, error.code]]),
  );
  expect(codes["a text"]).toEqual(["decode", "image_undecodable"]);
  expect(Object.values(codes)).not.toContain(undefined);
  await readNote(driver);
  return codes;
}
