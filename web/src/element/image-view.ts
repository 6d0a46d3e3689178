/**
 * The image with its overlay, in a viewport that can be zoomed, scrolled and turned.
 *
 * An image that the browser cannot show (HEIC, TIFF, JPEG 2000, PPM) is shown once the engine has decoded it; where that fails, its
 * text stands on white paper.
 */

import type { HeldImage } from "../client/ocr-image.js";
import type { DecodedPicture } from "../shared/protocol.js";
import type { OcrPage } from "../shared/types.js";
import { say } from "../words/words.js";
import { create, createIcon } from "./dom.js";
import type { PageText } from "./draft-lines.js";
import { type Drawn, type Size, drawDecoded, drawImage } from "./drawn-image.js";
import { watchGestures } from "./gestures.js";
import { Overlay } from "./overlay.js";
import { boundsOf } from "./text-geometry.js";
import { type Turn, asTurn, turnBounds, turnTransform, turnedSize, uprightTurn } from "./turning.js";
import { ViewTools } from "./view-tools.js";

const ZOOM_STEP = 1.25;
const MAX_SCALE = 8;
const MIN_SCALE = 0.02;
const MAX_FITTING = 2;

/** CSS pixels per source pixel, or what the image is to fit into. */
type Zoom = number | "whole" | "width";

export interface ImageViewActions {
  /** The pointer is on a line, or on none (-1). */
  onPoint(line: number): void;
  /** Decode a file that the browser cannot draw. */
  decode(file: Blob): Promise<DecodedPicture>;
}

