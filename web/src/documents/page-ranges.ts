/** Which pages are read, as people write it: "1-3,7". */

import { OcrError } from "../shared/errors.js";

/** Return page numbers from 1, in the order named, each once. Undefined means all. Throws OcrError `option_invalid`. */
export function parsePages(ranges: string | undefined, count: number): number[] {
  if (ranges === undefined) return Array.from({ length: count }, (_, index) => index + 1);
  const pages = new Set<number>();
  for (const part of ranges.split(",")) {
    const match = /^\s*(\d*)\s*(-?)\s*(\d*)\s*$/.exec(part);
    const [, first = "", dash = "", last = ""] = match ?? [];
    const from = first === "" ? 1 : Number(first);
    const to = dash === "" ? from : last === "" ? count : Number(last);
    const isNamed = match !== null && (first !== "" || last !== "") && (dash !== "" || last === "");
    if (!isNamed || from < 1 || from > to || to > count) {
      throw new OcrError(
        "option_invalid",
        `The pages cannot be "${ranges}": there are ${count}.`,
        "Name pages and ranges with commas between, such as 1-3,7.",
        "load",
      );
    }
    for (let page = from; page <= to; page += 1) pages.add(page);
  }
  return [...pages];
}
