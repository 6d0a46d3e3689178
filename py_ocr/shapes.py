"""Shapes: what the ink of a line shows that the recogniser misses, a quotation mark before it, capitals of the same
shape as small letters.

It reads a letter alone, or a word of such letters, by its shape, which c and C, o and O share: their height against
that of others tells. A single quotation mark in front of a line is often lost, though one behind it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from py_ocr.crop import LineCrop
from py_ocr.geometry import quad_size
from py_ocr.ink import InkHw, character_columns, find_ink
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep

_SAME_SHAPE: Final = frozenset("cosvwxzCOSVWXZ")
_TALL: Final = frozenset("ABDEFGHIJKLMNPRTUY0123456789bdfhkl")
_SMALL: Final = frozenset("aemnru")

_CLOSING: Final = {"'": "'", "’": "‘", '"': '"', "”": "“"}
"""Marks that close a quotation, and those that open it."""


@dataclass(frozen=True, slots=True)
class ShapeParams(Params):
    """When ink says more than what was read. Lengths are in heights of the line image, where nothing else is said."""

    min_contrast: float = number(60.0, most=255)
    """Grey levels between paper and ink from which shapes are looked at."""

    max_grain: float = number(0.12)
    """Largest deviation of the paper, relative to its contrast, as for marks beyond a box."""

    small_below: float = number(0.82, most=1)
    """A letter lower than this part of the line's capitals and digits is a small one. x-heights are 0.65 to 0.75."""

    capital_above: float = number(0.92, most=1)
    """One higher than this part of them is a capital. In between, it stays what it was read as."""

    small_ratio: float = number(0.7, above=0, most=1)
    """Height of small letters in that of capitals, where only small ones stand beside the letter."""

    row_shift: float = number(0.6)
    """How far off its middle another line may stand to be on the row of a letter, in heights of that letter."""

    quote_heights: tuple[float, float] = (0.1, 0.42)
    """Height of a quotation mark: from, to."""

    quote_width: float = number(0.3)
    """Widest single quotation mark."""

    quote_gap: float = number(0.4)
    """Widest gap behind one. More takes specks on the margin for marks."""


@dataclass(frozen=True, slots=True)
class LetterHeights:
    """Median heights of the tall and of the small letters of a line, in pixels of its image, 0 for none."""

    tall: float
    small: float

    def capital(self, params: ShapeParams) -> float:
        """Return the height of a capital, 0 where nothing tells."""
        return self.tall or self.small / params.small_ratio


