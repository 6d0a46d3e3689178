"""What a document is to whoever reads it: pages that are made ready one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from py_ocr.embedded import EmbeddedText
from py_ocr.scaling import Pixels
from py_ocr.types import Notice

PdfText = Literal["auto", "always", "never"]
"""Whether text that a PDF has already is taken: where there is some; for no page that lacks it either; never."""


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """What is read of a document: pages as in "1-3,7", all when None; a password; what becomes of a PDF's own text."""

    pages: str | None = None
    password: str | None = None
    pdf_text: PdfText = "auto"


@dataclass(frozen=True, slots=True, eq=False)
class SourcePage:
    """A page that is ready to be read: its pixels, or None where all of its text is embedded."""

    pixels: Pixels | None
    name: str = ""
    dpi: float | None = None
    embedded: EmbeddedText | None = None
    notices: tuple[Notice, ...] = ()
    """What is missing of the file that the page is, such as its other frames."""

    @property
    def rgba(self) -> NDArray[np.uint8] | None:
        """(H, W, 4) uint8 RGBA, which may have been scaled down."""
        return None if self.pixels is None else self.pixels.rgba


@dataclass(frozen=True, slots=True, eq=False)
class PageSource:
    """An open document: `load` makes page `number`, from 1, ready, and raises OcrError; `close` lets go of the file."""

    page_count: int
    load: Callable[[int], SourcePage]
    close: Callable[[], None] = lambda: None
