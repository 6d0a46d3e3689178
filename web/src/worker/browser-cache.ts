/**
 * Programs in the browser's own cache of what it has fetched. With such a file Chromium and Firefox keep the machine code
 * that they made of it, which a next visit need not make again. With bytes from elsewhere, Cache Storage too, they do not.
 */

export const PROGRAM_TYPE = "application/wasm";

/** Return the WASM file at `url` if the browser has kept it, and it is what `sha256` (in hex) says. Asks no server. */
export async function keptProgram(url: string, sha256: string): Promise<Response | undefined> {
  try {
    const response = await fetch(url, {
      cache: "only-if-cached",
      // Without it the fetch above is refused. So an engine from another origin has all compiled at each visit.
      mode: "same-origin",
      integrity: `sha256-${base64Of(sha256)}`,
    });
    // Of another type nothing is compiled from a response.
    return response.ok && response.headers.get("content-type") === PROGRAM_TYPE ? response : undefined;
  } catch {
    return undefined;
  }
}

function base64Of(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))));
}
