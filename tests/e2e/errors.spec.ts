/** Bad input and bad files: each its own typed error that says what would help, and the engine goes on. */

import { deflateSync } from "node:zlib";

import { fixture } from "./paths.js";
import { Reader, errorOf, valueOf } from "./reader.js";
import { expect, test } from "./test.js";

const NOTE = "Hello world\nInvoice 2026";

/** A PNG whose header announces a size and whose data holds one row of nothing. */
function pngClaiming(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8); // 8 bits of grey, no interlacing
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1024))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** A JPEG 2000 file whose codestream announces another size than that of its pixels. */
function jpeg2000Claiming(width: number, height: number): Buffer {
  const file = Buffer.from(fixture("note.j2k"));
  file.writeUInt32BE(width, 8);
  file.writeUInt32BE(height, 12);
  return file;
}

/** A JPEG 2000 file, complete, with bytes of its coding parameters overwritten. */
function damagedJpeg2000(): Buffer {
  const file = Buffer.from(fixture("note.jp2"));
  const codingStyle = file.indexOf(Buffer.from([0xff, 0x52]));
  return file.fill(0xee, codingStyle + 4, codingStyle + 12);
}

const text = Buffer.from("This is no image at all, whatever its name says.\n");
const halved = (name: string): Buffer => fixture(name).subarray(0, fixture(name).length / 2);

const BAD_IMAGES: readonly [name: string, file: () => Buffer, type: string, code: string][] = [
  ["an empty file", () => Buffer.alloc(0), "image/png", "image_empty"],
  ["text renamed .png", () => text, "image/png", "image_undecodable"],
  ["a truncated JPEG", () => halved("note.jpg"), "image/jpeg", "image_truncated"],
  ["a truncated PNG", () => halved("note.png"), "image/png", "image_truncated"],
  ["a truncated TIFF", () => halved("note.tiff"), "image/tiff", "image_undecodable"], // its directory was at the end
  ["a truncated PPM", () => halved("note.ppm"), "", "image_truncated"],
  ["a text that begins as a PGM does", () => Buffer.from("P2 is a variable\n"), "", "image_undecodable"],
  ["a truncated JP2", () => halved("note.jp2"), "image/jp2", "image_truncated"],
  [
    "a JP2 that ends in its header",
    () => fixture("note.jp2").subarray(0, 60),
    "image/jp2",
    "image_truncated",
  ],
  [
    "a JPEG 2000 codestream without its end",
    () => fixture("note.j2k").subarray(0, -2),
    "",
    "image_truncated",
  ],
  ["a damaged JP2", damagedJpeg2000, "image/jp2", "image_undecodable"],
  ["a JPEG 2000 header of 60,000 × 60,000", () => jpeg2000Claiming(60_000, 60_000), "", "image_too_large"],
  ["a PNG header of 65,536 × 65,536", () => pngClaiming(65_536, 65_536), "image/png", "image_too_large"],
];

for (const [name, file, type, code] of BAD_IMAGES) {
  test(`${name} is ${code}`, async ({ warm }) => {
    const error = errorOf(await warm.read(file(), type));
    expect(error).toMatchObject({ name: "OcrError", code, stage: "decode" });
    expect(error.cause).toBeTruthy();
    expect(error.remedy).toBeTruthy();
    expect(error.message).toContain(error.cause!);
  });
}

test("the engine that refused all of them reads on", async ({ warm }) => {
  expect(valueOf(await warm.read(fixture("note.png"))).text).toBe(NOTE);
});

test("an unknown backend is named, with those that there are", async ({ revisit, site }) => {
  const reader = await Reader.open(revisit, site.url, { backend: "cuda" as "wasm" });
  const error = errorOf(await reader.start());
  expect(error).toMatchObject({ code: "backend_unknown", stage: "load" });
  expect(error.cause).toContain("cuda");
  expect(error.remedy).toContain("wasm");
});

test("an unknown model is named, with those that there are", async ({ revisit, site }) => {
  const reader = await Reader.open(revisit, site.url, { backend: "wasm", profile: "no-such" });
  const error = errorOf(await reader.start());
  expect(error).toMatchObject({ code: "model_unknown", stage: "load" });
  expect(error.remedy).toContain("balanced");
});

test("an explicit choice of WebGPU fails where there is none, and changes nothing silently", async ({
  revisit,
  site,
}) => {
  const reader = await Reader.open(revisit, site.url, { backend: "webgpu" });
  expect(errorOf(await reader.start())).toMatchObject({ code: "backend_unavailable", stage: "load" });
});
