/** Text over a picture of the page, which stays as it is: selectable, found by the browser's search, read aloud. */

import { sizeOf } from "../client/ocr-image.js";
import type { LinesRead, OcrPage } from "../shared/types.js";
import layerCss from "../../styles/layer.css" with { type: "text" };
import { announcementOf } from "./announcement.js";
import { create } from "./dom.js";
import { DraftLines } from "./draft-lines.js";
import { Overlay } from "./overlay.js";
import { placePicture } from "./picture-box.js";
import type { Picture } from "./picture.js";
import { styleSheets } from "./style-sheets.js";
import type { Settled, View } from "./view.js";

export const sheets = styleSheets(layerCss);

export class Layer implements View {
  readonly element = create("div", { class: "over", part: "over" });
  readonly #overlay = new Overlay(() => undefined);
  readonly #status = create("p", { class: "status", role: "status" });
  readonly #clip = create("div", { class: "clip" });
  #size: { width: number; height: number } | null = null;
  #connection: AbortController | null = null;
  #drafts = new DraftLines();
  readonly #resized = new ResizeObserver(() => this.#place());

  constructor(private readonly picture: Picture) {
    const { text } = this.#overlay;
    text.ariaHidden = null;
    text.role = "group";
    text.ariaLabel = "Text of the image";
    this.#clip.append(text);
    this.element.append(this.#clip, this.#status);
  }

  connect(): void {
    if (this.#connection) return;
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    // Whatever makes the picture move makes one of these change its size.
    for (let each: Element | null = this.picture; each; each = each.parentElement)
      this.#resized.observe(each);
    const place = (): void => this.#place();
    document.addEventListener("scroll", place, { capture: true, passive: true, signal });
    addEventListener("resize", place, { signal });
    addEventListener("load", place, { signal });
  }

  disconnect(): void {
    this.#connection?.abort();
    this.#connection = null;
    this.#resized.disconnect();
  }

  showImage(): void {
    this.#size = null;
    this.#overlay.show(null);
  }

  start(): void {
    this.#drafts = new DraftLines();
  }

  update(): void {}

  showLines(read: LinesRead): void {
    this.#drafts.apply(read);
    const size = sizeOf(this.picture);
    if (size.width > 0) this.#show(this.#drafts.page, size);
  }

  showPage(page: OcrPage): void {
    this.#show(page, page);
  }

  showError(): void {}

  showCancelled(): void {}

  settle(settled: Settled): void {
    if (!settled.page) this.showImage();
    this.#status.textContent = announcementOf(settled);
  }

  #show(text: Parameters<Overlay["show"]>[0], { width, height }: { width: number; height: number }): void {
    this.#size = { width, height };
    this.#overlay.show(text, this.#size);
    this.#place();
  }

  /** Lay the text where the picture is, whatever holds the two of them. */
  #place(): void {
    if (this.#size === null) return;
    const { picture, element } = this;
    const style = getComputedStyle(picture);
    const [top, right, bottom, left] = ["Top", "Right", "Bottom", "Left"].map(
      (side) =>
        Number.parseFloat(style.getPropertyValue(`padding-${side.toLowerCase()}`)) +
        Number.parseFloat(style.getPropertyValue(`border-${side.toLowerCase()}-width`)),
    ) as [number, number, number, number];
    const box = {
      width: picture.offsetWidth - left - right,
      height: picture.offsetHeight - top - bottom,
    };
    const outer = picture.getBoundingClientRect();
    // Where the page around is scaled by a transform, so is what is measured.
    const zoom = outer.width / picture.offsetWidth || 1;
    element.style.translate = "";
    const origin = element.getBoundingClientRect();
    const x = (outer.left - origin.left) / zoom + left;
    const y = (outer.top - origin.top) / zoom + top;
    element.style.translate = `${x}px ${y}px`;
    this.#clip.style.width = `${Math.max(box.width, 0)}px`;
    this.#clip.style.height = `${Math.max(box.height, 0)}px`;
    const placed = placePicture(box, this.#size, style.objectFit, style.objectPosition);
    this.#overlay.text.style.transform = `translate(${placed.x}px, ${placed.y}px) scale(${placed.scaleX}, ${placed.scaleY})`;
  }
}
