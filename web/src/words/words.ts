/**
 * Everything that is said to people, in their language: one catalogue each. English is part of the script, so that there are
 * always words; another one is a module of its own, which bundlers take along, imported before anything is shown.
 *
 * Plurals, numbers and dates are the browser's (`Intl`). A message is a text with {names} in it, or one for each plural form.
 */

import { ENGLISH, type WordKey } from "./english.js";

export type { WordKey } from "./english.js";

/** A text, or texts by the plural form of `count`. */
export type Message = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

export type Catalogue = Readonly<Record<string, Message>>;

/** The languages that there are words in, in their own. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  ja: "日本語",
  zh: "中文",
  ar: "العربية",
} as const;

export type Language = keyof typeof LANGUAGES;

/** Written out, so that bundlers see each. */
const CATALOGUES: Readonly<Record<Exclude<Language, "en">, () => Promise<{ readonly default: Catalogue }>>> =
  {
    de: () => import("../../words/de.json"),
    es: () => import("../../words/es.json"),
    fr: () => import("../../words/fr.json"),
    ja: () => import("../../words/ja.json"),
    zh: () => import("../../words/zh.json"),
    ar: () => import("../../words/ar.json"),
  };

const RIGHT_TO_LEFT: ReadonlySet<Language> = new Set<Language>(["ar"]);

let language: Language = "en";
let catalogue: Catalogue = ENGLISH;

/** The language that is spoken now. */
export function spoken(): Language {
  return language;
}

export function direction(): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}

/** Return the first of these BCP 47 tags that there are words in, as a language; English if there is none. */
export function bestLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const [primary = ""] = tag.toLowerCase().split("-");
    if (Object.hasOwn(LANGUAGES, primary)) return primary as Language;
  }
  return "en";
}

/** Speak a language from now on. What is shown already stays as it is. Where its words cannot be had, it stays English. */
export async function speak(wanted: Language): Promise<void> {
  const fetched = wanted === "en" ? ENGLISH : await fetchCatalogue(wanted);
  if (fetched === null) return;
  language = wanted;
  catalogue = fetched;
}

async function fetchCatalogue(wanted: Exclude<Language, "en">): Promise<Catalogue | null> {
  try {
    return { ...ENGLISH, ...(await CATALOGUES[wanted]()).default };
  } catch {
    return null; // no connection
  }
}

type Values = Readonly<Record<string, string | number>>;

/** Say something. `count` chooses the plural form; numbers are written as the language writes them. */
export function say(key: WordKey, values: Values = {}): string {
  const message = catalogue[key] ?? ENGLISH[key];
  return fill(typeof message === "string" ? message : pluralOf(message, values["count"]), values);
}

/** Whether a key is one of the catalogue's, for words that depend on a code. */
export function isWordKey(key: string): key is WordKey {
  return Object.hasOwn(ENGLISH, key);
}

function pluralOf(forms: Exclude<Message, string>, count: string | number | undefined): string {
  const rule = new Intl.PluralRules(language).select(Number(count ?? 0));
  return forms[rule] ?? forms.other ?? "";
}

function fill(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? formatNumber(value) : value;
  });
}

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(language, options).format(value);
}
