/** The JPEG files that pages of a scanned PDF are, as they lie in it: decoded as any other, and not drawn anew. */

/** A dictionary of an image is shorter. */
const DICTIONARY_BYTES = 4096;
const CHUNK_BYTES = 4 * 2 ** 20;
/** The longest beginning of an object that is looked for: two numbers and `obj`. */
const LONGEST_HEAD = 24;

const [SPACE, ZERO, NINE, NEWLINE, RETURN] = [0x20, 0x30, 0x39, 0x0a, 0x0d];

/** Finds the JPEG behind the reference of an image. Only offsets are kept, and files are cut out of the PDF's blob. */
export class ScanFinder {
  readonly #file: Blob;
  #offsets: Promise<ReadonlyMap<string, readonly number[]>> | null = null;

  constructor(file: Blob) {
    this.#file = file;
  }

  /** The file of image `ref` ("12R", as pdf.js has it), or null where it is none that every decoder reads alike. */
  async jpeg(ref: string): Promise<Blob | null> {
    const numbers = /^(\d+)R(\d*)$/.exec(ref);
    if (numbers === null) return null;
    this.#offsets ??= objectOffsets(this.#file);
    const offsets = (await this.#offsets).get(`${numbers[1]} ${numbers[2] || "0"}`) ?? [];
    // Changed by a later revision, or bytes that only look like an object: not to be told apart here.
    const [offset, ...others] = offsets;
    return offset === undefined || others.length > 0 ? null : this.#at(offset);
  }

  /** A length, which may stand in an object of its own. */
  async #length(dictionary: string): Promise<number> {
    const [, direct, generation] = /\/Length\s+(\d+)(?:\s+(\d+)\s+R\b)?/.exec(dictionary) ?? [];
    if (generation === undefined) return Number(direct ?? 0);
    const [offset] = (await this.#offsets)?.get(`${direct} ${generation}`) ?? [];
    if (offset === undefined) return 0;
    return Number.parseInt(latin1(await this.#file.slice(offset, offset + LONGEST_HEAD).arrayBuffer()), 10);
  }

  async #at(offset: number): Promise<Blob | null> {
    const head = latin1(await this.#file.slice(offset, offset + DICTIONARY_BYTES).arrayBuffer());
    const match = /^\s*(<<[^]*?>>)\s*stream(\r\n|\n|\r)/.exec(head);
    const [whole = "", dictionary = ""] = match ?? [];
    const isPlain = /\/Filter\s*(?:\/DCTDecode\b|\[\s*\/DCTDecode\s*\])/.test(dictionary);
    if (!isPlain || /\/(?:S?Mask|Decode|DecodeParms)\b/.test(dictionary)) return null;
    const start = offset + whole.length;
    const length = await this.#length(dictionary);
    const file = this.#file.slice(start, start + length, "image/jpeg");
    return length > 0 && (await isCommonJpeg(file)) ? file : null;
  }
}

/** Whether it is grey or of three colours, and says nothing of which way is up, which a PDF says itself. */
async function isCommonJpeg(file: Blob): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(0, 2 ** 16).arrayBuffer());
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xe1) return false; // may hold EXIF
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return bytes[at + 9] === 1 || bytes[at + 9] === 3;
    at += 2 + (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
  }
  return false;
}

/** Return where each object begins, behind its `obj`, by its number and generation. */
async function objectOffsets(file: Blob): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, number[]>();
  for (let start = 0; start < file.size; start += CHUNK_BYTES) {
    const from = Math.max(0, start - LONGEST_HEAD);
    const bytes = new Uint8Array(await file.slice(from, start + CHUNK_BYTES).arrayBuffer());
    for (let at = bytes.indexOf(0x6f); at >= 0; at = bytes.indexOf(0x6f, at + 1)) {
      if (bytes[at + 1] !== 0x62 || bytes[at + 2] !== 0x6a) continue;
      const name = nameBefore(bytes, at);
      const end = from + at + 3;
      if (name === null || end <= start) continue; // of the chunk before
      found.set(name, [...(found.get(name) ?? []), end]);
    }
  }
  return found;
}

/** Return "number generation" that stands before `obj`. */
function nameBefore(bytes: Uint8Array, at: number): string | null {
  let start = at;
  const isSpace = (byte: number | undefined): boolean =>
    byte === SPACE || byte === NEWLINE || byte === RETURN;
  const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;
  const numbers: string[] = [];
  for (let count = 0; count < 2; count += 1) {
    while (isSpace(bytes[start - 1])) start -= 1;
    const end = start;
    while (isDigit(bytes[start - 1])) start -= 1;
    if (start === end) return null;
    numbers.unshift(String(Number(latin1(bytes.slice(start, end).buffer))));
  }
  return numbers.join(" ");
}

function latin1(bytes: ArrayBuffer): string {
  return new TextDecoder("latin1").decode(bytes);
}
