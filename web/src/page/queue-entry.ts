/** What the queue knows of each of its rows, whether there is an image behind it or a document of many pages. */

import type { NamedPage } from "../element/export-files.js";
import type { Exportable } from "../element/exporting.js";
import type { QueueRow } from "./queue-row.js";

export type EntryState = "reading" | "done" | "failed" | "cancelled";

export interface QueueEntry {
  readonly id: string;
  readonly name: string;
  readonly row: QueueRow;
  readonly state: EntryState;
  /** What was read, page by page. */
  readonly results: readonly NamedPage[];
  /** What was read, with the file, to be written; null where nothing was. */
  exportable(): Promise<Exportable | null>;
  /** In a few words, how it ended. */
  readonly summary: string;
  setShown(shown: boolean): void;
  cancel(): void;
  /** Read again what was not read. */
  retry(): void;
  /** Take up changed settings, for the next reading. */
  reconfigure(): void;
  dispose(): void;
}

/** What an entry tells the queue. */
export interface EntryListener {
  /** Its state changed. */
  onState(entry: QueueEntry): void;
  /** It has a result, or another one. Resolves once that is kept, or cannot be: what is shown as done is not lost. */
  onResult(entry: QueueEntry): Promise<void>;
}
