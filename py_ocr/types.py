"""Results and geometry: what the stages hand to each other, and what a caller gets.

Coordinates are pixels of the source image (after its EXIF orientation was applied), x to the right and y down,
and (0, 0) is the top-left *corner* of the first pixel. Points are (x, y); arrays are indexed (row, column).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from py_ocr.errors import OptionError

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


@dataclass(frozen=True, slots=True)
class CharacterChoice:
    """What a character may be, with its score in [0, 1]."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class DoubtfulCharacter:
    """A character of a word, by its index, and what it may be: what was read, then the likeliest beside it."""

    index: int
    choices: tuple[CharacterChoice, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TextWord:
    """A word of a line: its text, its quad, and how likely all of its characters are right, in [0, 1]."""

    text: str
    confidence: float
    quad: Quad
    doubtful: tuple[DoubtfulCharacter, ...] = ()
    """Its doubtful characters, where alternatives were asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class TextLine:
    """A line of text: `text` is its words joined by single spaces, or unspaced in scripts without spaces.

    `confidence` in [0, 1] is how likely all of it is right. `orientation_degrees` is how far the text is turned
    clockwise on the page: 0, 90, 180 or 270.
    """

    text: str
    confidence: float
    quad: Quad
    words: tuple[TextWord, ...] = ()
    orientation_degrees: int = 0
    recognizer: str = ""
    """Id of the model that read it: a profile may have two."""


FURIGANA_STYLES: Final = ("keep", "drop", "brackets")
"""Small kana beside Japanese characters: as lines of their own, left out, or in brackets behind the characters."""


@dataclass(frozen=True, slots=True)
class TextOptions:
    """How a page is written as plain text: `indent` begins rows with the blanks that they are printed with, for code.

    Raises OptionError (`option_invalid`) for a value that does not exist.
    """

    indent: bool = False
    furigana: str = "keep"

    def __post_init__(self) -> None:
        if not isinstance(self.indent, bool):
            raise OptionError("option_invalid", f"indent cannot be {self.indent!r}.", "It is true or false.")
        if self.furigana not in FURIGANA_STYLES:
            choices = ", ".join(FURIGANA_STYLES)
            raise OptionError("option_invalid", f"furigana cannot be {self.furigana!r}.", f"Choose from: {choices}.")


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


NoticeCode = Literal["first_frame_only", "scaled_down", "script_unknown", "sure_recognizer_missing"]


@dataclass(frozen=True, slots=True, eq=False)
class Notice:
    """Something that whoever uses a page should know of it: a stable `code`, and a sentence or two for people.

    `quads` are the places on the page that it is about; none means the whole page.
    """

    code: NoticeCode
    message: str
    quads: tuple[Quad, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: where its rules are in pixels of the page, from the left and from the top.

    Column c lies between xs[c] and xs[c + 1]. `spans` are cells that are more than one: first row, first column, how
    many rows and columns.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    spans: tuple[tuple[int, int, int, int], ...] = ()


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
    grids: tuple[Grid, ...] = ()
    """The ruled tables."""


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
