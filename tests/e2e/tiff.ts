/** A document for tests: a TIFF file of many pages, written by Pillow. */

import { execFileSync } from "node:child_process";

import { PYTHON, fromRoot } from "./paths.js";

const PROGRAM =
  "import io, sys; from PIL import Image; out = io.BytesIO(); first, *others = [Image.open(p).convert('RGB') for p in sys.argv[1:]]; " +
  "first.save(out, 'TIFF', save_all=True, append_images=others); sys.stdout.buffer.write(out.getvalue())";

/** A TIFF file whose pages are these fixtures. */
export function tiffOf(...names: string[]): Buffer {
  const paths = names.map((name) => fromRoot("tests", "fixtures", name));
  return execFileSync(PYTHON, ["-c", PROGRAM, ...paths]);
}
