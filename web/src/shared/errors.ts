/** The one error type of the browser side. It has the shape of py_ocr's OcrError and crosses the worker boundary as JSON. */

import type { Stage } from "./types.js";

/** The form in which an error crosses from Python or from the worker. */
export interface OcrErrorData {
  readonly code: string;
  readonly stage: Stage;
  readonly message: string;
  /** What is wrong. */
  readonly cause: string;
  /** What would help. */
  readonly remedy: string;
  /** Where an unexpected error came from: a Python traceback or a JavaScript stack. */
  readonly traceback?: string;
}

/** An error with a stable `code`, the `stage` it belongs to, a cause and a remedy. */
export class OcrError extends Error {
  override readonly name = "OcrError";
  override readonly cause: string;

  constructor(
    readonly code: string,
    cause: string,
    readonly remedy: string,
    readonly stage: Stage,
    readonly traceback?: string,
  ) {
    super(`${cause} ${remedy}`.trim());
    this.cause = cause;
  }

  /** Workers, and what opens documents, are files of their own, each with its own copy of this class: they count, too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "OcrError" && "code" in value && "remedy" in value;
  }

  toJSON(): OcrErrorData {
    const { code, stage, message, cause, remedy, traceback } = this;
    return { code, stage, message, cause, remedy, ...(traceback === undefined ? {} : { traceback }) };
  }

  static fromJSON(data: OcrErrorData): OcrError {
    return new OcrError(data.code, data.cause, data.remedy, data.stage, data.traceback);
  }

  /** Return `error` when it is an OcrError, else wrap it as `internal` with its stack kept. */
  static from(error: unknown, stage: Stage): OcrError {
    if (error instanceof OcrError) return error;
    if (isOcrError(error)) return OcrError.fromJSON(error);
    const description = describeError(error);
    return new OcrError(
      "internal",
      `Unexpected error: ${description}.`,
      "Please report it with the traceback.",
      stage,
      error instanceof Error ? (error.stack ?? description) : description,
    );
  }
}

/** A script that is bundled alone, such as the one that opens PDFs, throws errors of its own copy of the class. */
function isOcrError(error: unknown): error is Error & OcrErrorData {
  return error instanceof Error && error.name === "OcrError" && "code" in error && "remedy" in error;
}

/** Say in one line what was thrown. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  // Of a Python error the last line says what it is, and the traceback is kept elsewhere.
  return (text.trim().split("\n").at(-1) ?? "").replace(/\.$/, "");
}
