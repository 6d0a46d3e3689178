/** A view whose code comes when it is needed. What it is told before, it is told in order when it is there. */

import type { View } from "./view.js";

/** A view with the style sheets of its shadow root. */
export interface LoadedView {
  readonly view: View;
  readonly sheets: CSSStyleSheet[];
}

type Act = (view: View) => void;

export class LazyView {
  #view: View | null = null;
  #waiting: Act[] = [];
  #loading = false;

  /** `show` puts the view into the element once it is there. */
  constructor(
    private readonly load: () => Promise<LoadedView>,
    private readonly show: (loaded: LoadedView) => void,
  ) {}

  /** Do something with the view, now or when it has come. */
  do(act: Act): void {
    if (this.#view) {
      act(this.#view);
      return;
    }
    this.#waiting.push(act);
    if (!this.#loading) void this.#fetch();
  }

  async #fetch(): Promise<void> {
    this.#loading = true;
    try {
      const loaded = await this.load();
      this.show(loaded);
      this.#view = loaded.view;
      for (const act of this.#waiting.splice(0)) act(loaded.view);
    } catch (error) {
      console.error("py-ocr: what the element shows could not be loaded", error);
    } finally {
      this.#loading = false; // the next one who needs it tries again
    }
  }
}
