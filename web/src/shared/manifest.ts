/** The list of models as the browser side reads it: models/manifest.json, whose schema stands beside it. */

export const MANIFEST = "models/manifest.json";

/** Which models read together. */
export interface Family {
  readonly title: string;
  readonly description: string;
  readonly detector: string;
  readonly recognizer: string;
  readonly classifier: string;
}

interface Model {
  /** What was prepared for the browser; null where the model is known by name only. */
  readonly product: { readonly file: string } | null;
  readonly charset?: { readonly file: string };
}

export interface Manifest {
  readonly default: string;
  readonly families: Readonly<Record<string, Family>>;
  readonly models: Readonly<Record<string, Model>>;
}

/** The paths of a family's files on the site. */
export interface FamilyFiles {
  readonly models: readonly string[];
  readonly charsets: readonly string[];
}

/** Return which files a family needs, or none of a family that does not exist: Python says what is wrong with it. */
export function filesOf(manifest: Manifest, name = manifest.default): FamilyFiles {
  const family = manifest.families[name];
  const models = family === undefined ? [] : modelsOf(manifest, family);
  return {
    models: models.flatMap((model) => (model?.product ? [`models/${model.product.file}`] : [])),
    charsets: models.flatMap((model) => (model?.charset ? [`models/${model.charset.file}`] : [])),
  };
}

/** Whether this site has every model of a family. */
export function isServed(manifest: Manifest, family: Family): boolean {
  return modelsOf(manifest, family).every((model) => model?.product);
}

function modelsOf({ models }: Manifest, { detector, recognizer, classifier }: Family): (Model | undefined)[] {
  return [detector, recognizer, classifier].map((id) => models[id]);
}
