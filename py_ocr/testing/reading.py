"""What was read of a page under test, in its CSS pixels, and where in it a text stands."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from py_ocr.api.page import ReadPage
from py_ocr.types import Quad, TextLine

Pattern = str | re.Pattern[str]

_LINE_COLOUR: Final = (0, 102, 255)
_HIT_COLOUR: Final = (220, 0, 60)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in CSS pixels of the viewport, as Playwright's `bounding_box` has it."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> tuple[float, float]:
        """The point in its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def __str__(self) -> str:
        return f"{self.width:.0f} x {self.height:.0f} at ({self.x:.0f}, {self.y:.0f})"


@dataclass(frozen=True, slots=True)
class LocatedText:
    """A text and its place on the page."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Reading:
    """A screenshot and its text. `origin` is where its top-left corner lies in the viewport, in CSS pixels.

    `scale`: how many pixels of the picture a CSS pixel has, which is the device scale factor.
    """

    page: ReadPage
    png: bytes
    origin: tuple[float, float]
    scale: float

    @property
    def text(self) -> str:
        """All of the text, a printed row a line."""
        return self.page.text

    @property
    def lines(self) -> tuple[LocatedText, ...]:
        """Every line in reading order."""
        return tuple(LocatedText(line.text, self._box([line.quad])) for line in self.page.lines)

    @property
    def words(self) -> tuple[LocatedText, ...]:
        """Every word in reading order."""
        return tuple(LocatedText(word.text, self._box([word.quad])) for word in self.page.words)

    def contains(self, text: Pattern, *, ignore_case: bool = False) -> bool:
        """Tell whether a text, or what an expression describes, is in it; any white space is like any other."""
        return compiled(text, ignore_case=ignore_case).search(one_spaced(self.text)) is not None

    def find(self, text: Pattern, *, exact: bool = False, ignore_case: bool = False) -> tuple[LocatedText, ...]:
        """Return every place in a printed row where a text stands; with `exact`, as whole words only."""
        pattern = compiled(text, exact=exact, ignore_case=ignore_case)
        return tuple(hit for row in self._rows() for hit in self._hits(row, pattern))

    def marked(self, hits: Sequence[LocatedText] = ()) -> bytes:
        """Return the screenshot as PNG with a frame around each line, and another around each hit."""
        picture = Image.open(io.BytesIO(self.png)).convert("RGB")
        draw = ImageDraw.Draw(picture)
        for line in self.page.lines:
            draw.polygon([(float(x), float(y)) for x, y in line.quad], outline=_LINE_COLOUR, width=1)
        for hit in hits:
            left, top = ((hit.box.x - self.origin[0]) * self.scale, (hit.box.y - self.origin[1]) * self.scale)
            right, bottom = left + hit.box.width * self.scale, top + hit.box.height * self.scale
            draw.rectangle((left, top, right, bottom), outline=_HIT_COLOUR, width=3)
        file = io.BytesIO()
        picture.save(file, "PNG")
        return file.getvalue()

    def _rows(self) -> Iterator[tuple[TextLine, ...]]:
        for block in self.page.blocks:
            for row in block.rows:
                yield tuple(self.page.lines[index] for index in row)

    def _hits(self, row: Sequence[TextLine], pattern: re.Pattern[str]) -> Iterator[LocatedText]:
        """Yield where in a row, the lines of which are a space apart, a pattern is found."""
        pieces: list[tuple[int, int, Quad]] = []
        text = ""
        for line in row:
            text += " " if text else ""
            at = len(text)
            for word in line.words:
                begin = line.text.index(word.text, at - len(text))
                pieces.append((len(text) + begin, len(text) + begin + len(word.text), word.quad))
                at = len(text) + begin + len(word.text)
            text += line.text
        for match in pattern.finditer(text):
            quads = [quad for begin, end, quad in pieces if begin < match.end() and match.start() < end]
            if quads:
                yield LocatedText(match.group(), self._box(quads))

    def _box(self, quads: Sequence[Quad]) -> Box:
        points = np.concatenate(quads) / self.scale
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        return Box(float(left) + self.origin[0], float(top) + self.origin[1], float(right - left), float(bottom - top))


def compiled(text: Pattern, *, exact: bool = False, ignore_case: bool = False) -> re.Pattern[str]:
    """Return an expression that finds a text, with any white space between its words; an expression stays as it is."""
    if isinstance(text, re.Pattern):
        return text
    source = r"\s+".join(re.escape(word) for word in text.split())
    if not source:
        raise ValueError("the text to look for is empty")
    return re.compile(rf"(?<!\w){source}(?!\w)" if exact else source, re.IGNORECASE if ignore_case else 0)


def one_spaced(text: str) -> str:
    """Return a text with a space for each run of white space."""
    return " ".join(text.split())