/** Shows one image at a time. */
export class ImageView {
  readonly element: HTMLElement;
  readonly overlay: Overlay;
  readonly #viewport = create("div", { class: "viewport", part: "viewport", tabindex: "0", role: "region" });
  /** As large as the image is shown; in it, the picture, turned. */
  readonly #sheet = create("div", { class: "sheet" });
  readonly #picture = create("div", { class: "picture" });
  readonly #absent = create("p", { class: "absent", hidden: true }, createIcon("image"), say("image.none"));
  readonly #caption = create("p", { class: "caption", hidden: true }, say("image.text"));
  readonly #tools: ViewTools;
  readonly #decode: ImageViewActions["decode"];
  /** The file that the browser could not draw, until it is decoded. */
  #undrawn: Blob | null = null;
  #wantsDecoded = false;
  #page: PageText | null = null;
  #size: Size | null = null;
  #turn: Turn = 0;
  /** Counts what was shown, so that a picture that loads late does not replace its successor. */
  #shown = 0;
  #zoom: Zoom = "whole";
  readonly #resized = new ResizeObserver(() => {
    this.#layout();
    if (this.#wantsDecoded) void this.drawDecoded();
  });

  constructor({ onPoint, decode }: ImageViewActions) {
    this.#decode = decode;
    this.overlay = new Overlay(onPoint);
    this.#viewport.ariaLabel = say("image");
    this.#sheet.append(this.#picture);
    this.#viewport.append(this.#sheet, this.#absent);
    this.#viewport.addEventListener("keydown", (event) => this.#onKey(event));
    watchGestures(this.#viewport, {
      zoomBy: (factor, x, y) => this.#zoomBy(factor, x, y),
      toggleZoom: (x, y) => this.#toggleZoom(x, y),
      panBy: (x, y) => this.#viewport.scrollBy({ left: x, top: y, behavior: "instant" }),
    });
    this.#tools = new ViewTools({
      onOut: () => this.#zoomBy(1 / ZOOM_STEP),
      onIn: () => this.#zoomBy(ZOOM_STEP),
      onFit: () => this.#setZoom("whole"),
      onWidth: () => this.#setZoom("width"),
      onFull: () => this.#zoomBy(1 / this.#scale()),
      onTurn: () => this.#setTurn(asTurn(this.#turn + 90)),
      onBoxes: (shown) => this.element.classList.toggle("boxless", !shown),
    });
    this.element = create("div", { class: "image-view" }, this.#viewport, this.#caption, this.#tools.element);
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
    this.#turn = 0;
    this.#zoom = "whole";
    this.#undrawn = null;
    this.#wantsDecoded = false;
    this.overlay.show(null);
    this.#picture.replaceChildren();
    this.#absent.hidden = true;
    this.#setPaper(false);
    this.#layout();
    if (!image) return;
    const drawn = await drawImage(image);
    if (turn !== this.#shown) return;
    this.#absent.hidden = Boolean(drawn ?? this.#size);
    if (drawn) this.#put(drawn);
    else if (image instanceof Blob) {
      this.#undrawn = image;
      if (this.#wantsDecoded) await this.drawDecoded();
    }
  }

  /** Have the engine decode what the browser cannot draw. Does nothing for any other image. */
  async drawDecoded(): Promise<void> {
    this.#wantsDecoded = true;
    const file = this.#undrawn;
    // What is not seen can wait until it is.
    if (!file || this.#viewport.clientWidth === 0) return;
    this.#undrawn = null;
    const shown = this.#shown;
    const decoded = await this.#decode(file).catch(() => null); // then there is its text
    if (!decoded) return;
    if (shown === this.#shown) this.#put(drawDecoded(decoded));
    else decoded.bitmap.close();
  }

  #put({ picture, size }: Drawn): void {
    picture.setAttribute("part", "image");
    this.#picture.prepend(picture);
    this.#size ??= { width: size.width, height: size.height };
    this.#absent.hidden = true;
    this.#setPaper(false);
    this.#layout();
  }

  /** Lay what was read so far over the image, where that is shown. */
  showDraft(page: PageText): void {
    if (!this.#size || !this.#hasPicture) return;
    this.#lay(page, this.#size);
  }

  /** Take the boxes and the text away. */
  clearText(): void {
    this.#page = null;
    this.overlay.show(null);
    this.overlay.boxes.remove();
    this.overlay.text.remove();
  }

  get #hasPicture(): boolean {
    return this.#picture.querySelector("[part=image]") !== null;
  }

  #lay(page: PageText, size: Size): void {
    this.#page = page;
    this.overlay.show(page, size);
    if (this.overlay.boxes.parentNode !== this.#picture)
      this.#picture.append(this.overlay.boxes, this.overlay.text);
  }

  /** Lay the boxes and the text of a page over the image, and turn both so that the text stands upright. */
  showPage(page: OcrPage): void {
    const isNew = this.#page?.blocks !== page.blocks;
    this.#size = { width: page.width, height: page.height };
    this.#lay(page, this.#size);
    this.#absent.hidden = true;
    this.#setPaper(!this.#hasPicture);
    if (isNew) this.#turn = uprightTurn(page.lines);
    this.#layout();
  }

  /** Mark the boxes of lines in which something was found. */
  showHits(lines: ReadonlySet<number>): void {
    this.overlay.showHits(lines);
  }

  /** Mark a line's box; `reveal` scrolls to it. */
  activate(line: number, { reveal = false } = {}): void {
    this.overlay.activate(line);
    const quad = this.#page?.lines[line]?.quad;
    if (!reveal || !quad || !this.#size || this.#zoom === "whole") return;
    const scale = this.#scale();
    const [left, top, right, bottom] = turnBounds(boundsOf(quad), this.#size, this.#turn).map(
      (value) => value * scale,
    ) as [number, number, number, number];
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
    if (typeof this.#zoom === "number") return this.#zoom;
    const { clientWidth, clientHeight } = this.#viewport;
    const { width, height } = turnedSize(this.#size, this.#turn);
    const across = clientWidth / width;
    const fitting = this.#zoom === "width" ? across : Math.min(across, clientHeight / height);
    return Math.max(MIN_SCALE, Math.min(fitting, MAX_FITTING));
  }

  #layout(): void {
    this.#tools.element.hidden = !this.#size;
    if (!this.#size) return;
    const scale = this.#scale();
    const { width, height } = turnedSize(this.#size, this.#turn);
    const shown = { width: this.#size.width * scale, height: this.#size.height * scale };
    this.#sheet.style.width = `${width * scale}px`;
    this.#sheet.style.height = `${height * scale}px`;
    this.#picture.style.width = `${shown.width}px`;
    this.#picture.style.height = `${shown.height}px`;
    this.#picture.style.transform = turnTransform(shown, this.#turn);
    this.overlay.rescale(scale);
    this.#tools.showScale(scale);
  }

  #setZoom(zoom: Zoom): void {
    this.#zoom = typeof zoom === "number" ? Math.min(MAX_SCALE, Math.max(MIN_SCALE, zoom)) : zoom;
    this.#layout();
  }

  #setTurn(turn: Turn): void {
    this.#turn = turn;
    this.#layout();
  }

  /** Zoom and keep the point at (x, y) of the viewport, its middle by default, where it is. */
  #zoomBy(factor: number, x = this.#viewport.clientWidth / 2, y = this.#viewport.clientHeight / 2): void {
    if (!this.#size) return;
    const before = this.#scale();
    const left = this.#viewport.scrollLeft + x;
    const top = this.#viewport.scrollTop + y;
    this.#setZoom(before * factor);
    const grown = this.#scale() / before;
    this.#viewport.scrollTo({ left: left * grown - x, top: top * grown - y, behavior: "instant" });
  }

  /** From the whole to actual size, or twice what fits where that is larger; from there back to the whole. */
  #toggleZoom(x: number, y: number): void {
    if (typeof this.#zoom === "number") this.#setZoom("whole");
    else this.#zoomBy(Math.max(1 / this.#scale(), 2), x, y);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "a" || event.altKey) return;
      document.getSelection()?.selectAllChildren(this.overlay.text);
    } else if (event.altKey) return;
    else if (event.key === "+" || event.key === "=") this.#zoomBy(ZOOM_STEP);
    else if (event.key === "-") this.#zoomBy(1 / ZOOM_STEP);
    else if (event.key === "0") this.#setZoom("whole");
    else if (event.key === "1") this.#zoomBy(1 / this.#scale());
    else if (event.key === "w") this.#setZoom("width");
    else if (event.key === "r") this.#setTurn(asTurn(this.#turn + 90));
    else if (event.key === "b") this.#tools.toggleBoxes();
    else return;
    event.preventDefault();
  }
}
