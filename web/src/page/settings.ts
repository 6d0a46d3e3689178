/** The settings of the page: kept in localStorage, overruled by the address (`?backend=wasm&languages=en,de`) for one visit. */

import { engineUrl } from "../client/base-url.js";
import { MANIFEST, type Manifest, isServed, languagesOf } from "../shared/manifest.js";
import type { BackendChoice, KernelChoice } from "../shared/types.js";
import { LANGUAGES, isWordKey, say, spoken } from "../words/words.js";
import { languageNames, nameLanguages } from "./languages.js";

export interface Settings {
  readonly backend: BackendChoice;
  /** Which models read; "" is the site's default. */
  readonly profile: string;
  /** Languages to expect; none means all that the model knows. */
  readonly languages: readonly string[];
  /** Whether images and results outlive the visit. */
  readonly keep: boolean;
  /** The language that the page speaks; "" is the browser's. */
  readonly words: string;
  /** Kernels of the WASM runtime: only the address says, as in `?kernels=stock`. */
  readonly kernels: KernelChoice;
  /** Most line workers; null leaves it to the device. Only the address says, as in `?line-workers=0`. */
  readonly lineWorkers: number | null;
}

/** What is kept: that which the dialog shows. */
type Kept = Omit<Settings, "kernels" | "lineWorkers">;

const STORAGE_KEY = "py-ocr-settings";
const DEFAULTS: Settings = {
  backend: "auto",
  profile: "",
  languages: [],
  keep: true,
  words: "",
  kernels: "auto",
  lineWorkers: null,
};

/** Read what was kept and what the address asks for. An unknown name is kept: the engine says what is wrong with it. */
export function readSettings(): Settings {
  const query = new URLSearchParams(location.search);
  const asked = {
    ...(query.has("backend") && { backend: query.get("backend") as BackendChoice }),
    ...(query.has("profile") && { profile: query.get("profile") ?? "" }),
    ...(query.has("languages") && { languages: separate(query.get("languages") ?? "") }),
    ...(query.has("words") && { words: query.get("words") ?? "" }),
    ...(query.get("line-workers") && { lineWorkers: Number(query.get("line-workers")) }),
    ...(query.has("kernels") && { kernels: query.get("kernels") as KernelChoice }),
  };
  return { ...DEFAULTS, ...readStored(), ...asked };
}

