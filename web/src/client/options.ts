/** Options as they come from outside, checked before anything starts. Names of things are checked by whoever has them. */

import { OcrError, describeError } from "../shared/errors.js";
import type { StartConfig } from "../shared/protocol.js";
import {
  type BackendChoice,
  type BackendUse,
  type EngineParams,
  KERNEL_SETS,
  type KernelChoice,
  type LinesListener,
  type ProgressListener,
  type TextOptions,
} from "../shared/types.js";
import { engineUrl } from "./base-url.js";

export interface OcrClientOptions {
  /** Where the site's files lie; by default where this module came from. Another origin has to allow it (CORS). */
  readonly baseUrl?: string | URL;
  readonly backend?: BackendChoice;
  /** Which models read: "balanced", "fast", "best" or another of the site's; its default when absent. */
  readonly profile?: string;
  /**
   * How many cores of the processor WASM may use: threads of its runtime, where the page is cross-origin isolated, and
   * workers that read lines, which are never more.
   */
  readonly threads?: number;
  /** Most workers that read lines beside each other, on WASM; 0 switches them off. */
  readonly lineWorkers?: number;
  /**
   * How many millions of pixels an image is read with, 0.1 to 120; a larger one is read scaled down, and says so. By default
   * what the device's memory suffices for, 48 at most.
   */
  readonly maxMegapixels?: number;
  /** Kernels of the WASM runtime: "stock" switches ours off. */
  readonly kernels?: KernelChoice;
  /** Other values for parameters of the stages, for who wants to trade accuracy for speed or the reverse. */
  readonly params?: EngineParams;
  /** Hears of every change of backend after the start, such as the one that a lost GPU leads to. */
  readonly onBackendChange?: (use: BackendUse) => void;
}

export interface CallOptions {
  /** Ends the call: its promise rejects at once with a DOMException named "AbortError". */
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
}

export interface RecognizeCallOptions extends CallOptions, TextOptions {
  /** BCP 47 tags of the languages to expect, of those that the profile offers; letters that none uses are not read. */
  readonly languages?: readonly string[];
  /** Hears of lines as they are read, the top of the page first. The page that comes last replaces them. */
  readonly onLines?: LinesListener;
  /** Whether to tell what doubtful characters may be otherwise, which takes a while. */
  readonly alternatives?: boolean;
}

/** More than any device has any use for. */
const MOST_THREADS = 64;
/** No image with more is read: see MAX_PIXELS of the worker. */
const MOST_MEGAPIXELS = 120;

type Check = (value: unknown) => string | undefined;

const isText: Check = (value) => (typeof value === "string" ? undefined : "must be a text");
const isSwitch: Check = (value) => (typeof value === "boolean" ? undefined : "must be true or false");
const isFunction: Check = (value) => (typeof value === "function" ? undefined : "must be a function");
const isSignal: Check = (value) => (value instanceof AbortSignal ? undefined : "must be an AbortSignal");
const isOneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    names.includes(value as string) ? undefined : `must be one of ${names.join(", ")}`;
const isCount =
  (least: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= MOST_THREADS
      ? undefined
      : `must be a whole number from ${least} to ${MOST_THREADS}`;
const isMegapixels: Check = (value) =>
  typeof value === "number" && value >= 0.1 && value <= MOST_MEGAPIXELS
    ? undefined
    : `must be a number from 0.1 to ${MOST_MEGAPIXELS}`;
const isTexts: Check = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === "string")
    ? undefined
    : "must be a list of texts";
const isParams: Check = (value) =>
  isRecord(value) &&
  Object.values(value).every((stage) => isRecord(stage) && Object.values(stage).every(Number.isFinite))
    ? undefined
    : "must hold a number for each name of each stage";

const CLIENT_CHECKS = {
  baseUrl: () => undefined, // resolving it tells
  backend: isText,
  profile: isText,
  threads: isCount(1),
  lineWorkers: isCount(0),
  maxMegapixels: isMegapixels,
  kernels: isOneOf("auto", ...KERNEL_SETS),
  params: isParams,
  onBackendChange: isFunction,
} satisfies Record<keyof OcrClientOptions, Check>;

const CALL_CHECKS = {
  signal: isSignal,
  onProgress: isFunction,
  onLines: isFunction,
  languages: isTexts,
  alternatives: isSwitch,
  indent: isSwitch,
  furigana: isOneOf("keep", "drop", "brackets"),
} satisfies Record<keyof RecognizeCallOptions, Check>;

/** Return how an engine of these options starts, or what is wrong with them (`option_invalid`). */
export function configOf(options: OcrClientOptions): StartConfig | OcrError {
  try {
    check(options, CLIENT_CHECKS);
    const { baseUrl, onBackendChange: _, backend = "auto", ...others } = options;
    const chosen = Object.entries(others).filter(
      ([name, value]) => name in CLIENT_CHECKS && value !== undefined,
    );
    return { baseUrl: resolved(baseUrl), backend, ...Object.fromEntries(chosen) };
  } catch (error) {
    return OcrError.from(error, "load");
  }
}

/** Throw OcrError (`option_invalid`) where an option of a call is none. */
export function checkCall(options: RecognizeCallOptions): void {
  check(options, CALL_CHECKS);
}

function check(options: unknown, checks: Readonly<Record<string, Check>>): void {
  if (!isRecord(options)) throw invalid("The options", "must be an object");
  for (const [name, checked] of Object.entries(checks)) {
    const value = options[name];
    const wrong = value === undefined ? undefined : checked(value);
    if (wrong !== undefined) throw invalid(name, wrong);
  }
}

function resolved(baseUrl: string | URL | undefined): string {
  try {
    return engineUrl(baseUrl);
  } catch (error) {
    if (error instanceof OcrError) throw error;
    throw invalid("baseUrl", `must be an address (${describeError(error)})`);
  }
}

function invalid(name: string, wrong: string): OcrError {
  return new OcrError("option_invalid", `${name} ${wrong}.`, "Correct it, or leave it out.", "load");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
