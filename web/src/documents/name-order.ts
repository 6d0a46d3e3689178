/** The order of names as people have it: page2 before page10. That of `py_ocr.documents.opening.by_number`. */

type Part = readonly [isText: 0 | 1, number: number, text: string];

function partsOf(name: string): Part[] {
  return name
    .split(/([0-9]+)/)
    .filter((part) => part !== "")
    .map((part) => (/^[0-9]/.test(part) ? [0, Number(part), ""] : [1, 0, part.toLowerCase()]));
}

/** Compare two names: numbers by their value and before letters, letters whatever their case. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [one, other] = [left[index]!, right[index]!];
    for (const at of [0, 1, 2] as const) {
      if (one[at] !== other[at]) return one[at] < other[at] ? -1 : 1;
    }
  }
  return left.length - right.length;
}
