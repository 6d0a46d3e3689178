/** The languages that a reading can be restricted to: the codes of `py_ocr.languages`, which a test holds equal. */

const LANGUAGES = [
  "af ca cs da de en es et eu fi fr ga hr hu id is it lt lv ms nl no pl pt ro sk sl sq sv sw tr vi",
  "el ja zh-Hans zh-Hant",
]
  .join(" ")
  .split(" ");

/** Name some languages in English: "German", "Danish, German". */
export function languageNames(codes: readonly string[]): string {
  const names = new Intl.DisplayNames("en", { type: "language", fallback: "code" });
  return codes.map((code) => nameOf(names, code)).join(", ");
}

/** Every language as [code, name], by name. */
export function listLanguages(): [code: string, name: string][] {
  const named = LANGUAGES.map((code): [string, string] => [code, languageNames([code])]);
  return named.sort(([, a], [, b]) => a.localeCompare(b, "en"));
}

function nameOf(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code; // not even the form of a language code: the engine says what is wrong with it
  }
}
