/** JPEG 2000 files → pixels, with OpenJPEG in WebAssembly, which is fetched when the first such file comes. */

import { OcrError, describeError } from "../shared/errors.js";
import type { AssetStore, Bytes } from "./asset-store.js";
import { FileBytes } from "./file-bytes.js";
import { outOfMemory, undecodable } from "./image-errors.js";
import { withChannels } from "./jpeg2000-channels.js";
import { ColourSpace, type Jpeg2000Header, readJpeg2000Header } from "./jpeg2000-header.js";
import type { RgbaImage } from "./python-host.js";

const SCRIPT = "openjpeg/openjpegwasm_decode.mjs";
const BINARY = "openjpeg/openjpegwasm_decode.wasm";
/** How many pixels a sample of chroma may cover. */
const CHROMA = ["1x1", "2x1", "2x2"];

/** The only function of @cornerstonejs/codec-openjpeg. */
type CreateOpenJpeg = (options: {
  wasmBinary: Bytes;
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<{ J2KDecoder: new () => J2KDecoder }>;

/** Gives one channel or three, throws at two or four. Of a file that it cannot read it prints why and gives nothing. */
interface J2KDecoder {
  /** A view of the decoder's memory, to be filled with the file before anything else is called. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  /** A copy of the interleaved samples: a byte each, or two (little-endian) beyond 8 bits. */
  getDecodedBuffer(): Uint8ClampedArray<ArrayBuffer>;
  getFrameInfo(): { width: number; height: number; componentCount: number; bitsPerSample: number };
  delete(): void;
}

interface Samples {
  readonly data: Uint8ClampedArray | Uint16Array;
  readonly channels: number;
  /** The sample that is full light. */
  readonly white: number;
}

/** Reads JPEG 2000 files. It keeps the decoder's code, but not its memory, which would never shrink. */
export class Jpeg2000Decoder {
  #code: Promise<[CreateOpenJpeg, Bytes]> | undefined;

  constructor(private readonly store: AssetStore) {}

  /**
   * Return the pixels of a file. Colours count as sRGB, whatever their profile says; more than 8 bits are scaled.
   *
   * The caller gives the bytes away. Throws OcrError: `image_undecodable`, `image_too_large`, or `asset_…` when the
   * decoder cannot be fetched.
   */
  async decode(bytes: Uint8Array): Promise<RgbaImage> {
    const header = readJpeg2000Header(new FileBytes(bytes));
    if (header === undefined) throw unreadable("its header is damaged");
    const hasAlpha = checkComponents(header);
    // A signed sample is the unsigned one less half the range: called unsigned, it comes out in the range of greys.
    for (const { depthAt } of header.components) bytes[depthAt]! &= 0x7f;
    const [create, wasmBinary] = await this.#load();
    const log: string[] = [];
    const print = (line: string): void => void log.push(line);
    try {
      const { J2KDecoder } = await create({ wasmBinary, print, printErr: print });
      const read = (file: Uint8Array): Samples => decodeSamples(new J2KDecoder(), file, header);
      const rgba = new Uint8Array(header.width * header.height * 4).fill(255);
      const last = header.components.length - 1;
      const colour = read(hasAlpha ? withChannels(header, last === 1 ? [0] : [0, 1, 2]) : bytes);
      for (let target = 0; target < 3; target += 1) {
        copyChannel(colour, Math.min(target, colour.channels - 1), rgba, target);
      }
      if (hasAlpha) copyChannel(read(withChannels(header, [last])), 0, rgba, 3);
      const { width, height } = header;
      return { kind: "rgba", data: rgba, width, height, full_width: width, full_height: height };
    } catch (error) {
      throw explain(header, error, log);
    }
  }

  #load(): Promise<[CreateOpenJpeg, Bytes]> {
    this.#code ??= Promise.all([
      this.store.importModule<{ default: CreateOpenJpeg }>(SCRIPT).then((module) => module.default),
      this.store.load(BINARY),
    ]);
    this.#code.catch(() => (this.#code = undefined)); // the next file tries again
    return this.#code;
  }
}

/** Return whether the last component is transparency; refuse what the decoder would take and get wrong. */
function checkComponents({ components, colourSpace, hasPalette }: Jpeg2000Header): boolean {
  const count = components.length;
  if (count > 4) throw unreadable(`it has ${count} components`);
  if (components.some(({ bits }) => bits > 16)) throw unreadable("it has more than 16 bits per sample");
  const hasAlpha = !hasPalette && (count === 2 || (count === 4 && colourSpace !== ColourSpace.CMYK));
  const colours = hasAlpha ? components.slice(0, -1) : components;
  if (new Set(colours.map(({ bits }) => bits)).size > 1) throw unreadable("its components differ in depth");
  const sampling = components.map(({ dx, dy }) => `${dx}x${dy}`);
  // Chroma may be halved across, or across and down: by this the decoder knows that it is chroma.
  const [blue, red] = colours.length === 3 ? sampling.splice(1, 2) : ["1x1", "1x1"];
  if (blue !== red || !CHROMA.includes(blue!) || sampling.some((other) => other !== "1x1")) {
    throw unreadable("its components differ in size");
  }
  return hasAlpha;
}

/** Decode with a decoder that is then deleted. */
function decodeSamples(decoder: J2KDecoder, file: Uint8Array, { width, height }: Jpeg2000Header): Samples {
  try {
    decoder.getEncodedBuffer(file.length).set(file);
    decoder.decode();
    const { componentCount: channels, bitsPerSample } = decoder.getFrameInfo();
    const bytes = decoder.getDecodedBuffer();
    const data = bitsPerSample > 8 ? new Uint16Array(bytes.buffer) : bytes;
    if (data.length === 0 || data.length !== width * height * channels) throw unreadable("it has no pixels");
    return { data, channels, white: 2 ** bitsPerSample - 1 };
  } finally {
    decoder.delete();
  }
}

function copyChannel(
  { data, channels, white }: Samples,
  channel: number,
  rgba: Uint8Array,
  target: number,
): void {
  for (let from = channel, to = target; from < data.length; from += channels, to += 4) {
    rgba[to] = (data[from]! * 255) / white;
  }
}

/** Say what the decoder printed, where it did, as the reason. */
function explain(header: Jpeg2000Header, error: unknown, log: readonly string[]): OcrError {
  const printed = log.find((line) => line.startsWith("[ERROR] "))?.slice("[ERROR] ".length);
  if (/memory|alloc/i.test([...log, describeError(error)].join(" "))) {
    return outOfMemory(header.width, header.height);
  }
  if (printed !== undefined) return unreadable(printed.trim());
  return error instanceof OcrError ? error : unreadable("the decoder failed");
}

function unreadable(reason: string): OcrError {
  return undecodable(`is a damaged JPEG 2000 image, or of a kind that cannot be read: ${reason}`);
}
