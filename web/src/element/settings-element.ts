/** The settings of `<py-ocr>`: an attribute and a property for each. They count from the next reading on. */

import type { EngineChoice } from "../client/client-pool.js";
import { OcrError } from "../shared/errors.js";
import type { BackendChoice, EngineParams, KernelChoice } from "../shared/types.js";

const PROPERTIES = [
  "src",
  "backend",
  "profile",
  "kernels",
  "lineWorkers",
  "baseUrl",
  "languages",
  "params",
  "threads",
  "for",
  "loading",
  "preload",
  "name",
  "fileName",
] as const;

/** On a server there are no elements; the class is only there to be imported. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

export class SettingsElement extends Base {
  #fileName = "image";

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

  /** Other values for parameters of the stages; the attribute holds them as JSON. */
  get params(): EngineParams | null {
    const text = this.getAttribute("params");
    if (!text) return null;
    try {
      return JSON.parse(text) as EngineParams;
    } catch {
      throw new OcrError(
        "option_invalid",
        `The attribute params is no JSON: ${text}`,
        'Write it as in params=\'{"detection": {"long_side_px": 1280}}\'.',
        "load",
      );
    }
  }
  set params(value: EngineParams | null) {
    this.#set("params", value && JSON.stringify(value));
  }

  /** How many cores WASM may use; null leaves it to the device. */
  get threads(): number | null {
    const asked = this.getAttribute("threads");
    return asked ? Number(asked) : null;
  }
  set threads(value: number | null) {
    this.#set("threads", value === null ? null : String(value));
  }

  /** The id of the image, canvas or video of the page that is read and gets its text laid over it. */
  get for(): string {
    return this.getAttribute("for") ?? "";
  }
  set for(value: string) {
    this.#set("for", value || null);
  }

  /** "lazy" waits with the reading until the element comes near the viewport. */
  get loading(): "eager" | "lazy" {
    return this.getAttribute("loading") === "lazy" ? "lazy" : "eager";
  }
  set loading(value: "eager" | "lazy") {
    this.setAttribute("loading", value);
  }

  /** "auto" loads the engine before there is an image. */
  get preload(): "none" | "auto" {
    const asked = this.getAttribute("preload");
    return asked === null || asked === "none" ? "none" : "auto";
  }
  set preload(value: "none" | "auto") {
    this.setAttribute("preload", value);
  }

  /** The name of its text in a form. */
  get name(): string {
    return this.getAttribute("name") ?? "";
  }
  set name(value: string) {
    this.setAttribute("name", value);
  }

  /** What the image is called in downloads and announcements. */
  get fileName(): string {
    return this.#fileName;
  }
  set fileName(value: string) {
    this.#fileName = value;
  }

  #set(attribute: string, value: string | null): void {
    if (value === null) this.removeAttribute(attribute);
    else this.setAttribute(attribute, value);
  }

  /** The engine that these settings ask for. */
  protected get engineChoice(): EngineChoice {
    return {
      ...(this.baseUrl && { baseUrl: this.baseUrl }),
      ...(this.profile && { profile: this.profile }),
      backend: this.backend,
      kernels: this.kernels,
      ...(this.lineWorkers !== null && { lineWorkers: this.lineWorkers }),
      ...(this.threads !== null && { threads: this.threads }),
      ...(this.params !== null && { params: this.params }),
    };
  }
}
