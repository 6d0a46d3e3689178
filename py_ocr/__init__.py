"""py-ocr: reads text from images, in the browser (Pyodide) and in CPython with the same code.

    import py_ocr
    print(py_ocr.read("receipt.jpg").text)

`read`, `Reader` and `AsyncReader` need the extra `native`; what browsers run is the engine that they are made of.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from py_ocr.document import Document, DocumentPage
from py_ocr.engine import EngineParams, OcrEngine, OcrOptions
from py_ocr.errors import BackendError, ImageError, ModelError, OcrError, OptionError
from py_ocr.export.json import to_json
from py_ocr.export.text import to_text
from py_ocr.session import EngineSessions
from py_ocr.types import OcrPage, TextBlock, TextLine, TextOptions, TextWord

if TYPE_CHECKING:
    from py_ocr.api.page import ReadPage
    from py_ocr.api.reader import AsyncReader, Reader, read

__version__ = "0.1.0"

__all__ = [
    "AsyncReader",
    "BackendError",
    "Document",
    "DocumentPage",
    "EngineParams",
    "EngineSessions",
    "ImageError",
    "ModelError",
    "OcrEngine",
    "OcrError",
    "OcrOptions",
    "OcrPage",
    "OptionError",
    "ReadPage",
    "Reader",
    "TextBlock",
    "TextLine",
    "TextOptions",
    "TextWord",
    "read",
    "to_json",
    "to_text",
]

_LATE = {"AsyncReader": "reader", "ReadPage": "page", "Reader": "reader", "read": "reader"}
"""What browsers have no use for, by its module in `py_ocr.api`: it is imported when it is first asked for."""


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(f"py_ocr.api.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
