/** A row of the list: a picture, a name, how it stands, and a button that takes it away. */

import { create, createButton, createIcon } from "../element/dom.js";
import { say } from "../words/words.js";

/** So many letters of a name's end are always seen: scans are told apart by how their names end. */
const NAME_END = 10;

export class QueueRow {
  readonly element: HTMLLIElement;
  readonly pick: HTMLButtonElement;
  readonly #status = create("span", { class: "item-status" }, say("queue.waiting"));

  constructor(name: string, thumbnail: Node | null, actions: { onPick(): void; onRemove(): void }) {
    const picture = create(
      "span",
      { class: "thumbnail" },
      createIcon("image"),
      ...(thumbnail ? [thumbnail] : []),
    );
    const label = create(
      "span",
      { class: "item-name", title: name },
      create("span", { class: "item-name-start" }, name.slice(0, -NAME_END)),
      create("span", { class: "item-name-end" }, name.slice(-NAME_END)),
    );
    this.pick = create(
      "button",
      { type: "button", class: "item", tabindex: "-1" },
      picture,
      label,
      this.#status,
    );
    this.pick.addEventListener("click", actions.onPick);
    const remove = createButton(say("queue.remove", { name }), actions.onRemove, {
      class: "tool remove",
      icon: "close",
      iconOnly: true,
      tabindex: "-1",
    });
    this.element = create("li", {}, this.pick, remove);
    this.#remove = remove;
  }

  readonly #remove: HTMLButtonElement;

  /** Show a picture that was not there at first. */
  setThumbnail(picture: Node): void {
    this.pick.querySelector(".thumbnail")?.append(picture);
  }

  /** Say how it stands; `state` is for the style sheet. */
  say(status: string, state: string): void {
    this.#status.textContent = status;
    this.element.dataset["state"] = state;
  }

  /** Mark that it is on the disk: from here on it outlives the page, however that ends. */
  setKept(): void {
    this.element.dataset["kept"] = "";
  }

  /** Make this the current row, whose buttons are the ones that Tab finds. */
  setCurrent(current: boolean): void {
    this.pick.ariaCurrent = current ? "true" : null;
    this.pick.tabIndex = this.#remove.tabIndex = current ? 0 : -1;
  }
}

/** The picture of an image file, drawn small; null is for what has none. */
export function loadThumbnail(source: File | string): HTMLImageElement {
  const picture = create("img", { alt: "", decoding: "async" });
  const url = source instanceof File ? URL.createObjectURL(source) : source;
  const release = (): void => {
    if (source instanceof File) URL.revokeObjectURL(url);
  };
  picture.addEventListener("load", release, { once: true });
  picture.addEventListener("error", release, { once: true });
  // What the browser cannot show keeps the icon that lies under the picture.
  picture.addEventListener("error", () => picture.remove(), { once: true });
  picture.src = url;
  return picture;
}
