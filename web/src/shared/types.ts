/** What both threads speak of: stages, progress, results. Mirrors the JSON that py_ocr writes. */

/** Where something happens: in progress events, timings and errors. */
export type Stage = "load" | "decode" | "detect" | "crop" | "orient" | "recognize" | "layout";

/** `done` of `total`: bytes while loading, pieces of the stage while recognising. `item` names the piece, or is "". */
export interface Progress {
  readonly stage: Stage;
  readonly item: string;
  readonly done: number;
  readonly total: number;
}

export type ProgressListener = (progress: Progress) => void;

/** The backends of a browser. `webnn` is experimental: `auto` never tries it. */
export const WEB_BACKENDS = ["webgpu", "wasm", "webnn"] as const;

export type WebBackend = (typeof WEB_BACKENDS)[number];

/** A backend that a caller may ask for. Those that begin with `native` say that they need CPython. */
export type BackendChoice = "auto" | WebBackend | "native" | "native-cuda" | "native-torch";

/** The kernels of the WASM runtime's products and of its error function: ours, or those that it was shipped with. */
export const KERNEL_SETS = ["relaxed-simd", "simd", "stock"] as const;

export type KernelSet = (typeof KERNEL_SETS)[number];

/** What a caller may ask for. `auto` is the fastest set that the browser compiles and that computes what it should. */
export type KernelChoice = "auto" | KernelSet;

/** Values by stage and name, as in `{ detection: { long_side_px: 1280 } }`; the names are those of py_ocr's EngineParams. */
export type EngineParams = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A change of backend, or of its kernels, on the way to a result, and why it was made. */
export interface Fallback {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Which backend runs, and why it is not another. */
export interface BackendUse {
  readonly requested: string;
  readonly used: string;
  /** What the backend says of itself: the adapter's name, or how many threads. */
  readonly detail: string;
  readonly fallbacks: readonly Fallback[];
  /** The kernels that compute; null on a backend that has no choice of them. */
  readonly kernels: KernelSet | null;
}

/** What runs after `OcrClient.start`. */
export interface EngineInfo extends BackendUse {
  /** Threads of the WASM runtime; 1 where the page is not cross-origin isolated. */
  readonly threads: number;
  /** Most workers that read lines beside each other; 0 on backends that have none. */
  readonly line_workers: number;
  readonly isolated: boolean;
  /** The profile whose models are loaded. */
  readonly profile: string;
  /** Operators of the models that the processor computes although a GPU computes the others. */
  readonly host_operators: readonly string[];
  /** How long each part of the start took, in milliseconds; `python` from the start of the worker. */
  readonly timings_ms: Readonly<Record<string, number>>;
}

/** [x, y] in pixels of the source image, (0, 0) being the top-left corner of its first pixel. */
export type Point = readonly [number, number];

/** Corners clockwise from where the reading of the text starts. */
export type Quad = readonly [Point, Point, Point, Point];

/** A character of a word, by its index, and what it may be: what was read first, then what is likeliest beside it. */
export interface DoubtfulCharacter {
  readonly index: number;
  readonly choices: readonly { readonly text: string; readonly score: number }[];
}

export interface OcrWord {
  readonly text: string;
  readonly confidence: number;
  readonly quad: Quad;
  /** Its doubtful characters, if it has some and alternatives were asked for. */
  readonly doubtful?: readonly DoubtfulCharacter[];
}

export interface OcrLine {
  readonly text: string;
  readonly confidence: number;
  readonly quad: Quad;
  /** How far the text is turned clockwise on the page: 0, 90, 180 or 270. */
  readonly orientation_degrees: number;
  /** Id of the model that read it: a profile may have two. */
  readonly recognizer: string;
  readonly words: readonly OcrWord[];
}

/** A line of a page that is still being read, as it reads so far. */
export interface LineDraft extends OcrLine {
  /** Stays with the line until the page is done. Says nothing of order. */
  readonly id: number;
  /** Whether a surer model will read the line again, after which it may come once more. */
  readonly provisional: boolean;
}

/** What is new about a page that is being read. */
export interface LinesRead {
  /** New lines, or lines in place of those with their ids. */
  readonly lines: readonly LineDraft[];
  /** Ids of lines told before that are no lines after all. */
  readonly withdrawn: readonly number[];
}

export type LinesListener = (read: LinesRead) => void;

export interface OcrBlock {
  /** Indices into `OcrPage.lines`, in reading order. */
  readonly lines: readonly number[];
  /** The same indices by printed row: the items of one row lie side by side, as on a receipt. */
  readonly rows: readonly (readonly number[])[];
  readonly quad: Quad;
}

/** A table: texts by row and column, "" where a cell is empty. */
export interface OcrTable {
  readonly rows: readonly (readonly string[])[];
  /** Indices into `OcrPage.lines`: those that it is made of. */
  readonly lines: readonly number[];
  /** Where its rules are, if it has any: from the left and from the top; cells of several rows or columns. */
  readonly grid?: {
    readonly xs: readonly number[];
    readonly ys: readonly number[];
    /** First row and column, and how many of each. */
    readonly spans: readonly (readonly [number, number, number, number])[];
  };
}

/** How a page's text is written; its lines are the same with all of them. */
export interface TextOptions {
  /** Whether rows begin with the blanks that they are printed with, as those of code do. */
  readonly indent?: boolean;
  /** Small kana beside Japanese characters: as lines of their own, left out, or in brackets behind the characters. */
  readonly furigana?: "keep" | "drop" | "brackets";
}

/** Something that whoever uses a page should know of it, such as that it holds text in an unknown script. */
export interface Notice {
  readonly code: string;
  readonly message: string;
  /** The places that it is about; none means the whole page. */
  readonly quads: readonly Quad[];
}

/** The text of one image, lines in reading order. No lines means that there is no text. */
export interface OcrPage {
  readonly schema: 1;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  readonly lines: readonly OcrLine[];
  readonly blocks: readonly OcrBlock[];
  readonly tables: readonly OcrTable[];
  readonly timings_ms: Readonly<Partial<Record<Stage, number>>>;
  readonly backend: BackendUse;
  readonly models: Readonly<Record<string, string>>;
  /** Where the page is less than it could be, though it was read. */
  readonly notices: readonly Notice[];
}