/** Wire the settings dialog. `onChange` hears of every choice. */
export function wireSettings(
  { dialog, opener }: { dialog: HTMLDialogElement; opener: HTMLElement },
  onChange: (settings: Settings) => void,
): void {
  const backend = control(dialog, "backend");
  const profile = control(dialog, "profile");
  const languages = control(dialog, "languages");
  const words = control(dialog, "words");
  const keep = dialog.querySelector<HTMLInputElement>("input[name=keep]");
  const names = Object.entries(LANGUAGES).map(([code, name]) => new Option(name, code));
  words.replaceChildren(...names);
  words.value = spoken();
  if (keep) keep.checked = readSettings().keep;
  let manifest: Manifest | null = null;
  const describe = (): void => {
    const name = profile.value || (manifest?.default ?? "");
    const note = dialog.querySelector("#profile-description");
    if (note)
      note.textContent = worded(`profile.${name}.about`) ?? manifest?.profiles[name]?.description ?? "";
  };
  const offered = (): readonly string[] =>
    manifest ? languagesOf(manifest, profile.value || manifest.default) : [];
  opener.addEventListener("click", () => {
    dialog.showModal();
    void listProfiles(profile).then((listed) => {
      manifest = listed;
      profile.value = readSettings().profile;
      showLanguages(languages, offered(), readSettings().languages);
      describe();
    });
  });
  backend.value = readSettings().backend;
  showLanguages(languages, [], readSettings().languages);
  dialog.addEventListener("change", ({ target }) => {
    if (target === profile) keepOfferedLanguages(languages, offered());
    const settings = {
      backend: backend.value as BackendChoice,
      profile: profile.value,
      languages: separate(languages.value),
      keep: keep?.checked ?? true,
      words: target === words ? words.value : readSettings().words,
    };
    store(settings);
    describe();
    const { kernels, lineWorkers } = readSettings();
    onChange({ ...settings, kernels, lineWorkers });
  });
  // A click on the backdrop is a click on the dialog itself.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

let manifestRequest: Promise<Manifest | null> | undefined;

/** Fetch the manifest, once. Null when it cannot be had now; the next call tries again. */
function fetchManifest(): Promise<Manifest | null> {
  manifestRequest ??= fetch(new URL(MANIFEST, engineUrl(undefined)))
    .then((response) => (response.ok ? (response.json() as Promise<Manifest>) : null))
    .catch(() => null) // no connection, or no JSON
    .then((manifest) => {
      if (manifest === null) manifestRequest = undefined;
      return manifest;
    });
  return manifestRequest;
}

/** Fill the list of profiles from the manifest. Without it the default stays the only choice. */
async function listProfiles(select: HTMLSelectElement): Promise<Manifest | null> {
  const manifest = await fetchManifest();
  if (manifest === null) {
    select.replaceChildren(new Option(say("settings.profile.default"), ""));
    return null;
  }
  const options = Object.entries(manifest.profiles)
    .filter(([, profile]) => isServed(manifest, profile))
    .map(([name, profile]) => {
      const title = worded(`profile.${name}`) ?? profile.title;
      if (name !== manifest.default) return new Option(title, name);
      return new Option(say("settings.profile.named", { title }), "");
    });
  select.replaceChildren(...options);
  return manifest;
}

/** What the visitor's language has for a profile; a site may have others of its own. */
function worded(key: string): string | undefined {
  return isWordKey(key) ? say(key) : undefined;
}

/** Offer all languages, each one, and what the address may have asked for: several, or one that is not offered. */
function showLanguages(
  select: HTMLSelectElement,
  offered: readonly string[],
  chosen: readonly string[],
): void {
  const options = [new Option(say("settings.languages.all"), "")];
  const isListed = chosen.length === 0 || (chosen.length === 1 && offered.includes(chosen[0] ?? ""));
  if (!isListed) options.push(new Option(languageNames(chosen), chosen.join(" ")));
  options.push(...nameLanguages(offered).map(([code, name]) => new Option(name, code)));
  select.replaceChildren(...options);
  select.value = chosen.join(" ");
}

/** Offer the languages of another profile, and forget a choice that it cannot write. */
function keepOfferedLanguages(select: HTMLSelectElement, offered: readonly string[]): void {
  const chosen = separate(select.value);
  showLanguages(select, offered, chosen.every((code) => offered.includes(code)) ? chosen : []);
}

function separate(codes: string): string[] {
  return codes.split(/[\s,]+/u).filter(Boolean);
}

function readStored(): Partial<Settings> {
  try {
    return parseStored(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}"));
  } catch {
    return {}; // storage is blocked, or holds something else: the defaults hold
  }
}

/** Take what is of the right type. An older or newer version, or another page of the same origin, may have written it. */
export function parseStored(stored: unknown): Partial<Settings> {
  if (typeof stored !== "object" || stored === null) return {};
  const { backend, profile, languages, keep, words } = stored as Record<string, unknown>;
  return {
    ...(typeof backend === "string" && { backend: backend as BackendChoice }),
    ...(typeof profile === "string" && { profile }),
    ...(typeof keep === "boolean" && { keep }),
    ...(typeof words === "string" && { words }),
    ...(Array.isArray(languages) && { languages: languages.filter((code) => typeof code === "string") }),
  };
}

function store(settings: Kept): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(settings));
  } catch {
    // Storage is blocked or full: the choice still holds for this visit.
  }
  const address = new URL(location.href);
  for (const name of ["backend", "profile", "languages", "words"]) address.searchParams.delete(name);
  history.replaceState(null, "", address);
}

function control(dialog: HTMLDialogElement, name: string): HTMLSelectElement {
  const select = dialog.querySelector<HTMLSelectElement>(`select[name="${name}"]`);
  if (!select) throw new Error(`the settings dialog has no ${name}`);
  return select;
}
