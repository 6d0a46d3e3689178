/** The pages of a document, small, to choose from. A page is drawn when its place comes into view. */

import type { PageSource } from "../documents/page-source.js";
import { create } from "../element/dom.js";
import { say } from "../words/words.js";

const THUMBNAIL_PX = 160;

export class PageStrip {
  readonly element = create("ol", { class: "pages", "aria-label": say("queue.pages.all") });
  #buttons: HTMLButtonElement[] = [];
  #source: PageSource | null = null;
  readonly #onPick: (number: number) => void;
  readonly #near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) void this.#draw(target as HTMLElement);
  });

  constructor(onPick: (number: number) => void) {
    this.#onPick = onPick;
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
  }

  show(source: PageSource): void {
    if (this.#source === source) return;
    this.#source = source;
    this.element.hidden = source.pageCount < 2;
    this.#buttons = Array.from({ length: source.pageCount }, (_, index) => {
      const name = say("queue.page", { at: index + 1, count: source.pageCount });
      const button = create(
        "button",
        { type: "button", class: "page", tabindex: "-1", "aria-label": name, title: name },
        create("span", { class: "page-picture" }),
        create("span", { class: "page-number" }, String(index + 1)),
      );
      button.addEventListener("click", () => this.#onPick(index + 1));
      this.#near.observe(button);
      return button;
    });
    this.element.replaceChildren(...this.#buttons.map((button) => create("li", {}, button)));
  }

  setCurrent(number: number): void {
    this.#buttons.forEach((button, index) => {
      const isCurrent = index + 1 === number;
      button.ariaCurrent = isCurrent ? "page" : null;
      button.tabIndex = isCurrent ? 0 : -1;
    });
  }

  mark(number: number, state: "done" | "failed"): void {
    const button = this.#buttons[number - 1];
    if (button) button.dataset["state"] = state;
  }

  async #draw(button: HTMLElement): Promise<void> {
    this.#near.unobserve(button);
    const number = this.#buttons.indexOf(button as HTMLButtonElement) + 1;
    const drawn = this.#source && (await drawSmall(this.#source, number));
    if (drawn) button.querySelector(".page-picture")?.replaceChildren(drawn);
  }

  #onKey(event: KeyboardEvent): void {
    const here = this.#buttons.indexOf(event.target as HTMLButtonElement);
    const steps: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowRight: here + 1,
      ArrowUp: here - 1,
      ArrowLeft: here - 1,
      Home: 0,
      End: this.#buttons.length - 1,
    };
    const target = this.#buttons[steps[event.key] ?? -1];
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.click();
  }
}

/** Draw a page small. Of a file in an archive that the browser cannot show there is no picture. */
export async function drawSmall(source: PageSource, number: number): Promise<HTMLCanvasElement | null> {
  const made = await source.picture(number, THUMBNAIL_PX).catch(() => null);
  const picture = made instanceof Blob ? await shrink(made).catch(() => null) : made;
  if (!picture) return null;
  const canvas = create("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  picture.close();
  return canvas;
}

function shrink(file: Blob): Promise<ImageBitmap> {
  return createImageBitmap(file, { resizeWidth: THUMBNAIL_PX, resizeQuality: "medium" });
}
