/** What an element without an image shows: what it takes, and a button to choose it. */

import { create, createButton, createIcon } from "./dom.js";
import { FORMAT_NAMES } from "./image-input.js";

export function createChooser(onChoose: () => void): HTMLElement {
  return create(
    "div",
    { class: "chooser" },
    createIcon("image"),
    create("p", {}, "Drop, paste or choose an image"),
    create("p", { class: "muted" }, FORMAT_NAMES),
    createButton("Choose an image", onChoose, { class: "primary", part: "button" }),
  );
}
