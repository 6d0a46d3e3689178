/**
 * The images of this visit, each with a `<py-ocr>` of its own, so that what was read stays read.
 *
 * The elements wait for each other by themselves; this is the list: pick, remove, stop, take all results away.
 */

import { create, createButton, createIcon } from "../element/dom.js";
import type { NamedPage } from "../element/export-files.js";
import { fileName } from "../client/fetch-image.js";
import { PyOcrElement } from "../element/ocr-element.js";
import { say } from "../words/words.js";
import { describeProgress, formatDuration, readingTime } from "../element/wording.js";

interface Item {
  readonly reader: PyOcrElement;
  readonly row: HTMLLIElement;
  readonly pick: HTMLButtonElement;
  readonly status: HTMLElement;
}

/** An image to read: a file, or the address of one. */
export type ImageSource = File | string;

/** Where the queue lives in the page, and who hears of its changes. */
export interface QueueOptions {
  readonly list: HTMLElement;
  readonly stage: HTMLElement;
  /** Set the attributes of a reader before it reads. */
  configure(reader: PyOcrElement): void;
  /** Something was added, removed or finished. */
  onChange(): void;
}

export class ReadingQueue {
  readonly #options: QueueOptions;
  #items: Item[] = [];
  #current: Item | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#items.length;
  }

  /** How many images are being read or wait for it. */
  get pending(): number {
    return this.#items.filter(({ reader }) => reader.state === "reading").length;
  }

  /** What was read so far, in the order of the list. */
  get results(): NamedPage[] {
    return this.#items.flatMap(({ reader: { name, result } }) => (result ? [{ name, page: result }] : []));
  }

  /** Add images and show the first of them. */
  add(sources: readonly ImageSource[]): void {
    const added = sources.map((source) => this.#append(source));
    const [first] = added;
    if (first) this.#select(first);
    this.#options.onChange();
  }

  /** Move the focus to the image that is shown. */
  focus(): void {
    this.#current?.pick.focus();
  }

  /** Pass changed settings to every reader, for when it reads again. */
  reconfigure(): void {
    for (const { reader } of this.#items) this.#options.configure(reader);
  }

  /** Cancel whatever has not been read yet. */
  stopAll(): void {
    // From the end: the image that is being read would hand its turn to one that is about to be cancelled.
    for (const { reader } of [...this.#items].reverse()) reader.cancel();
  }

  #append(source: ImageSource): Item {
    const reader = new PyOcrElement();
    this.#options.configure(reader);
    const isFile = source instanceof File;
    const name = isFile ? source.name : fileName(source);
    const thumbnail = create("span", { class: "thumbnail" }, createIcon("image"), loadThumbnail(source));
    const status = create("span", { class: "item-status" }, "Waiting");
    const label = create("span", { class: "item-name", title: name }, name);
    const pick = create("button", { type: "button", class: "item" }, thumbnail, label, status);
    const remove = createButton(`Remove ${name}`, () => this.#remove(item), {
      class: "tool remove",
      icon: "close",
      iconOnly: true,
    });
    const row = create("li", {}, pick, remove);
    const item = { reader, row, pick, status };
    pick.addEventListener("click", () => this.#select(item));
    this.#follow(item);
    this.#items.push(item);
    this.#options.list.append(row);
    reader.hidden = true;
    this.#options.stage.append(reader);
    // How it ends is shown by the reader and told by its events.
    if (isFile) reader.read(source).catch(() => undefined);
    else reader.src = source;
    return item;
  }

  #follow(item: Item): void {
    const { reader, status, row } = item;
    reader.addEventListener("py-ocr-progress", ({ detail }) => {
      const { title, fraction } = describeProgress(detail);
      status.textContent = fraction === null ? title : `${title} ${Math.floor(fraction * 100)}%`;
    });
    reader.addEventListener("py-ocr-state", ({ detail: state }) => {
      row.dataset["state"] = state;
      status.textContent = statusOf(reader);
      this.#options.onChange();
    });
  }

  #select(item: Item): void {
    for (const other of this.#items) {
      other.reader.hidden = other !== item;
      other.pick.ariaCurrent = other === item ? "true" : null;
    }
    this.#current = item;
    item.row.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #remove(item: Item): void {
    const at = this.#items.indexOf(item);
    this.#items = this.#items.filter((other) => other !== item);
    item.reader.remove();
    item.row.remove();
    const neighbour = this.#items[at] ?? this.#items[at - 1];
    if (neighbour && this.#current === item) this.#select(neighbour);
    this.#options.onChange();
    neighbour?.pick.focus();
  }
}

function loadThumbnail(source: ImageSource): HTMLImageElement {
  const picture = create("img", { alt: "", decoding: "async" });
  const url = source instanceof File ? URL.createObjectURL(source) : source;
  const release = (): void => URL.revokeObjectURL(url);
  picture.addEventListener("load", release, { once: true });
  picture.addEventListener("error", release, { once: true });
  // What the browser cannot show keeps the icon that lies under the picture.
  picture.addEventListener("error", () => picture.remove(), { once: true });
  picture.src = url;
  return picture;
}

function statusOf({ state, result }: PyOcrElement): string {
  if (state === "reading") return "Waiting";
  if (state === "failed") return "Could not be read";
  if (state === "cancelled") return "Cancelled";
  if (!result) return "";
  if (result.lines.length === 0) return "No text found";
  return `${say("lines", { count: result.lines.length })}, ${formatDuration(readingTime(result))}`;
}
