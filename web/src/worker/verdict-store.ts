/** Keeps the verdicts of the golden self-checks between visits. Only Python knows what they say and when they lapse. */

import { KeptFiles } from "./kept-files.js";

const CACHE_NAME = "py-ocr-verdicts";

let files: KeptFiles | undefined;

export async function readVerdict(key: string): Promise<string | undefined> {
  const verdict = await opened().read(address(key));
  return verdict === undefined ? undefined : new TextDecoder().decode(verdict);
}

export async function writeVerdict(key: string, verdict: string): Promise<void> {
  await opened().write(address(key), verdict);
}

/** Cache Storage has addresses for keys; nothing is ever requested from this one. */
function address(key: string): string {
  return new URL(`/.py-ocr-verdict/${key}`, location.origin).href;
}

function opened(): KeptFiles {
  files ??= new KeptFiles(CACHE_NAME);
  return files;
}
