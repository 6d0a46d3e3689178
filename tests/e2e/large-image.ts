/** A large image for tests: white paper with a note in its corner, a small file of very many pixels, written by Pillow. */

import { execFileSync } from "node:child_process";

import { PYTHON, fromRoot } from "./paths.js";

const PROGRAM =
  "import io, sys; from PIL import Image; width, height, kind, path = sys.argv[1:]; " +
  "image = Image.new('L', (int(width), int(height)), 255); image.paste(Image.open(path), (0, 0)); " +
  "more = {'compression': 'tiff_lzw'} if kind == 'TIFF' else {}; " +
  "out = io.BytesIO(); image.save(out, kind, **more); sys.stdout.buffer.write(out.getvalue())";

/** An image file of this size, with note.png in its corner. */
export function largeImage(width: number, height: number, kind: "PNG" | "JPEG" | "TIFF"): Buffer {
  const note = fromRoot("tests", "fixtures", "note.png");
  const options = { maxBuffer: 64 * 1024 * 1024 };
  return execFileSync(PYTHON, ["-c", PROGRAM, String(width), String(height), kind, note], options);
}
