/** Wheels are unpacked as Python's zipfile would. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { storedFiles, unpackWheel } from "../../../web/src/worker/wheel.js";

interface Entry {
  readonly path: string;
  readonly data: Buffer;
  /** Says that it is compressed. */
  readonly deflate?: boolean;
  /** Bytes of the extra field, which the local and the central header may have in different lengths. */
  readonly localExtra?: number;
  readonly centralExtra?: number;
  readonly comment?: string;
}

/** Write a zip archive as the format's specification (APPNOTE 4.3) has it. */
function zip(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, data, deflate = false, localExtra = 0, centralExtra = 0, comment = "" } of entries) {
    const name = Buffer.from(path);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(deflate ? 8 : 0, 8);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(data.length, 22);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(localExtra, 28);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(deflate ? 8 : 0, 10);
    header.writeUInt32LE(data.length, 20);
    header.writeUInt32LE(data.length, 24);
    header.writeUInt16LE(name.length, 28);
    header.writeUInt16LE(centralExtra, 30);
    header.writeUInt16LE(Buffer.byteLength(comment), 32);
    header.writeUInt32LE(offset, 42);
    locals.push(local, name, Buffer.alloc(localExtra, 0xee), data);
    central.push(header, name, Buffer.alloc(centralExtra, 0xee), Buffer.from(comment));
    offset += local.length + name.length + localExtra + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Uint8Array.from(Buffer.concat([...locals, directory, end]));
}

function contents(archive: Uint8Array<ArrayBuffer>): Record<string, string> {
  return Object.fromEntries(
    storedFiles(archive).map(({ path, data }) => [path, Buffer.from(data).toString()]),
  );
}

test("files come out as they went in, with their paths", () => {
  const archive = zip([
    { path: "package/__init__.py", data: Buffer.from("x = 1\n") },
    { path: "package/módulo.py", data: Buffer.from("y = 2\n") },
    { path: "package/empty.py", data: Buffer.alloc(0) },
    { path: "folder/", data: Buffer.alloc(0) },
  ]);
  assert.deepEqual(contents(archive), {
    "package/__init__.py": "x = 1\n",
    "package/módulo.py": "y = 2\n",
    "package/empty.py": "",
  });
});

test("a wheel is compressed as a whole", async () => {
  const text = "print('a line that repeats')\n".repeat(500);
  const archive = zip([
    { path: "a.py", data: Buffer.from(text) },
    { path: "b.py", data: Buffer.from(text) },
  ]);
  const packed = deflateSync(archive);
  assert.ok(packed.length < 1000);
  const files = await unpackWheel(Uint8Array.from(packed));
  assert.deepEqual(
    files.map(({ path, data }) => [path, Buffer.from(data).toString()]),
    [
      ["a.py", text],
      ["b.py", text],
    ],
  );
});

test("a wheel that ends too soon is an error", async () => {
  const packed = deflateSync(zip([{ path: "a.py", data: Buffer.from("a".repeat(5000)) }]));
  await assert.rejects(unpackWheel(Uint8Array.from(packed.subarray(0, packed.length - 8))));
});

test("extra fields and comments are stepped over, whatever their length in either header", () => {
  const archive = zip([
    { path: "a.py", data: Buffer.from("a"), localExtra: 9, centralExtra: 4, comment: "said" },
    { path: "b.py", data: Buffer.from("b"), localExtra: 0, centralExtra: 7 },
    { path: "c.py", data: Buffer.from("c"), localExtra: 3 },
  ]);
  assert.deepEqual(contents(archive), { "a.py": "a", "b.py": "b", "c.py": "c" });
});

test("an archive that begins in the middle of a buffer is read from there", () => {
  const archive = zip([{ path: "a.py", data: Buffer.from("a") }]);
  const shifted = new Uint8Array(archive.length + 5).fill(0x50);
  shifted.set(archive, 5);
  assert.deepEqual(contents(shifted.subarray(5)), { "a.py": "a" });
});

test("a file that is compressed alone is an error", () => {
  const archive = zip([{ path: "a.py", data: Buffer.from("a"), deflate: true }]);
  assert.throws(() => contents(archive), /compressed alone/);
});

test("a damaged directory is an error, and not a wheel without files", () => {
  const archive = zip([{ path: "a.py", data: Buffer.from("a") }]);
  const at = archive.length - 22 - 46 - "a.py".length;
  archive[at] = 0;
  assert.throws(() => contents(archive), /directory is damaged/);
});
