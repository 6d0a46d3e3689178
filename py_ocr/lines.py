"""Line assembly: a line image and what was read on it become a TextLine with words and their boxes.

Character positions come from the recogniser's steps, so word boxes are computed, not guessed from lengths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from py_ocr.attempts import LineReading
from py_ocr.crop import LineCrop
from py_ocr.languages import is_unspaced
from py_ocr.lookalikes import settle_bars, tell_lookalikes
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine
from py_ocr.repeats import RepeatParams, count_repeats
from py_ocr.shapes import LineShapes, ShapeParams, tell_case
from py_ocr.spacing import SpacingParams, word_starts
from py_ocr.types import Quad, TextLine, TextWord


class Character(NamedTuple):
    """A character and its horizontal extent in the line image, in pixels, with its score in [0, 1]."""

    text: str
    start_px: float
    stop_px: float
    score: float


@dataclass(frozen=True, slots=True)
class LineParams(Params):
    """Where characters end."""

    max_reach_pitches: float = number(0.6, above=0)
    """How far a character reaches to either side of its centre at most, in median distances of the line's characters:
    a little more than half-way to a neighbour, so that a word's box ends behind its last letter, not at the next
    word. Lower values cut wide letters."""


class LineAssembler:
    """Makes the text lines of a page out of what was read."""

    def __init__(
        self,
        charset: Sequence[str],
        stride_px: int,
        params: LineParams = LineParams(),
        repeats: RepeatParams = RepeatParams(),
        spacing: SpacingParams = SpacingParams(),
        *,
        shape: ShapeParams = ShapeParams(),
    ) -> None:
        self._charset = tuple(charset)
        self._stride_px = stride_px
        self._params = params
        self._repeats = repeats
        self._spacing = spacing
        self._shape = shape

    def assemble(self, readings: Sequence[LineReading]) -> list[TextLine]:
        """Return the lines of a page: their text, and their words with quads in page pixels.

        Confidences are scores yet: of a line the mean of its characters', by which text is told from textures, and of
        a word their product, from which `calibrated` makes what is reported.
        """
        text = [self._charset[step.label] for reading in readings for step in reading.line.steps]
        unspaced = sum(is_unspaced(character) for character in text)
        has_full_width = unspaced > 0 and unspaced >= self._spacing.full_width_share * len(text)
        shapes = [self._shapes(reading) for reading in readings]
        starts = [
            self._word_starts(reading.crop, line.reading, has_full_width)
            for reading, line in zip(readings, shapes, strict=True)
        ]
        told = tell_case([reading.crop for reading in readings], shapes, starts, self._shape)
        return tell_lookalikes([self._assembled(*parts) for parts in zip(readings, told, starts, strict=True)])

    def _shapes(self, reading: LineReading) -> LineShapes:
        """Return a line with the marks that its ink shows."""
        crop = reading.crop
        settled = settle_bars(reading.line, self._charset)
        counted = count_repeats(crop, settled, self._charset, self._stride_px, self._repeats)
        shapes = LineShapes(crop, counted, self._charset, self._stride_px, self._shape)
        opened = shapes.with_opening_mark()
        return shapes if opened is counted else LineShapes(crop, opened, self._charset, self._stride_px, self._shape)

    def _word_starts(self, crop: LineCrop, line: RecognizedLine, has_full_width: bool) -> frozenset[int]:
        # A full-width character is about as wide as its line is high.
        full_width = crop.image_hwc.shape[0] / self._stride_px if has_full_width else None
        return word_starts(line, self._charset, full_width, self._spacing)

    def _assembled(self, reading: LineReading, line: RecognizedLine, starts: frozenset[int]) -> TextLine:
        crop = reading.crop
        characters = place_characters(line, self._charset, self._stride_px, self._params)
        words = _words(_split_into_words(characters, starts), crop)
        return TextLine(
            text=" ".join(word.text for word in words),
            confidence=line.confidence,
            quad=crop.quad,
            words=words,
            orientation_degrees=_quarter_turn(crop.quad),
            recognizer=reading.recognizer,
        )


def place_characters(
    reading: RecognizedLine, charset: Sequence[str], stride_px: int, params: LineParams = LineParams()
) -> tuple[Character, ...]:
    """Give each character the space around its centre, half-way to its neighbours, as far as it may reach."""
    if not reading.steps:
        return ()
    # Lists, not arrays: for the few numbers of a line these are faster.
    centres = [(step.position + 0.5) * stride_px for step in reading.steps]
    gaps = [after - before for before, after in pairwise(centres)]
    # A character alone on its line has all of it.
    reach = _median(gaps) * params.max_reach_pitches if gaps else max(stride_px, reading.width_px / 2)
    halves = [min(gap / 2, reach) for gap in gaps]
    width = float(reading.width_px)
    return tuple(
        Character(charset[step.label], max(0.0, centre - left), min(width, centre + right), step.score)
        for step, centre, left, right in zip(reading.steps, centres, [reach, *halves], [*halves, reach], strict=True)
    )


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _split_into_words(characters: Sequence[Character], starts: frozenset[int]) -> list[list[Character]]:
    words: list[list[Character]] = []
    for index, character in enumerate(characters):
        if index in starts or not words:
            words.append([])
        if not character.text.isspace():
            words[-1].append(character)
    return [word for word in words if word]


def _words(parts: Sequence[Sequence[Character]], crop: LineCrop) -> tuple[TextWord, ...]:
    extents_px = np.array([(part[0].start_px, part[-1].stop_px) for part in parts]).reshape(-1, 2)
    return tuple(
        TextWord(
            text="".join(character.text for character in part),
            confidence=math.prod(character.score for character in part),
            quad=quad,
        )
        for part, quad in zip(parts, _parts_of(crop, extents_px), strict=True)
    )


def _parts_of(crop: LineCrop, extents_px: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return (N, 4, 2): the parts of the line's box between columns of its image, which may be wider than the box."""
    top, bottom = crop.quad[1] - crop.quad[0], crop.quad[2] - crop.quad[3]
    cut = crop.cut[1] - crop.cut[0]
    lead = crop.cut[0] - crop.quad[0]
    along = lead + cut * (extents_px / crop.width_px).astype(np.float32)[..., None]
    shares = (along[..., 0] * top[0] + along[..., 1] * top[1]) / max(float(top @ top), 1e-6)
    starts, stops = np.moveaxis(np.clip(shares, 0, 1)[..., None], 1, 0)
    corners = [crop.quad[0] + top * starts, crop.quad[0] + top * stops]
    corners += [crop.quad[3] + bottom * stops, crop.quad[3] + bottom * starts]
    return np.stack(corners, axis=1).astype(np.float32)


def _quarter_turn(quad: Quad) -> int:
    direction = quad[1] - quad[0]
    return round(float(np.degrees(np.arctan2(direction[1], direction[0]))) / 90) % 4 * 90
