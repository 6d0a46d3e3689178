"""Documents: pages of one file, or of several, with the text of each or why it has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from py_ocr.errors import OcrError
from py_ocr.types import OcrPage

TextOrigin = Literal["ocr", "embedded", "both"]
"""Where the text of a page comes from: read from its picture, taken from the file as it is, or some of both."""


@dataclass(frozen=True, slots=True, eq=False)
class DocumentPage:
    """A page: `number` counts from 1, as in the file; `name` is its file in an archive or a folder, else "".

    `dpi` says how many pixels of `page` are an inch of paper, where the file says. `page` is None where it could not be
    read, and `error` says why.
    """

    number: int
    page: OcrPage | None
    name: str = ""
    dpi: float | None = None
    text_origin: TextOrigin = "ocr"
    error: OcrError | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """Pages that were read, in their order, of a file with `page_count` pages."""

    name: str
    page_count: int
    pages: tuple[DocumentPage, ...]
