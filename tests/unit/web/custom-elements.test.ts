/** What is written about the element names all that it has: for editors, for JSX, and in docs/embedding.md. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const found = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => String(name)))].sort();

const SETTINGS = read("web/src/element/settings-element.ts");
const ATTRIBUTES = found(SETTINGS, /getAttribute\("([\w-]+)"\)/g);
const EVENTS = found(read("web/src/element/events.ts"), /^ {2}"(py-ocr-\w+)":/gm);
const GUIDE = read("docs/embedding.md");

interface Named {
  readonly name: string;
}
const { modules } = JSON.parse(read("web/npm/custom-elements.json")) as {
  modules: { declarations: { attributes: Named[]; events: Named[] }[] }[];
};
const [element] = modules[0]!.declarations;
const names = (list: readonly Named[]): string[] => list.map(({ name }) => name).sort();

test("every attribute is described for editors, typed for JSX, and in the guide", () => {
  assert.ok(ATTRIBUTES.length > 10);
  assert.deepEqual(names(element!.attributes), ATTRIBUTES);
  assert.deepEqual(found(read("web/npm/types/attributes.d.ts"), /^ {2}"?([\w-]+)"?\?:/gm), ATTRIBUTES);
  for (const name of ATTRIBUTES) assert.match(GUIDE, new RegExp(`^\\| \`${name}\` `, "m"), name);
});

test("every event is described for editors and in the guide", () => {
  assert.ok(EVENTS.length > 4);
  assert.deepEqual(names(element!.events), EVENTS);
  for (const name of EVENTS) assert.match(GUIDE, new RegExp(`^\\| \`${name}\` `, "m"), name);
});
