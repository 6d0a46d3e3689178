"""Documents: pages of one file, or of several, with the text of each or why it has none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from py_ocr.errors import OcrError
from py_ocr.export.json import to_dict
from py_ocr.export.text import to_text
from py_ocr.types import OcrPage, TextOptions

SCHEMA: Final = 1

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

    def to_dict(self, text: TextOptions = TextOptions()) -> dict[str, Any]:
        """Return the page as plain values for JSON."""
        return {
            "number": self.number,
            "name": self.name,
            "dpi": self.dpi,
            "text_origin": self.text_origin,
            "page": None if self.page is None else to_dict(self.page, text),
            "error": None if self.error is None else self.error.to_dict(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """Pages that were read, in their order, of a file with `page_count` pages."""

    name: str
    page_count: int
    pages: tuple[DocumentPage, ...]

    @property
    def text(self) -> str:
        """The texts of the pages, a blank line between them."""
        return "\n\n".join(text for page in self.pages if page.page is not None and (text := to_text(page.page)))

    def to_dict(self, text: TextOptions = TextOptions()) -> dict[str, Any]:
        """Return the document as plain values for JSON."""
        pages = [page.to_dict(text) for page in self.pages]
        texts = [page["page"]["text"] for page in pages if page["page"] is not None and page["page"]["text"]]
        return {
            "schema": SCHEMA,
            "kind": "document",
            "name": self.name,
            "page_count": self.page_count,
            "text": "\n\n".join(texts),
            "pages": pages,
        }

    def to_json(self, text: TextOptions = TextOptions(), *, indent: int | None = None) -> str:
        """Return `to_dict` as JSON text, with every script readable as it is."""
        return json.dumps(self.to_dict(text), ensure_ascii=False, indent=indent)
