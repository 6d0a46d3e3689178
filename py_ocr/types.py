"""Results and geometry: what the stages hand to each other, and what a caller gets.

Coordinates are pixels of the source image (after its EXIF orientation was applied), x to the right and y down,
and (0, 0) is the top-left *corner* of the first pixel. Points are (x, y); arrays are indexed (row, column).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Quad = NDArray[np.float32]
"""(4, 2) float32 corners in source pixels, clockwise from where reading starts: the first side runs along the text.

So text turned by 180 degrees starts at its bottom-right on the page, and a vertical column at its top-right.
"""

ImageRgb = NDArray[np.uint8]
"""(H, W, 3) uint8 RGB."""


@dataclass(frozen=True, slots=True, eq=False)
class TextRegion:
    """A place where the detector saw text. `score` in [0, 1] is the mean probability inside the quad."""

    quad: Quad
    score: float


class CtcStep(NamedTuple):
    """One decoded character: the index of its class, where on the line it is, and how sure the model was.

    `position` is in time steps of the recogniser (one step is `stride_px` columns of the line image), as a
    centre: the mean of the steps that were merged into the character. `score` in [0, 1] is their best. A page has
    thousands of them, and a tuple is made five times as fast as a frozen dataclass.
    """

    label: int
    position: float
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class TextWord:
    """A word of a line: its text, confidence in [0, 1] and quad."""

    text: str
    confidence: float
    quad: Quad


@dataclass(frozen=True, slots=True, eq=False)
class TextLine:
    """A line of text: `text` is its words joined by single spaces, or unspaced in scripts without spaces.

    `orientation_degrees` is how far the text is turned clockwise on the page: 0, 90, 180 or 270.
    """

    text: str
    confidence: float
    quad: Quad
    words: tuple[TextWord, ...] = ()
    orientation_degrees: int = 0
    recognizer: str = ""
    """Id of the model that read it: a profile may have two."""


@dataclass(frozen=True, slots=True, eq=False)
class TextBlock:
    """A paragraph, list or table: lines that belong together, and the quad around them.

    `rows` holds indices into `OcrPage.lines`: one tuple for each printed row, since an item and its price at the
    other edge of a receipt are two lines of one row.
    """

    rows: tuple[tuple[int, ...], ...]
    quad: Quad

    @property
    def line_indices(self) -> tuple[int, ...]:
        """Indices into `OcrPage.lines`, in reading order."""
        return tuple(index for row in self.rows for index in row)


@dataclass(frozen=True, slots=True)
class Fallback:
    """A change of backend, or of its kernels, on the way to a result: from which, to which, and why."""

    source: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class BackendUse:
    """Which backend was asked for, which one produced the result, and every change on the way."""

    requested: str
    used: str
    fallbacks: tuple[Fallback, ...] = ()
    detail: str = ""
    kernels: str | None = None
    """The kernels that compute ("relaxed-simd", "simd" or "stock"); None on a backend that has no choice of them."""


NoticeCode = Literal["sure_recognizer_missing"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that whoever uses a page should know of it: a stable `code`, and a sentence or two for people."""

    code: NoticeCode
    message: str


@dataclass(frozen=True, slots=True)
class OcrPage:
    """The text of one image. `lines` are in reading order; an empty tuple means that there is no text.

    `notices` say where the page is less than it could be, though it was read.
    """

    width: int
    height: int
    lines: tuple[TextLine, ...]
    blocks: tuple[TextBlock, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    backend: BackendUse = BackendUse(requested="", used="")
    models: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LineDraft:
    """A line of a page that is still being read, as it reads so far.

    `id` stays with the line until the page is done; it says nothing of order. `provisional` tells that the line will
    be read again, by a surer recogniser, and may then come once more. What a page knows only as a whole, such as its
    reading order, is not in it, so the line of the finished page may differ in details.
    """

    id: int
    line: TextLine
    provisional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LinesRead:
    """What is new about a page that is being read: lines, as new ones or in place of those with their ids.

    `withdrawn` are ids of lines told before that are no lines after all.
    """

    lines: tuple[LineDraft, ...] = ()
    withdrawn: tuple[int, ...] = ()
