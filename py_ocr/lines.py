"""Line assembly: a line image and what was read on it become a TextLine with words and their boxes.

Character positions come from the recogniser's steps, so word boxes are computed, not guessed from lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from py_ocr.crop import LineCrop
from py_ocr.languages import is_unspaced
from py_ocr.lookalikes import settle_bars, tell_lookalikes
from py_ocr.parameters import Params, number
from py_ocr.reading import LineReading
from py_ocr.recognition import RecognizedLine
from py_ocr.repeats import RepeatParams, count_repeats
from py_ocr.shapes import LineShapes, ShapeParams, tell_case
from py_ocr.spacing import SpacingParams, word_starts
from py_ocr.types import Quad, TextLine, TextWord


@dataclass(frozen=True, slots=True)
class Character:
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
        """Return the lines of a page: their text, their words with quads in page pixels, their confidences."""
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
        words = [_word(part, crop) for part in _split_into_words(characters, starts)]
        return TextLine(
            text=" ".join(word.text for word in words),
            confidence=line.confidence,
            quad=crop.quad,
            words=tuple(words),
            orientation_degrees=_quarter_turn(crop.quad),
            recognizer=reading.recognizer,
        )


def place_characters(
    reading: RecognizedLine, charset: Sequence[str], stride_px: int, params: LineParams = LineParams()
) -> tuple[Character, ...]:
    """Give each character the space around its centre, half-way to its neighbours, as far as it may reach."""
    if not reading.steps:
        return ()
    centres = (np.array([step.position for step in reading.steps]) + 0.5) * stride_px
    gaps = np.diff(centres)
    # A character alone on its line has all of it.
    reach = float(np.median(gaps)) * params.max_reach_pitches if len(gaps) else max(stride_px, reading.width_px / 2)
    before = np.minimum(np.concatenate([[reach], gaps / 2]), reach)
    after = np.minimum(np.concatenate([gaps / 2, [reach]]), reach)
    return tuple(
        Character(
            charset[step.label],
            max(0.0, float(centre - left)),
            min(float(reading.width_px), float(centre + right)),
            step.score,
        )
        for step, centre, left, right in zip(reading.steps, centres, before, after, strict=True)
    )


def _split_into_words(characters: Sequence[Character], starts: frozenset[int]) -> list[list[Character]]:
    words: list[list[Character]] = []
    for index, character in enumerate(characters):
        if index in starts or not words:
            words.append([])
        if not character.text.isspace():
            words[-1].append(character)
    return [word for word in words if word]


def _word(characters: Sequence[Character], crop: LineCrop) -> TextWord:
    return TextWord(
        text="".join(character.text for character in characters),
        confidence=sum(character.score for character in characters) / len(characters),
        quad=_part_of(crop, characters[0].start_px, characters[-1].stop_px),
    )


def _part_of(crop: LineCrop, start_px: float, stop_px: float) -> Quad:
    """Return the part of the line's box between two columns of its image, which may be wider than the box."""
    top, bottom = crop.quad[1] - crop.quad[0], crop.quad[2] - crop.quad[3]
    cut = crop.cut[1] - crop.cut[0]
    lead = crop.cut[0] - crop.quad[0]
    length = max(float(top @ top), 1e-6)
    a, b = (
        min(1.0, max(0.0, float((lead + cut * (x_px / crop.width_px)) @ top) / length)) for x_px in (start_px, stop_px)
    )
    return np.array(
        [
            crop.quad[0] + top * a,
            crop.quad[0] + top * b,
            crop.quad[3] + bottom * b,
            crop.quad[3] + bottom * a,
        ],
        dtype=np.float32,
    )


def _quarter_turn(quad: Quad) -> int:
    direction = quad[1] - quad[0]
    return round(float(np.degrees(np.arctan2(direction[1], direction[0]))) / 90) % 4 * 90
