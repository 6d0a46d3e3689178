/** The list of models as the browser side reads it: models/manifest.json, whose schema stands beside it. */

export const MANIFEST = "models/manifest.json";

/** Which models read together. */
export interface Profile {
  readonly title: string;
  readonly description: string;
  readonly detector: string;
  readonly recognizer: string;
  readonly classifier: string;
  /** Reads again what the recogniser was not sure of. */
  readonly sure_recognizer?: string;
}

interface Model {
  /** What was prepared for the browser; null where the model is known by name only. */
  readonly product: { readonly file: string } | null;
  readonly charset?: { readonly file: string };
}

export interface Manifest {
  readonly default: string;
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly models: Readonly<Record<string, Model>>;
}

/** The paths of a profile's files on the site. */
export interface ProfileFiles {
  /** The models that every page needs, but for its recogniser. */
  readonly models: readonly string[];
  /** The recogniser that reads every line. */
  readonly readers: readonly string[];
  /** Those that some pages need: they can come later. */
  readonly late: readonly string[];
  readonly charsets: readonly string[];
}

/** Return which files a profile needs, or none of a profile that does not exist: Python says what is wrong with it. */
export function filesOf(manifest: Manifest, name = manifest.default): ProfileFiles {
  const profile = manifest.profiles[name];
  if (profile === undefined) return { models: [], readers: [], late: [], charsets: [] };
  const { detector, recognizer, classifier, sure_recognizer } = profile;
  const all = modelsOf(manifest, profile);
  return {
    models: productsOf([detector, classifier].map((id) => manifest.models[id])),
    readers: productsOf([manifest.models[recognizer]]),
    late: sure_recognizer === undefined ? [] : productsOf([manifest.models[sure_recognizer]]),
    charsets: all.flatMap((model) => (model?.charset ? [`models/${model.charset.file}`] : [])),
  };
}

/** Whether this site has every model of a profile. */
export function isServed(manifest: Manifest, profile: Profile): boolean {
  return modelsOf(manifest, profile).every((model) => model?.product);
}

function modelsOf({ models }: Manifest, profile: Profile): (Model | undefined)[] {
  const { detector, recognizer, classifier, sure_recognizer } = profile;
  const ids = [detector, recognizer, classifier];
  return (sure_recognizer === undefined ? ids : [...ids, sure_recognizer]).map((id) => models[id]);
}

function productsOf(models: readonly (Model | undefined)[]): string[] {
  return models.flatMap((model) => (model?.product ? [`models/${model.product.file}`] : []));
}
