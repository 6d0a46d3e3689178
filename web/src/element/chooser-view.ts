/** What an element without an image shows: what it takes, and a button to choose it. */

import { say } from "../words/words.js";
import { create, createButton, createIcon } from "./dom.js";
import { FORMAT_NAMES } from "./image-input.js";

export function createChooser(onChoose: () => void): HTMLElement {
  return create(
    "div",
    { class: "chooser" },
    createIcon("image"),
    create("p", {}, say("choose.lead")),
    create("p", { class: "muted" }, FORMAT_NAMES),
    createButton(say("choose.one"), onChoose, { class: "primary", part: "button" }),
  );
}
