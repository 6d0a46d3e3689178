"""Text that is drawn and not written, in tests of pages: the fixture `ocr` and `expect_ocr`, for pytest-playwright."""

from py_ocr.testing.expectation import OcrExpectation, expect_ocr
from py_ocr.testing.ocr import Ocr
from py_ocr.testing.reading import Box, LocatedText, Reading

__all__ = ["Box", "LocatedText", "Ocr", "OcrExpectation", "Reading", "expect_ocr"]
