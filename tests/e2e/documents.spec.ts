/** Documents in the browser: every page is read, one at a time, and what is written is what CPython writes. */

import { execFileSync } from "node:child_process";

import type { DocumentProgress, OcrDocument } from "../../web/src/shared/document.js";
import { PYTHON, fixture, fromRoot } from "./paths.js";
import { errorOf, valueOf } from "./reader.js";
import type { Reader } from "./reader.js";
import { expect, test } from "./test.js";

const NOTE = "Hello world\nInvoice 2026";

function python<T>(input: string, ...options: string[]): T {
  const module = ["-m", "tests.e2e.documents_natively", ...options];
  return JSON.parse(
    execFileSync(PYTHON, module, { input, cwd: fromRoot(), maxBuffer: 2 ** 28 }).toString(),
  ) as T;
}

const draw = (pages: number): Record<string, string> => python("", "draw", String(pages));

interface Read {
  readonly document: OcrDocument;
  readonly progress: readonly DocumentProgress[];
  readonly opened: { readonly count: number; readonly chosen: readonly number[] } | null;
}

/** Read a file to its end. */
function readDocument(reader: Reader, base64: string, name: string, pages?: string) {
  return reader.page.evaluate(
    ({ base64, name, pages }) => {
      const { client, settle, bytes } = globalThis.reader;
      const read = async (): Promise<Read> => {
        const progress: DocumentProgress[] = [];
        let opened: Read["opened"] = null;
        const reading = client.recognizeDocument(new File([bytes(base64)], name), {
          ...(pages !== undefined && { pages }),
          onProgress: (event) => void progress.push(event),
          onOpen: (event) => (opened = event),
        });
        for (;;) {
          const next = await reading.next();
          if (next.done) return { document: next.value, progress, opened };
        }
      };
      return settle(read());
    },
    { base64, name, pages },
  );
}

function exportDocument(reader: Reader, document: OcrDocument, format: "pdf" | "alto", sources: string[]) {
  return reader.page.evaluate(
    async ({ document, format, sources }) => {
      const { client, bytes } = globalThis.reader;
      const files = sources.map((source) => new Blob([bytes(source)]));
      const data = new Uint8Array(await (await client.exportDocument(document, format, files)).arrayBuffer());
      return btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
    },
    { document, format, sources },
  );
}

for (const name of ["scan.pdf", "pages.tiff", "pages.zip"]) {
  test(`every page of ${name} is read, with progress`, async ({ warm }) => {
    const { document, progress, opened } = valueOf(await readDocument(warm, draw(3)[name] ?? "", name));
    expect(document.pages.map(({ number, page, error }) => [number, page?.text, error])).toEqual(
      [1, 2, 3].map((number) => [number, NOTE, null]),
    );
    expect(document.text).toBe([NOTE, NOTE, NOTE].join("\n\n"));
    expect(opened).toEqual({ count: 3, chosen: [1, 2, 3] });
    const positions = progress.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort());
    expect(new Set(positions)).toEqual(new Set([1, 2, 3]));
  });
}

test("only the pages that are named are read", async ({ warm }) => {
  const { document } = valueOf(await readDocument(warm, draw(4)["scan.pdf"] ?? "", "scan.pdf", "4,2"));
  expect([document.page_count, ...document.pages.map(({ number }) => number)]).toEqual([4, 4, 2]);
});

test("a damaged PDF says so", async ({ warm }) => {
  const error = errorOf(await readDocument(warm, draw(1)["broken.pdf"] ?? "", "broken.pdf"));
  expect(error.code).toBe("pdf_damaged");
});

test("a scanned PDF becomes a searchable one, byte for byte the one that CPython writes", async ({
  warm,
}) => {
  const source = draw(3)["scan.pdf"] ?? "";
  const { document } = valueOf(await readDocument(warm, source, "scan.pdf"));
  const here = await exportDocument(warm, document, "pdf", [source]);
  const order = JSON.stringify({ document, format: "pdf", sources: [source] });
  const there = python<{ data: string; texts: string[] }>(order, "write");
  expect(here).toBe(there.data);
  expect(there.texts.map((text) => text.replaceAll("\r", "").trim())).toEqual(Array(3).fill(NOTE));
});

// Lossless, so that all decoders give the same pixels.
for (const name of ["note.webp", "note.jp2", "note-transparent.png"]) {
  test(`${name} becomes the page of a PDF, though Python may not decode it here`, async ({ warm }) => {
    const source = fixture(name).toString("base64");
    const { document } = valueOf(await readDocument(warm, source, name));
    const order = JSON.stringify({ document, format: "pdf", sources: [source] });
    const there = python<{ data: string; texts: string[] }>(order, "write");
    expect(there.texts).toHaveLength(1);
    expect(await exportDocument(warm, document, "pdf", [source])).toBe(there.data);
  });
}

test("a HEIC picture becomes the page of a PDF", async ({ warm }) => {
  const source = fixture("note.heic").toString("base64");
  const { document } = valueOf(await readDocument(warm, source, "note.heic"));
  const made = await exportDocument(warm, document, "pdf", [source]);
  const again = valueOf(await readDocument(warm, made, "made.pdf")).document;
  expect([again.page_count, again.text]).toEqual([1, NOTE]);
});

test("what a PDF has as text is taken, not read, and comes out of every form", async ({ warm }) => {
  const source = draw(1)["scan.pdf"] ?? "";
  const { document } = valueOf(await readDocument(warm, source, "scan.pdf"));
  const searchable = await exportDocument(warm, document, "pdf", [source]);
  const again = valueOf(await readDocument(warm, searchable, "searchable.pdf")).document;
  expect(again.pages[0]?.text_origin).toBe("embedded");
  expect(again.text).toBe(NOTE);
  const read = document.pages[0]?.page?.lines[0]?.quad ?? [];
  const taken = again.pages[0]?.page?.lines[0]?.quad ?? [];
  expect(taken).toHaveLength(4);
  // pdf.js tells how wide a run is, not its words.
  taken.forEach(([x, y], corner) => {
    expect(Math.abs(x - (read[corner]?.[0] ?? NaN))).toBeLessThan(12);
    expect(Math.abs(y - (read[corner]?.[1] ?? NaN))).toBeLessThan(12);
  });
  expect(atob(await exportDocument(warm, again, "alto", []))).toContain('CONTENT="Invoice"');
});

test("leaving the loop ends the reading, and the next document is read", async ({ warm }) => {
  const files = draw(3);
  const outcome = await warm.page.evaluate(async (base64) => {
    const { client, bytes } = globalThis.reader;
    for await (const page of client.recognizeDocument(new Blob([bytes(base64)]))) return page.number;
    return 0;
  }, files["scan.pdf"] ?? "");
  expect(outcome).toBe(1);
  expect(valueOf(await readDocument(warm, files["pages.tiff"] ?? "", "a.tiff", "1")).document.text).toBe(
    NOTE,
  );
});
