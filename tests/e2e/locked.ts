/** A PDF that opens with a password, written by pikepdf. */

import { execFileSync } from "node:child_process";

import { PYTHON } from "./paths.js";
import { scannedPdf } from "./pdf-of.js";

const PROGRAM =
  "import io, sys, pikepdf; out = io.BytesIO(); plain = pikepdf.Pdf.open(io.BytesIO(sys.stdin.buffer.read())); " +
  "plain.save(out, encryption=pikepdf.Encryption(owner=sys.argv[1], user=sys.argv[1])); sys.stdout.buffer.write(out.getvalue())";

/** A scan of so many pages that opens with that password. */
export function lockedPdf(password: string, pages = 1): Buffer {
  return execFileSync(PYTHON, ["-c", PROGRAM, password], { input: scannedPdf(pages) });
}
