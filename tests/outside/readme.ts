/** README's own snippets, which these tests run as they stand. */

import { readFileSync } from "node:fs";

import { fromRoot } from "../e2e/paths.js";

/** The snippets of a language, as in "js", in their order. */
export function snippets(language: string): string[] {
  const text = readFileSync(fromRoot("README.md"), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, body]) =>
    String(body),
  );
}
