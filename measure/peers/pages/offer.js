// The contract between a page and who drives it.

/**
 * Make an engine drivable: `globalThis.contender` has
 *  - `input`, which the driver puts an image file into;
 *  - `start(options)`, done when the engine can read; the option that all know is `threads`, and the rest is ours, as is
 *    what it gives;
 *  - `read(file, onFirstLines)`, which gives `{ text, lines: [{ text, score, quad }], stages_ms }`, lines in the engine's
 *    own order, and calls `onFirstLines` as soon as a caller can have some of them, if that is before the end.
 */
export function offer({ start, read }) {
  const input = document.createElement("input");
  input.type = "file";
  globalThis.contender = { input, start, read };
}

/** The address of a file of the site. */
export const address = (path) => new URL(path, document.baseURI).href;
