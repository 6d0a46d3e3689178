/** The catalogues: none lacks a key, and each message fills in what the English one does, in every plural form. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { ENGLISH } from "../../../web/src/words/english.js";
import { type Catalogue, LANGUAGES, type Message, bestLanguage } from "../../../web/src/words/words.js";

const FOLDER = new URL("../../../web/words/", import.meta.url);
const OTHERS = Object.keys(LANGUAGES).filter((language) => language !== "en");

const read = (language: string): Catalogue =>
  JSON.parse(readFileSync(new URL(`${language}.json`, FOLDER), "utf8")) as Catalogue;
const formsOf = (message: Message): string[] =>
  typeof message === "string" ? [message] : Object.values(message);
const filledIn = (text: string): Set<string> => new Set(text.match(/\{\w+\}/gu) ?? []);

test("there is a catalogue for each language but English, and no other", () => {
  assert.deepEqual(readdirSync(FOLDER).sort(), OTHERS.map((language) => `${language}.json`).sort());
});

for (const language of OTHERS) {
  test(`${language} has every message, with the same values and all plural forms`, () => {
    const catalogue = read(language);
    assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(ENGLISH).sort());
    const rules = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, english] of Object.entries(ENGLISH)) {
      const message = catalogue[key] as Message;
      assert.equal(typeof message, typeof english, key);
      const expected = filledIn(formsOf(english).join());
      for (const form of formsOf(message)) {
        assert.ok(form.trim() !== "", key);
        for (const value of filledIn(form)) assert.ok(expected.has(value), `${key}: ${value}`);
      }
      assert.deepEqual(filledIn(formsOf(message).join()), expected, key);
      // "many" of Spanish and French is for millions: there the other form serves.
      if (typeof message !== "string")
        for (const rule of rules) assert.ok(rule in message || "other" in message, `${key}: ${rule}`);
    }
  });
}

test("a language is chosen by the first tag that there are words in", () => {
  assert.equal(bestLanguage(["pt-BR", "de-AT", "en"]), "de");
  assert.equal(bestLanguage(["zh-Hant-TW"]), "zh");
  assert.equal(bestLanguage(["tlh"]), "en");
  assert.equal(bestLanguage([]), "en");
});
