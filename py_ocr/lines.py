"""Line assembly: a line image and what was read on it become a TextLine with words and their boxes.

Character positions come from the recogniser's steps, so word boxes are computed, not guessed from lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from py_ocr.crop import LineCrop
from py_ocr.recognition import RecognizedLine
from py_ocr.types import Quad, TextLine, TextWord


@dataclass(frozen=True, slots=True)
class Character:
    """A character and its horizontal extent in the line image, in pixels, with its score in [0, 1]."""

    text: str
    start_px: float
    stop_px: float
    score: float


def assemble_line(crop: LineCrop, reading: RecognizedLine, charset: Sequence[str], stride_px: int) -> TextLine:
    """Return the text line of a crop: its text, its words with quads in page pixels, and its confidence."""
    characters = place_characters(reading, charset, stride_px)
    words = [_word(part, crop) for part in _split_at_spaces(characters)]
    return TextLine(
        text=" ".join(word.text for word in words),
        confidence=reading.confidence,
        quad=crop.quad,
        words=tuple(words),
        orientation_degrees=_quarter_turn(crop.quad),
    )


def place_characters(reading: RecognizedLine, charset: Sequence[str], stride_px: int) -> tuple[Character, ...]:
    """Give each character the space around its centre, half-way to its neighbours, at most 1.2 median pitches wide."""
    if not reading.steps:
        return ()
    centres = (np.array([step.position for step in reading.steps]) + 0.5) * stride_px
    gaps = np.diff(centres)
    half = float(np.median(gaps)) * 0.6 if len(gaps) else max(stride_px, reading.width_px / 2)
    before = np.minimum(np.concatenate([[half], gaps / 2]), half)
    after = np.minimum(np.concatenate([gaps / 2, [half]]), half)
    return tuple(
        Character(
            charset[step.label],
            max(0.0, float(centre - left)),
            min(float(reading.width_px), float(centre + right)),
            step.score,
        )
        for step, centre, left, right in zip(reading.steps, centres, before, after, strict=True)
    )


def _split_at_spaces(characters: Sequence[Character]) -> list[list[Character]]:
    words: list[list[Character]] = [[]]
    for character in characters:
        if character.text.isspace():
            words.append([])
        else:
            words[-1].append(character)
    return [word for word in words if word]


def _word(characters: Sequence[Character], crop: LineCrop) -> TextWord:
    return TextWord(
        text="".join(character.text for character in characters),
        confidence=sum(character.score for character in characters) / len(characters),
        quad=_part_of(crop, characters[0].start_px, characters[-1].stop_px),
    )


def _part_of(crop: LineCrop, start_px: float, stop_px: float) -> Quad:
    """Return the part of the crop's quad between two columns of its image."""
    a, b = start_px / crop.width_px, stop_px / crop.width_px
    top, bottom = crop.quad[1] - crop.quad[0], crop.quad[2] - crop.quad[3]
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