class LineShapes:
    """The ink of a line image, and the characters that were read on it."""

    def __init__(
        self,
        crop: LineCrop,
        line: RecognizedLine,
        charset: Sequence[str],
        stride_px: int,
        params: ShapeParams = ShapeParams(),
    ) -> None:
        self.reading = line
        self._charset = charset
        self._stride_px = stride_px
        self._params = params
        self._image_hwc = crop.image_hwc
        self._text = [charset[step.label] for step in line.steps]

    def heights(self) -> LetterHeights:
        """Return how tall the line's letters are, as far as their shapes tell."""
        ink = self._ink()
        if ink is None:
            return LetterHeights(0.0, 0.0)
        return LetterHeights(self._median_height(ink, _TALL), self._median_height(ink, _SMALL))

    def needs_case(self, starts: Collection[int]) -> list[int]:
        """Return the indices of the characters of words, which begin at `starts`, that have no case by their shape."""
        words: list[list[int]] = []
        for index, character in enumerate(self._text):
            if index in starts or not words:
                words.append([])
            if not character.isspace():
                words[-1].append(index)
        letters = [[index for index in word if self._text[index].isalpha()] for word in words]
        return [index for word in letters if all(self._text[i] in _SAME_SHAPE for i in word) for index in word]

    def with_case(self, indices: Sequence[int], capital_px: float) -> RecognizedLine:
        """Return the reading with these characters as capitals or small letters by their height against a capital's."""
        ink = self._ink()
        if ink is None or not indices or not capital_px:
            return self.reading
        steps = list(self.reading.steps)
        for index in indices:
            ratio = self._own_height(ink, index) / capital_px
            letter = self._text[index]
            if 0 < ratio < self._params.small_below:
                letter = letter.lower()
            elif ratio > self._params.capital_above:
                letter = letter.upper()
            steps[index] = steps[index]._replace(label=self._label(letter, steps[index].label))
        return replace(self.reading, steps=tuple(steps))

    def with_opening_mark(self) -> RecognizedLine:
        """Return the reading with the quotation mark that stands in front of it, if the line closes one."""
        opening = _CLOSING.get(self._text[-1]) if self._text else None
        if opening is None or self._text[0] == opening or opening in self._text[:-1]:
            return self.reading
        ink = self._ink()
        marks = None if ink is None else self._marks_before(ink)
        if marks != (2 if opening in '"“' else 1):
            return self.reading
        first = self.reading.steps[0]
        step = CtcStep(
            self._label(opening, self.reading.steps[-1].label), first.position / 2, self.reading.steps[-1].score
        )
        return replace(self.reading, steps=(step, *self.reading.steps))

    def _marks_before(self, ink: InkHw) -> int | None:
        """Return how many marks of a quotation stand in front of the line, None where something else does."""
        params, height = self._params, ink.shape[0]
        spans = np.flatnonzero(np.diff(ink.any(axis=0).astype(np.int8), prepend=0, append=0)).reshape(-1, 2).tolist()
        first = (self.reading.steps[0].position + 0.5) * self._stride_px
        before = [span for span in spans if span[1] <= first]
        rows = np.flatnonzero(ink.any(axis=1))
        for (start, stop), (behind, _) in zip(before, spans[1:], strict=False):
            mark = np.flatnonzero(ink[:, start:stop].any(axis=1))
            low, high = params.quote_heights
            if not (
                low * height <= mark[-1] - mark[0] + 1 <= high * height
                and stop - start <= params.quote_width * height
                and behind - stop <= params.quote_gap * height
                and 2 * mark[-1] < rows[0] + rows[-1]
                and start > 0
            ):
                return None
        return len(before)

    def _ink(self) -> InkHw | None:
        return find_ink(self._image_hwc, self._params.min_contrast, self._params.max_grain)

    def _median_height(self, ink: InkHw, letters: Collection[str]) -> float:
        heights = [self._height(ink, index) for index, character in enumerate(self._text) if character in letters]
        return float(np.median(heights)) if heights else 0.0

    def _height(self, ink: InkHw, index: int) -> float:
        start, stop = character_columns(self.reading.steps, self._stride_px, ink.shape[1])[index]
        rows = np.flatnonzero(ink[:, start:stop].any(axis=1))
        return float(rows[-1] - rows[0] + 1) if len(rows) else 0.0

    def _own_height(self, ink: InkHw, index: int) -> float:
        """Return the height of a character without what was not read beside it."""
        start, stop = character_columns(self.reading.steps, self._stride_px, ink.shape[1])[index]
        centre = round((self.reading.steps[index].position + 0.5) * self._stride_px) - start
        part = ink[:, start:stop]
        empty = np.flatnonzero(~part.any(axis=0))
        left = int(empty[empty <= centre].max(initial=-1)) + 1
        right = int(empty[empty > centre].min(initial=stop - start))
        rows = np.flatnonzero(part[:, left:right].any(axis=1))
        return float(rows[-1] - rows[0] + 1) if len(rows) else 0.0

    def _label(self, character: str, otherwise: int) -> int:
        return self._charset.index(character) if character in self._charset else otherwise


def tell_case(
    crops: Sequence[LineCrop], lines: Sequence[LineShapes], starts: Sequence[Collection[int]], params: ShapeParams
) -> list[RecognizedLine]:
    """Return the readings of a page, letters whose shape has no case in the one that their height has.

    A line that shows no other letters is measured against the nearest one on its row that does.
    """
    open_letters = [line.needs_case(begun) for line, begun in zip(lines, starts, strict=True)]
    told = [line.reading for line in lines]
    for index, letters in enumerate(open_letters):
        if letters:
            capital_px = lines[index].heights().capital(params) or _capital_beside(index, crops, lines, params)
            told[index] = lines[index].with_case(letters, capital_px)
    return told


def _capital_beside(index: int, crops: Sequence[LineCrop], lines: Sequence[LineShapes], params: ShapeParams) -> float:
    """Return how tall a capital would be on a line, in pixels of its image, by its row; 0 where nothing tells."""
    quad = crops[index].quad
    x, y = quad.mean(axis=0)
    height = quad_size(quad)[1]
    row = [
        (abs(float(other.quad[:, 0].mean() - x)), place)
        for place, other in enumerate(crops)
        if place != index and abs(float(other.quad[:, 1].mean() - y)) < params.row_shift * height
    ]
    for _, place in sorted(row):
        if capital := lines[place].heights().capital(params):
            return capital * _page_pixels(crops[place]) / _page_pixels(crops[index])
    return 0.0


def _page_pixels(crop: LineCrop) -> float:
    """Return how many pixels of the page one of the line image is."""
    return max(quad_size(crop.cut)[1], 1e-3) / float(crop.image_hwc.shape[0])
