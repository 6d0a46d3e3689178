/**
 * The image with its overlay, in a viewport that can be zoomed and scrolled.
 *
 * An image that the browser cannot show (TIFF, JPEG 2000, PPM) is replaced, once it is read, by its text set on white paper.
 */

import { type HeldImage, sizeOf } from "../client/ocr-image.js";
import type { OcrPage } from "../shared/types.js";
import { create, createButton, createIcon } from "./dom.js";
import type { PageText } from "./draft-lines.js";
import { Overlay } from "./overlay.js";
import { boundsOf } from "./text-geometry.js";

const ZOOM_STEP = 1.25;
const MAX_SCALE = 8;
const MIN_SCALE = 0.02;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Shows one image at a time. `onPoint` is told which line is under the pointer, or -1. */
export class ImageView {
  readonly element: HTMLElement;
  readonly overlay: Overlay;
  readonly #viewport = create("div", { class: "viewport", part: "viewport", tabindex: "0", role: "region" });
  readonly #sheet = create("div", { class: "sheet" });
  readonly #absent = create("p", { class: "absent", hidden: true }, createIcon("image"), "No preview");
  readonly #caption = create(
    "p",
    { class: "caption", hidden: true },
    "This browser cannot show the image. This is its text, where it stands.",
  );
  readonly #percent = create("output", { class: "zoom-percent" });
  readonly #tools: HTMLElement;
  #page: PageText | null = null;
  #size: Size | null = null;
  /** Counts what was shown, so that a picture that loads late does not replace its successor. */
  #shown = 0;
  /** CSS pixels per source pixel; null fits the image into the viewport. */
  #zoom: number | null = null;
  readonly #resized = new ResizeObserver(() => this.#layout());

  constructor(onPoint: (line: number) => void) {
    this.overlay = new Overlay(onPoint);
    this.#viewport.ariaLabel = "Image";
    this.#viewport.append(this.#sheet, this.#absent);
    this.#viewport.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    this.#viewport.addEventListener("keydown", (event) => this.#onKey(event));
    const button = { class: "tool", part: "button", iconOnly: true } as const;
    this.#tools = create(
      "div",
      { class: "zoom", role: "group", "aria-label": "Zoom", hidden: true },
      createButton("Zoom out", () => this.#zoomBy(1 / ZOOM_STEP), { ...button, icon: "minus" }),
      this.#percent,
      createButton("Zoom in", () => this.#zoomBy(ZOOM_STEP), { ...button, icon: "plus" }),
      createButton("Fit the image", () => this.#setZoom(null), { ...button, icon: "fit" }),
    );
    this.element = create("div", { class: "image-view" }, this.#viewport, this.#caption, this.#tools);
  }

  /** Watch the viewport's size; `disconnect` ends it. */
  connect(): void {
    this.#resized.observe(this.#viewport);
  }

  disconnect(): void {
    this.#resized.disconnect();
  }

  /** Show an image without boxes, or nothing. */
  async showImage(image: HeldImage | null): Promise<void> {
    this.#shown += 1;
    const turn = this.#shown;
    this.#page = null;
    this.#size = null;
    this.#zoom = null;
    this.overlay.show(null);
    this.#sheet.replaceChildren();
    this.#absent.hidden = true;
    this.#setPaper(false);
    this.#layout();
    if (!image) return;
    const picture = image instanceof Blob ? new Image() : copyOf(image);
    const size = picture instanceof HTMLCanvasElement ? picture : await load(picture, image as Blob);
    if (turn !== this.#shown) return;
    this.#absent.hidden = Boolean(size ?? this.#size);
    if (!size) return;
    picture.setAttribute("part", "image");
    this.#sheet.prepend(picture);
    this.#size ??= { width: size.width, height: size.height };
    this.#setPaper(false);
    this.#layout();
  }

  /** Lay what was read so far over the image, where that is shown. */
  showDraft(page: PageText): void {
    if (!this.#size || !this.#sheet.querySelector("[part=image]")) return;
    this.#lay(page, this.#size);
  }

  /** Take the boxes and the text away. */
  clearText(): void {
    this.#page = null;
    this.overlay.show(null);
    this.overlay.boxes.remove();
    this.overlay.text.remove();
  }

  #lay(page: PageText, size: Size): void {
    this.#page = page;
    this.overlay.show(page, size);
    if (this.overlay.boxes.parentNode !== this.#sheet)
      this.#sheet.append(this.overlay.boxes, this.overlay.text);
  }

  /** Lay the boxes and the text of a page over the image. */
  showPage(page: OcrPage): void {
    this.#size = { width: page.width, height: page.height };
    this.#lay(page, this.#size);
    this.#absent.hidden = true;
    this.#setPaper(!this.#sheet.querySelector("[part=image]"));
    this.#layout();
  }

  /** Mark a line's box; `reveal` scrolls to it. */
  activate(line: number, { reveal = false } = {}): void {
    this.overlay.activate(line);
    const quad = this.#page?.lines[line]?.quad;
    if (!reveal || !quad || this.#zoom === null) return;
    const scale = this.#scale();
    const [left, top, right, bottom] = boundsOf(quad).map((value) => value * scale) as [
      number,
      number,
      number,
      number,
    ];
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.#viewport;
    const seen = left >= scrollLeft && right <= scrollLeft + clientWidth;
    const seenDown = top >= scrollTop && bottom <= scrollTop + clientHeight;
    if (seen && seenDown) return;
    this.#viewport.scrollTo({
      left: (left + right - clientWidth) / 2,
      top: (top + bottom - clientHeight) / 2,
    });
  }

  /** Show the text itself, on white, in the image's stead. */
  #setPaper(paper: boolean): void {
    this.#sheet.classList.toggle("paper", paper);
    this.#caption.hidden = !paper;
  }

  #scale(): number {
    if (!this.#size) return 1;
    if (this.#zoom !== null) return this.#zoom;
    const { clientWidth, clientHeight } = this.#viewport;
    const fitting = Math.min(clientWidth / this.#size.width, clientHeight / this.#size.height);
    return Math.max(MIN_SCALE, Math.min(fitting, 2));
  }

  #layout(): void {
    this.#tools.hidden = !this.#size;
    if (!this.#size) return;
    const scale = this.#scale();
    this.#sheet.style.width = `${this.#size.width * scale}px`;
    this.#sheet.style.height = `${this.#size.height * scale}px`;
    this.overlay.rescale(scale);
    this.#percent.textContent = `${Math.round(scale * 100)}%`;
  }

  #setZoom(zoom: number | null): void {
    this.#zoom = zoom === null ? null : Math.min(MAX_SCALE, Math.max(MIN_SCALE, zoom));
    this.#layout();
  }

  /** Zoom and keep the point at (x, y) of the viewport, its middle by default, where it is. */
  #zoomBy(factor: number, x = this.#viewport.clientWidth / 2, y = this.#viewport.clientHeight / 2): void {
    const before = this.#scale();
    const left = this.#viewport.scrollLeft + x;
    const top = this.#viewport.scrollTop + y;
    this.#setZoom(before * factor);
    const grown = this.#scale() / before;
    this.#viewport.scrollTo({ left: left * grown - x, top: top * grown - y, behavior: "instant" });
  }

  #onWheel(event: WheelEvent): void {
    // Browsers report a pinch on a track pad as a wheel with Ctrl held.
    if (!event.ctrlKey || !this.#size) return;
    event.preventDefault();
    const box = this.#viewport.getBoundingClientRect();
    this.#zoomBy(Math.exp(-event.deltaY / 200), event.clientX - box.left, event.clientY - box.top);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") this.#zoomBy(ZOOM_STEP);
    else if (event.key === "-") this.#zoomBy(1 / ZOOM_STEP);
    else if (event.key === "0") this.#setZoom(null);
    else return;
    event.preventDefault();
  }
}

/** Resolve with the size of an image as it is shown (EXIF respected), or with null if it cannot be shown. */
async function load(picture: HTMLImageElement, blob: Blob): Promise<Size | null> {
  const url = URL.createObjectURL(blob);
  const loaded = new Promise<boolean>((resolve) => {
    picture.addEventListener("load", () => resolve(true), { once: true });
    picture.addEventListener("error", () => resolve(false), { once: true });
  });
  picture.alt = "";
  picture.src = url;
  const isShown = await loaded;
  URL.revokeObjectURL(url);
  return isShown ? { width: picture.naturalWidth, height: picture.naturalHeight } : null;
}

/** Draw what the caller keeps on a canvas of our own. */
function copyOf(image: Exclude<HeldImage, Blob>): HTMLCanvasElement {
  const canvas = create("canvas");
  const { width, height } = sizeOf(image);
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (image instanceof ImageData) pen?.putImageData(image, 0, 0);
  else pen?.drawImage(image, 0, 0);
  return canvas;
}
