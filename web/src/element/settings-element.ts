/** The settings of `<py-ocr>`: an attribute and a property for each. They count from the next reading on. */

import type { EngineChoice } from "../client/client-pool.js";
import type { BackendChoice, KernelChoice } from "../shared/types.js";

const PROPERTIES = [
  "src",
  "backend",
  "profile",
  "kernels",
  "lineWorkers",
  "baseUrl",
  "languages",
  "name",
] as const;

export class SettingsElement extends HTMLElement {
  #name = "image";

  constructor() {
    super();
    // What was set before this class was known lies in the way of its accessors: set it again, through them.
    for (const property of PROPERTIES) {
      if (!Object.hasOwn(this, property)) continue;
      const value: unknown = this[property];
      Reflect.deleteProperty(this, property);
      Reflect.set(this, property, value);
    }
  }

  /** The address of an image. Setting it starts a reading. */
  get src(): string {
    return this.getAttribute("src") ?? "";
  }
  set src(value: string) {
    this.setAttribute("src", value);
  }

  get backend(): BackendChoice {
    return (this.getAttribute("backend") || "auto") as BackendChoice;
  }
  set backend(value: BackendChoice) {
    this.setAttribute("backend", value);
  }

  /** Which models read, such as "fast" or "best"; "" is the default of the site. */
  get profile(): string {
    return this.getAttribute("profile") ?? "";
  }
  set profile(value: string) {
    this.setAttribute("profile", value);
  }

  /** Kernels of the WASM runtime; "stock" switches ours off. */
  get kernels(): KernelChoice {
    return (this.getAttribute("kernels") || "auto") as KernelChoice;
  }
  set kernels(value: KernelChoice) {
    this.setAttribute("kernels", value);
  }

  /** Most workers that read lines beside each other on WASM; null leaves it to the device, 0 switches them off. */
  get lineWorkers(): number | null {
    const asked = this.getAttribute("line-workers");
    return asked ? Number(asked) : null;
  }
  set lineWorkers(value: number | null) {
    this.setAttribute("line-workers", value === null ? "" : String(value));
  }

  /** Where the engine's files lie; "" is where this script came from. */
  get baseUrl(): string {
    return this.getAttribute("base-url") ?? "";
  }
  set baseUrl(value: string) {
    this.setAttribute("base-url", value);
  }

  /** Languages to read, as in `languages="en de"`; none means every one that the model knows. */
  get languages(): readonly string[] {
    return (this.getAttribute("languages") ?? "").split(/[\s,]+/u).filter(Boolean);
  }
  set languages(value: readonly string[]) {
    this.setAttribute("languages", value.join(" "));
  }

  /** What the image is called in downloads and announcements. */
  get name(): string {
    return this.#name;
  }
  set name(value: string) {
    this.#name = value;
  }

  /** The engine that these settings ask for. */
  protected get engineChoice(): EngineChoice {
    return {
      ...(this.baseUrl && { baseUrl: this.baseUrl }),
      ...(this.profile && { profile: this.profile }),
      backend: this.backend,
      kernels: this.kernels,
      ...(this.lineWorkers !== null && { lineWorkers: this.lineWorkers }),
    };
  }
}
