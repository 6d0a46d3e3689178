"""Reads a document page by page: one is ready at a time, and only results are kept, by whoever wants them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from py_ocr.document import Document, DocumentPage
from py_ocr.documents.page_range import parse_pages
from py_ocr.documents.page_source import PageSource
from py_ocr.embedded import only_pictures, with_embedded
from py_ocr.errors import OcrError
from py_ocr.scaling import Pixels, at_full_size
from py_ocr.types import OcrPage

ReadPixels = Callable[[NDArray[np.uint8], int], OcrPage]
"""Reads a page, (H, W, 4) uint8 RGBA, with its number. Raises OcrError."""


@dataclass(frozen=True, slots=True, eq=False)
class DocumentReading:
    """An open document: iterate over it to read it. `numbers` are the pages that will be read, from 1."""

    name: str
    source: PageSource
    numbers: tuple[int, ...]
    read: ReadPixels

    @classmethod
    def begin(cls, name: str, source: PageSource, pages: str | None, read: ReadPixels) -> DocumentReading:
        """Return the reading of chosen pages, "1-3,7"; None means all. Raises OptionError."""
        try:
            return cls(name, source, tuple(parse_pages(pages, source.page_count)), read)
        except BaseException:
            source.close()
            raise

    @property
    def page_count(self) -> int:
        """How many pages the file has, also those that are not read."""
        return self.source.page_count

    def __iter__(self) -> Iterator[DocumentPage]:
        """Yield each page when it is read. One that cannot be read has its error, and the next one is read."""
        try:
            for number in self.numbers:
                yield self._read(number)
        finally:
            self.source.close()

    def read_all(self) -> Document:
        """Read every page and return the document."""
        return Document(self.name, self.page_count, tuple(self))

    def _read(self, number: int) -> DocumentPage:
        try:
            ready = self.source.load(number)
        except OcrError as error:
            return DocumentPage(number, None, error=error)
        try:
            if ready.embedded is None:
                assert ready.pixels is not None
                page = self._read_pixels(ready.pixels, number)
                told = replace(page, notices=(*page.notices, *ready.notices)) if ready.notices else page
                return DocumentPage(number, told, ready.name, ready.dpi)
            read = None if ready.rgba is None else self.read(only_pictures(ready.rgba, ready.embedded), number)
        except OcrError as error:
            return DocumentPage(number, None, ready.name, ready.dpi, error=error)
        page = with_embedded(ready.embedded, read)
        return DocumentPage(number, page, ready.name, ready.dpi, "embedded" if read is None else "both")

    def _read_pixels(self, pixels: Pixels, number: int) -> OcrPage:
        return at_full_size(self.read(pixels.rgba, number), pixels)
