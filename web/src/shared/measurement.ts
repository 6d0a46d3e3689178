/** What measuring a backend gives. Mirrors py_ocr/backends/measuring.py. */

import type { OcrErrorData } from "./errors.js";

/** Hears what comes next, how many steps are done, and how many there are. */
export type StepListener = (what: string, done: number, total: number) => void;

export interface RunTimes {
  /** (N, H, W, 3) of the input image. */
  readonly shape: readonly number[];
  readonly first_ms: number;
  /** Median of the `runs` after the first. */
  readonly warm_ms: number;
  readonly best_ms: number;
  readonly runs: number;
}

export interface ModelMeasurement {
  readonly model: string;
  readonly role: "detector" | "recognizer" | "classifier";
  /** What the outputs have wrong; null when they equal the references of the golden `cases`. */
  readonly difference: string | null;
  readonly cases: readonly string[];
  readonly times: readonly RunTimes[];
  /** Sizes that would have taken too long. */
  readonly left_out: readonly (readonly number[])[];
}

export interface BackendMeasurement {
  readonly backend: string;
  readonly profile: string;
  readonly detail: string;
  readonly host_operators: readonly string[];
  readonly sessions_ms: number | null;
  readonly models: readonly ModelMeasurement[];
  /** Why the backend cannot be used here; null when it can. */
  readonly error: OcrErrorData | null;
}
