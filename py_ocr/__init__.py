"""py-ocr: reads text from images, in the browser (Pyodide) and in CPython with the same code."""

from py_ocr.engine import EngineParams, OcrEngine, OcrOptions
from py_ocr.errors import BackendError, ImageError, ModelError, OcrError, OptionError
from py_ocr.export.json import to_json
from py_ocr.export.text import to_text
from py_ocr.session import EngineSessions
from py_ocr.types import OcrPage, TextBlock, TextLine, TextWord

__version__ = "0.1.0"

__all__ = [
    "BackendError",
    "EngineParams",
    "EngineSessions",
    "ImageError",
    "ModelError",
    "OcrEngine",
    "OcrError",
    "OcrOptions",
    "OcrPage",
    "OptionError",
    "TextBlock",
    "TextLine",
    "TextWord",
    "to_json",
    "to_text",
]
