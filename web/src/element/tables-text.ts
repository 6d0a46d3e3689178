/** The tables of a page as spreadsheets take them from the clipboard: cells parted by tabs, rows by line breaks. */

import type { CorrectedPage } from "./corrections.js";

/** Return the tables, with an empty row between two, as corrected; null where the page has none. */
export function tablesText(page: CorrectedPage | undefined): string | null {
  const tables = page?.tables ?? [];
  if (tables.length === 0) return null;
  const texts = tables.map(({ rows, lines }) => {
    const corrections = (page?.corrections ?? []).filter(({ line }) => lines.includes(line));
    const cell = (text: string): string =>
      corrections
        .reduce((all, { read, text: now }) => all.replace(read, () => now), text)
        .replace(/\s+/gu, " ");
    return rows.map((row) => row.map(cell).join("\t")).join("\n");
  });
  return texts.join("\n\n");
}
