/** The patch files that kernels/patches.py writes. */

import { describeError } from "../shared/errors.js";
import { type BodyPatch, SpliceError } from "./wasm-splice.js";

const SCHEMA = 1;

interface PatchFile {
  readonly schema: unknown;
  readonly kernels: readonly {
    readonly name: string;
    readonly stock_bytes: number;
    readonly stock_sha256: string;
    readonly body: string;
  }[];
}

/** Return the patches that a file holds. Throws SpliceError where it cannot be read. */
export function parsePatches(text: string): BodyPatch[] {
  try {
    const file = JSON.parse(text) as PatchFile;
    if (file.schema !== SCHEMA) throw new Error(`schema ${String(file.schema)} is not known`);
    return file.kernels.map(({ name, stock_bytes, stock_sha256, body }) => ({
      name,
      stockBytes: stock_bytes,
      stockSha256: stock_sha256,
      body: Uint8Array.from(atob(body), (character) => character.charCodeAt(0)),
    }));
  } catch (error) {
    throw new SpliceError(`the patch file cannot be read (${describeError(error)})`);
  }
}
