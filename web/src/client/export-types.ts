/** What exported files are: their types and the suffixes of their names, those of `py_ocr.export.formats`. */

import type { ExportFormat } from "../shared/document.js";

export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  text: "text/plain;charset=utf-8",
  json: "application/json",
  pdf: "application/pdf",
  hocr: "application/xhtml+xml",
  alto: "application/xml",
  tsv: "text/tab-separated-values;charset=utf-8",
  markdown: "text/markdown;charset=utf-8",
  csv: "text/csv;charset=utf-8",
};

export const EXPORT_SUFFIXES: Readonly<Record<ExportFormat, string>> = {
  text: ".txt",
  json: ".json",
  pdf: ".pdf",
  hocr: ".hocr",
  alto: ".xml",
  tsv: ".tsv",
  markdown: ".md",
  csv: ".csv",
};
