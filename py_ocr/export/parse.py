"""Export: a document from the plain values that it was written as, perhaps with texts that a person corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from py_ocr.document import Document, DocumentPage
from py_ocr.errors import OcrError
from py_ocr.types import Grid, Notice, OcrPage, Quad, TextBlock, TextLine, TextWord


def document_from_dict(value: Mapping[str, Any]) -> Document:
    """Return the document of `Document.to_dict`; a page of `to_dict` alone becomes a document of one page.

    What exporting needs is kept: timings, backends and alternatives are not.
    """
    if "pages" not in value:
        return Document("", 1, (DocumentPage(1, page_from_dict(value)),))
    return Document(value["name"], value["page_count"], tuple(_document_page(page) for page in value["pages"]))


def page_from_dict(value: Mapping[str, Any]) -> OcrPage:
    """Return the page of `to_dict`."""
    return OcrPage(
        value["width"],
        value["height"],
        tuple(_line(line) for line in value["lines"]),
        tuple(TextBlock(tuple(tuple(row) for row in block["rows"]), _quad(block["quad"])) for block in value["blocks"]),
        models=value["models"],
        notices=tuple(
            Notice(notice["code"], notice["message"], tuple(map(_quad, notice["quads"]))) for notice in value["notices"]
        ),
        grids=tuple(_grid(table["grid"]) for table in value.get("tables", ()) if "grid" in table),
    )


def _document_page(value: Mapping[str, Any]) -> DocumentPage:
    error, page = value["error"], value["page"]
    return DocumentPage(
        value["number"],
        None if page is None else page_from_dict(page),
        value["name"],
        value["dpi"],
        value["text_origin"],
        None if error is None else OcrError(error["code"], error["cause"], error["remedy"], stage=error["stage"]),
    )


def _grid(value: Mapping[str, Any]) -> Grid:
    return Grid(tuple(value["xs"]), tuple(value["ys"]), tuple(tuple(span) for span in value["spans"]))


def _line(value: Mapping[str, Any]) -> TextLine:
    return TextLine(
        value["text"],
        value["confidence"],
        _quad(value["quad"]),
        tuple(TextWord(word["text"], word["confidence"], _quad(word["quad"])) for word in value["words"]),
        value["orientation_degrees"],
        value["recognizer"],
    )


def _quad(corners: Any) -> Quad:
    return np.asarray(corners, dtype=np.float32)
