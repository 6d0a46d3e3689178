/** Finding words in the lines of a page, whatever their case and accents. Pure. */

export interface Hit {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Return where `wanted` stands in the lines, in their order. An empty one stands nowhere. */
export function findText(lines: readonly { readonly text: string }[], wanted: string): Hit[] {
  const needle = fold(wanted.trim()).text;
  if (needle === "") return [];
  return lines.flatMap(({ text }, line) => {
    const folded = fold(text);
    const hits: Hit[] = [];
    for (
      let at = folded.text.indexOf(needle);
      at >= 0;
      at = folded.text.indexOf(needle, at + needle.length)
    ) {
      const start = folded.origins[at] ?? 0;
      const last = folded.origins[at + needle.length - 1] ?? start;
      const end = last + [...text.slice(last)][0]!.length;
      hits.push({ line, start, end });
    }
    return hits;
  });
}

/** A text without case, accents and widths, and for each of its code units where that comes from. */
function fold(text: string): { readonly text: string; readonly origins: readonly number[] } {
  let folded = "";
  const origins: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = character.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
    folded += plain;
    for (let unit = 0; unit < plain.length; unit += 1) origins.push(at);
    at += character.length;
  }
  return { text: folded, origins };
}
