/** Unpacks wheels into Pyodide's file system before Python starts, faster than Python's own zipfile could after it. */

import type { Bytes } from "./asset-store.js";

export interface WheelFile {
  readonly path: string;
  readonly data: Uint8Array;
}

const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const END_RECORD_BYTES = 22;
const CENTRAL_SIGNATURE = 0x02014b50;
const STORED = 0;

/** What running needs none of: C headers, static libraries, type stubs. */
const UNUSED = /\.(?:h|hpp|a|c|pxd|pyi|pyx)$/;

/** Return the files of a wheel (a zip archive without encryption, whose checksum was verified before). */
export async function unpackWheel(wheel: Bytes): Promise<readonly WheelFile[]> {
  const view = new DataView(wheel.buffer, wheel.byteOffset, wheel.byteLength);
  const end = wheel.length - END_RECORD_BYTES;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const files: Promise<WheelFile>[] = [];
  for (let index = 0; index < count; index += 1) {
    if (view.getUint32(at, true) !== CENTRAL_SIGNATURE) throw new Error("a wheel's directory is damaged");
    const method = view.getUint16(at + 10, true);
    const packedBytes = view.getUint32(at + 20, true);
    const nameBytes = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const nameAt = at + CENTRAL_HEADER_BYTES;
    const path = new TextDecoder().decode(wheel.subarray(nameAt, nameAt + nameBytes));
    at = nameAt + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (path.endsWith("/") || UNUSED.test(path)) continue;
    const dataAt =
      local + LOCAL_HEADER_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = wheel.subarray(dataAt, dataAt + packedBytes);
    files.push(unpack(path, packed, method));
  }
  return Promise.all(files);
}

async function unpack(path: string, packed: Bytes, method: number): Promise<WheelFile> {
  if (method === STORED) return { path, data: packed };
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return { path, data: new Uint8Array(await new Response(stream).arrayBuffer()) };
}
