/**
 * Replaces function bodies in a WebAssembly file. Bodies are found by their hash, so a file that has changed is refused
 * instead of spoiled; the rest of the file stays as it is, byte for byte.
 */

import type { Bytes } from "./asset-store.js";
import { sha256Hex } from "./sha256.js";

/** A body to be replaced and what takes its place, both without the size that precedes them in the file. */
export interface BodyPatch {
  /** For messages. */
  readonly name: string;
  /** Only bodies of this size are hashed: there are more than 17,000. */
  readonly stockBytes: number;
  readonly stockSha256: string;
  readonly body: Bytes;
}

/** The file cannot be spliced. The message is a clause that says why. */
export class SpliceError extends Error {
  override readonly name = "SpliceError";
}

const HEADER_BYTES = 8;
const CODE_SECTION = 10;

/** A part of the file, and what stands there afterwards. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** Return a copy of `file` with every patch applied. Throws SpliceError where one of them does not fit exactly once. */
export async function spliceBodies(file: Bytes, patches: readonly BodyPatch[]): Promise<Bytes> {
  const code = findCodeSection(file);
  const found = await findBodies(file, code, patches);
  const growth = found.reduce((sum, { start, end, bytes }) => sum + bytes.length - (end - start), 0);
  const size = encodeLeb128(code.end - code.start + growth);
  return replaceAll(file, [{ start: code.sizeAt, end: code.start, bytes: size }, ...found]);
}

interface CodeSection {
  readonly sizeAt: number;
  /** Where the content starts, behind the size. */
  readonly start: number;
  readonly end: number;
}

function findCodeSection(file: Bytes): CodeSection {
  const reader = new Reader(file, HEADER_BYTES);
  while (!reader.done) {
    const id = reader.readByte();
    const sizeAt = reader.at;
    const size = reader.readLeb128();
    const start = reader.at;
    reader.skip(size);
    if (id === CODE_SECTION) return { sizeAt, start, end: reader.at };
  }
  throw new SpliceError("it has no code");
}

/** Return a replacement for each patch, in the order of the file. */
async function findBodies(
  file: Bytes,
  code: CodeSection,
  patches: readonly BodyPatch[],
): Promise<Replacement[]> {
  const sizes = new Set(patches.map(({ stockBytes }) => stockBytes));
  const missing = new Map(patches.map((patch) => [patch.stockSha256, patch]));
  const found: Replacement[] = [];
  const reader = new Reader(file.subarray(0, code.end), code.start);
  for (let left = reader.readLeb128(); left > 0; left -= 1) {
    const start = reader.at;
    const size = reader.readLeb128();
    const bodyAt = reader.at;
    reader.skip(size);
    if (!sizes.has(size)) continue;
    const hash = await sha256Hex(file.subarray(bodyAt, reader.at));
    const patch = missing.get(hash);
    if (patch === undefined) continue;
    missing.delete(hash);
    found.push({ start, end: reader.at, bytes: sized(patch.body) });
  }
  if (missing.size > 0) {
    const names = [...missing.values()].map(({ name }) => name).join(", ");
    throw new SpliceError(`it lacks the known bodies of ${names}`);
  }
  return found;
}

/** Reads the binary format. Throws SpliceError at the end of the data. */
class Reader {
  constructor(
    private readonly data: Uint8Array,
    public at: number,
  ) {}

  get done(): boolean {
    return this.at >= this.data.length;
  }

  readByte(): number {
    const byte = this.data[this.at];
    if (byte === undefined) throw new SpliceError("it is cut off");
    this.at += 1;
    return byte;
  }

  /** Read an unsigned integer of up to 32 bits. */
  readLeb128(): number {
    let value = 0;
    // Multiplied, not shifted: the operators for bits would make a negative number of the highest one.
    for (let scale = 1; scale <= 2 ** 28; scale *= 0x80) {
      const byte = this.readByte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new SpliceError("it has a number that is too long");
  }

  skip(bytes: number): void {
    if (this.at + bytes > this.data.length) throw new SpliceError("it is cut off");
    this.at += bytes;
  }
}

function encodeLeb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

/** Return a body with its size before it. */
function sized(body: Bytes): Uint8Array {
  const size = encodeLeb128(body.length);
  const bytes = new Uint8Array(size.length + body.length);
  bytes.set(size);
  bytes.set(body, size.length);
  return bytes;
}

function replaceAll(file: Bytes, replacements: readonly Replacement[]): Bytes {
  const growth = replacements.reduce((sum, { start, end, bytes }) => sum + bytes.length - (end - start), 0);
  const result = new Uint8Array(file.length + growth);
  let from = 0;
  let to = 0;
  for (const { start, end, bytes } of replacements) {
    result.set(file.subarray(from, start), to);
    to += start - from;
    result.set(bytes, to);
    to += bytes.length;
    from = end;
  }
  result.set(file.subarray(from), to);
  return result;
}
