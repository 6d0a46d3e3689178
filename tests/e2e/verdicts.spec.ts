/** The same damaged file gets the same verdict natively and in the browser: a text, or an error with the same words. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { PYTHON, fixture, fromRoot } from "./paths.js";
import type { Failure } from "./reader.js";
import { expect, test } from "./test.js";

const FILES = ["png", "jpg", "gif", "bmp", "tiff", "ppm", "webp", "avif", "jp2", "heic"].map(
  (suffix) => `note.${suffix}`,
);

/** What becomes of the bytes of a whole file. */
const DAMAGES: Readonly<Record<string, (file: Buffer) => Buffer>> = {
  halved: (file) => file.subarray(0, file.length >> 1),
  "without its last byte": (file) => file.subarray(0, -1),
  "cut in its header": (file) => file.subarray(0, 20),
  "with a hole in its middle": (file) => Buffer.from(file).fill(0, file.length >> 1, (file.length >> 1) + 64),
  "with a flipped bit at its beginning": (file) => flipped(file, 9),
  "with a flipped bit in its header": (file) => flipped(file, 26),
  "with something behind its end": (file) => Buffer.concat([file, Buffer.alloc(100, "\r\n")]),
};

function flipped(file: Buffer, at: number): Buffer {
  const copy = Buffer.from(file);
  copy[at] = copy[at]! ^ 0x10;
  return copy;
}

/** A copy of note.gif with a number of 16 bits changed. */
function gifWith(at: number, value: number): Buffer {
  const copy = Buffer.from(fixture("note.gif"));
  copy.writeUInt16LE(value, at);
  return copy;
}

/** Where the frame of note.gif is described: behind its header and 256 colours. */
const GIF_FRAME_AT = 13 + 3 * 256;

/** Files of other kinds, by what they begin with, and GIF files that browsers show nothing of. */
const OTHERS: Readonly<Record<string, Buffer>> = {
  "a GIF with a frame without rows": gifWith(GIF_FRAME_AT + 7, 0),
  "a GIF with a screen far wider than its frame": gifWith(6, 65_534),
  "the beginning of a HEIC image": Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\0", "latin1"),
  "an SVG drawing": Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
  "a text": Buffer.from("This is no image at all.\n"),
};

/** Files with pages, which are read as documents, as the command does. */
const DOCUMENTS: Readonly<Record<string, Buffer>> = {
  "a PDF document": Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"),
  "a ZIP archive": Buffer.from("PK\x03\x04 and nothing of an archive"),
  "a ZIP archive without an image": Buffer.from(`PK\x05\x06${"\0".repeat(18)}`, "latin1"),
};

/** Decoders of the browser's own, which say less of what is wrong; whether a file is read must be the same. */
const OTHER_WORDS = /\.(webp|avif|jp2)$/;

/** What browsers read, and Pillow does not: `<name of the file> <damage>`. */
const BROWSERS_READ: ReadonlySet<string> = new Set([
  "note.avif with a flipped bit at its beginning", // in the name of its brand
]);

interface Verdict {
  readonly text?: string;
  readonly error?: Failure;
}

const cases = [
  ...FILES.flatMap((name) =>
    Object.entries(DAMAGES).map(([damage, apply]) => ({ name, damage, file: apply(fixture(name)) })),
  ),
  ...Object.entries({ ...OTHERS, ...DOCUMENTS }).map(([name, file]) => ({ name, damage: "", file })),
].map((one, index) => ({ ...one, path: `${String(index).padStart(3, "0")}-${basename(one.name)}` }));

test.describe("the verdict on", () => {
  let verdicts: ReadonlyMap<string, Verdict>;

  test.beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), "py-ocr-verdicts-"));
    try {
      const paths = cases.map(({ path }) => join(folder, path));
      for (const [index, { file }] of cases.entries()) writeFileSync(paths[index]!, file);
      const command = ["-m", "py_ocr", "--format", "json", ...paths];
      const done = spawnSync(PYTHON, command, { cwd: fromRoot(), encoding: "utf8", maxBuffer: 2 ** 28 });
      const lines = done.stdout.trim().split("\n");
      verdicts = new Map(
        lines
          .map((line) => JSON.parse(line) as Verdict & { image: string })
          .map((verdict) => [basename(verdict.image), verdict]),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const { name, damage, file, path } of cases) {
    test(`${name} ${damage}`.trim(), async ({ warm }) => {
      const native = verdicts.get(path)!;
      const outcome = await (name in DOCUMENTS ? warm.readDocument(file) : warm.read(file));
      const web: Verdict = "value" in outcome ? { text: outcome.value.text } : outcome;
      if (BROWSERS_READ.has(`${name} ${damage}`)) {
        expect([kind(native), kind(web)]).toEqual(["image_undecodable", "read"]);
        return;
      }
      expect(kind(web)).toBe(kind(native));
      if (!OTHER_WORDS.test(name)) expect(web.error?.cause).toBe(native.error?.cause);
      expect(web.text).toBe(native.text);
    });
  }
});

/** Whether there is a text, or else the code of the error. */
function kind(verdict: Verdict): string {
  return verdict.error?.code ?? "read";
}
