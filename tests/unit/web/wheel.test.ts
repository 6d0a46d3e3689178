/** Wheels are unpacked as Python's zipfile would. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";

import { unpackWheel } from "../../../web/src/worker/wheel.js";

interface Entry {
  readonly path: string;
  readonly data: Buffer;
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
    const packed = deflate ? deflateRawSync(data) : data;
    const name = Buffer.from(path);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(deflate ? 8 : 0, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(data.length, 22);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(localExtra, 28);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(deflate ? 8 : 0, 10);
    header.writeUInt32LE(packed.length, 20);
    header.writeUInt32LE(data.length, 24);
    header.writeUInt16LE(name.length, 28);
    header.writeUInt16LE(centralExtra, 30);
    header.writeUInt16LE(Buffer.byteLength(comment), 32);
    header.writeUInt32LE(offset, 42);
    locals.push(local, name, Buffer.alloc(localExtra, 0xee), packed);
    central.push(header, name, Buffer.alloc(centralExtra, 0xee), Buffer.from(comment));
    offset += local.length + name.length + localExtra + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Uint8Array.from(Buffer.concat([...locals, directory, end]));
}

async function contents(archive: Uint8Array<ArrayBuffer>): Promise<Record<string, string>> {
  const files = await unpackWheel(archive);
  return Object.fromEntries(files.map(({ path, data }) => [path, Buffer.from(data).toString()]));
}

test("stored and deflated files come out as they went in, with their paths", async () => {
  const long = "print('a line that repeats')\n".repeat(500);
  const archive = zip([
    { path: "package/__init__.py", data: Buffer.from("x = 1\n") },
    { path: "package/módulo.py", data: Buffer.from(long), deflate: true },
    { path: "package/empty.py", data: Buffer.alloc(0) },
  ]);
  assert.deepEqual(await contents(archive), {
    "package/__init__.py": "x = 1\n",
    "package/módulo.py": long,
    "package/empty.py": "",
  });
});

test("extra fields and comments are stepped over, whatever their length in either header", async () => {
  const archive = zip([
    { path: "a.py", data: Buffer.from("a"), localExtra: 9, centralExtra: 4, comment: "said" },
    { path: "b.py", data: Buffer.from("b"), deflate: true, localExtra: 0, centralExtra: 7 },
    { path: "c.py", data: Buffer.from("c"), localExtra: 3 },
  ]);
  assert.deepEqual(await contents(archive), { "a.py": "a", "b.py": "b", "c.py": "c" });
});

test("a wheel that begins in the middle of a buffer is read from there", async () => {
  const archive = zip([{ path: "a.py", data: Buffer.from("a") }]);
  const shifted = new Uint8Array(archive.length + 5).fill(0x50);
  shifted.set(archive, 5);
  assert.deepEqual(await contents(shifted.subarray(5)), { "a.py": "a" });
});

test("what running never needs is left out, and so are folders", async () => {
  const files = ["np/core.h", "np/core.hpp", "np/lib.a", "np/x.c", "np/x.pxd", "np/x.pyi", "np/x.pyx", "np/"];
  const kept = ["np/x.py", "np/x.pyc", "np/x.so", "np/data.json"];
  const archive = zip([...files, ...kept].map((path) => ({ path, data: Buffer.from("") })));
  assert.deepEqual(Object.keys(await contents(archive)), kept);
});

test("a damaged directory is an error, and not a wheel without files", async () => {
  const archive = zip([{ path: "a.py", data: Buffer.from("a") }]);
  const at = archive.length - 22 - 46 - "a.py".length;
  archive[at] = 0;
  await assert.rejects(unpackWheel(archive), /directory is damaged/);
});
