/** HEIC files → pixels, with libheif in WebAssembly, which is fetched when the first such file comes. */

import { OcrError, describeError } from "../shared/errors.js";
import type { AssetStore, Bytes } from "./asset-store.js";
import { outOfMemory, truncated } from "./image-errors.js";
import type { Size } from "./image-size.js";
import type { RgbaImage } from "./python-host.js";

const SCRIPT = "libheif/libheif.mjs";
const BINARY = "libheif/libheif.wasm";
/** How libheif begins its message, also where a file wants more than it grants. */
const OUT_OF_MEMORY = "Memory allocation error";

/** The only function of libheif-js. It compiles at once, so in a worker only. */
type CreateLibHeif = (options: { wasmBinary: Bytes }) => LibHeif;

/** What is used of libheif: https://github.com/strukturag/libheif. */
interface LibHeif {
  readonly heif_error_code: { readonly heif_error_Ok: unknown };
  readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
  readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: unknown };
  heif_context_alloc(): Context;
  heif_context_read_from_memory(context: Context, file: Uint8Array): HeifError;
  heif_js_context_get_primary_image_handle(context: Context): Handle | HeifError;
  heif_image_handle_get_width(handle: Handle): number;
  heif_image_handle_get_height(handle: Handle): number;
  /** Applies the boxes that turn and mirror a picture; those of the EXIF only say the same again. */
  heif_js_decode_image2(handle: Handle, colours: unknown, chroma: unknown): Decoded | HeifError;
}

type Context = object & { readonly isContext: true };
type Handle = object & { readonly isHandle: true };

interface HeifError {
  readonly code: unknown;
  readonly message: string;
}

interface Decoded {
  readonly channels: readonly (Size & { readonly data: Uint8Array; readonly stride: number })[];
}

/** Reads HEIC files. It keeps the decoder's code, but not its memory, which would never shrink. */
export class HeicDecoder {
  #code: Promise<[CreateLibHeif, Bytes]> | undefined;

  constructor(private readonly store: AssetStore) {}

  /**
   * Return the pixels of a file's main picture, upright. `checkSize` hears its size before anything is decoded, and throws.
   *
   * Throws OcrError: `image_undecodable`, `image_truncated`, `image_too_large`, or `asset_…` when the decoder cannot be
   * fetched.
   */
  async decode(file: Uint8Array, checkSize: (size: Size) => void): Promise<RgbaImage> {
    const [create, wasmBinary] = await this.#load();
    let size: Size = { width: 0, height: 0 };
    try {
      return decodePrimary(create({ wasmBinary }), file, (known) => checkSize((size = known)));
    } catch (error) {
      if (error instanceof OcrError) throw error;
      // Memory that does not grow ends the decoder, which has no words for that.
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
        throw outOfMemory(size.width, size.height);
      }
      throw damaged(describeError(error));
    }
  }

  #load(): Promise<[CreateLibHeif, Bytes]> {
    this.#code ??= Promise.all([
      this.store.importModule<{ default: CreateLibHeif }>(SCRIPT).then((module) => module.default),
      this.store.load(BINARY),
    ]);
    this.#code.catch(() => (this.#code = undefined)); // the next file tries again
    return this.#code;
  }
}

function decodePrimary(lib: LibHeif, file: Uint8Array, checkSize: (size: Size) => void): RgbaImage {
  const context = lib.heif_context_alloc();
  const read = lib.heif_context_read_from_memory(context, file);
  if (read.code !== lib.heif_error_code.heif_error_Ok) throw explain(read);
  const handle = succeeded(lib.heif_js_context_get_primary_image_handle(context));
  checkSize({
    width: lib.heif_image_handle_get_width(handle),
    height: lib.heif_image_handle_get_height(handle),
  });
  const { heif_colorspace_RGB } = lib.heif_colorspace;
  const { heif_chroma_interleaved_RGBA } = lib.heif_chroma;
  const decoded = succeeded(
    lib.heif_js_decode_image2(handle, heif_colorspace_RGB, heif_chroma_interleaved_RGBA),
  );
  const [pixels] = decoded.channels;
  if (pixels === undefined) throw damaged("it has no pixels");
  const { width, height, stride } = pixels;
  const data = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row += 1) {
    data.set(pixels.data.subarray(row * stride, row * stride + width * 4), row * width * 4);
  }
  // Nothing is given back: the decoder's memory goes as a whole, with the decoder.
  return { kind: "rgba", data, width, height, full_width: width, full_height: height };
}

/** Return what libheif gave, unless that is an error. */
function succeeded<T extends object>(result: T | HeifError): T {
  if ("code" in result) throw explain(result);
  return result;
}

function explain({ message }: HeifError): OcrError {
  const said = message.trim();
  if (said.startsWith(OUT_OF_MEMORY)) return outOfMemory(0, 0);
  return said.includes("end of file") ? truncated() : damaged(said);
}

function damaged(reason: string): OcrError {
  const remedy = "Choose another file, or convert it to PNG or JPEG.";
  return new OcrError("image_undecodable", `The image file is damaged (${reason}).`, remedy, "decode");
}
