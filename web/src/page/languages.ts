/** The names of languages, for people. */

import { spoken } from "../words/words.js";

/** Name some languages, in English for example: "German", "Danish, German". */
export function languageNames(codes: readonly string[]): string {
  const names = new Intl.DisplayNames(spoken(), { type: "language", fallback: "code" });
  return codes.map((code) => nameOf(names, code)).join(", ");
}

/** Languages as [code, name], by name. */
export function nameLanguages(codes: readonly string[]): [code: string, name: string][] {
  const named = codes.map((code): [string, string] => [code, languageNames([code])]);
  return named.sort(([, a], [, b]) => a.localeCompare(b, spoken()));
}

function nameOf(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code; // not even the form of a language code: the engine says what is wrong with it
  }
}
