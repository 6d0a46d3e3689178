/**
 * The kernels of the WASM runtime: which of ours a browser can run, and the runtime's file with them in it.
 *
 * They come from the room `kernels/` as patch files beside the runtime; with the fastest ones in it the site has the
 * runtime ready, which a browser can keep as machine code. Where a patch does not fit, or computes something
 * wrong, the runtime is used as it was shipped, and `refusal` says why.
 */

import { OcrError } from "../shared/errors.js";
import { KERNEL_SETS, type KernelChoice, type KernelSet } from "../shared/types.js";
import type { AssetStore, Bytes } from "./asset-store.js";
import { parsePatches } from "./kernel-patches.js";
import { buildFor } from "./ort-builds.js";
import { SpliceError, spliceBodies } from "./wasm-splice.js";

/** (module (func (param v128 v128 v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))) */
const RELAXED_SIMD_PROBE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
]);

/** Return the patch file of a set, as a path of the site. */
export function patchPath(set: Exclude<KernelSet, "stock">): string {
  return `ort/kernels.${set}.json`;
}

/** Return the runtime's file with a set in it, as a path that a site may have: web/build.mjs makes it for most browsers. */
function runtimePath(set: KernelSet): string {
  const { binary } = buildFor("wasm");
  return set === "stock" ? binary : binary.replace(/\.wasm$/, `.${set}.wasm`);
}

/** Return the fastest set that this browser compiles. ONNX Runtime itself needs SIMD. */
export function bestKernels(): "relaxed-simd" | "simd" {
  return WebAssembly.validate(RELAXED_SIMD_PROBE) ? "relaxed-simd" : "simd";
}

/** The kernels of one worker. */
export class WasmKernels {
  #set: KernelSet;
  #refusal: string | undefined;

  constructor(
    private readonly store: AssetStore,
    choice: KernelChoice,
  ) {
    if (choice !== "auto" && !KERNEL_SETS.includes(choice)) {
      const remedy = `Choose one of: auto, ${KERNEL_SETS.join(", ")}.`;
      throw new OcrError("option_invalid", `There are no kernels ${JSON.stringify(choice)}.`, remedy, "load");
    }
    this.#set = choice === "auto" ? bestKernels() : choice;
  }

  /** Which kernels the runtime has, or will have once it is initialised. */
  get set(): KernelSet {
    return this.#set;
  }

  /** Why they are the stock ones although others were to be used. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** The file of the runtime that has them already, as a path of the site; undefined where `applyTo` has to put them in. */
  get ready(): string | undefined {
    const path = runtimePath(this.#set);
    return this.store.checksum(path) === "" ? undefined : path;
  }

  /** What they are, as a part of the key of a verdict: "" stands for the stock ones. */
  get identity(): string {
    return this.#set === "stock" ? "" : `${this.#set} ${this.store.checksum(patchPath(this.#set))}`;
  }

  /** Use the stock kernels from now on, for `reason`, in a runtime that is yet to be initialised. */
  refuse(reason: string): void {
    this.#set = "stock";
    this.#refusal = reason;
  }

  /** Return the runtime's binary with the kernels in it; the one that was given where they do not fit. */
  async applyTo(binary: Bytes): Promise<Bytes> {
    if (this.#set === "stock") return binary;
    try {
      const patches = parsePatches(await this.store.loadText(patchPath(this.#set)));
      return await spliceBodies(binary, patches);
    } catch (error) {
      if (!(error instanceof SpliceError)) throw error;
      this.refuse(`The faster kernels do not fit the file of ONNX Runtime: ${error.message}.`);
      return binary;
    }
  }
}
