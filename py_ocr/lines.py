"""Line assembly: a line image and what was read on it become a TextLine with words and their boxes.

Character positions come from the recogniser's steps, so word boxes are computed, not guessed from lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from py_ocr.crop import LineCrop
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine
from py_ocr.types import Quad, TextLine, TextWord

_FIRST_UNSPACED = 0x2E80
"""Code points from here on are Chinese, Japanese and full-width forms, which are written without spaces."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character and its horizontal extent in the line image, in pixels, with its score in [0, 1]."""

    text: str
    start_px: float
    stop_px: float
    score: float


@dataclass(frozen=True, slots=True)
class LineParams(Params):
    """Where characters end, and where a space is put that the recogniser left out."""

    space_score: float = number(0.1, most=1)
    """Probability of a space between two characters from which it counts, though a blank was likelier. Lower
    values part words, higher ones run them together in narrow print."""

    max_reach_pitches: float = number(0.6, above=0)
    """How far a character reaches to either side of its centre at most, in median distances of the line's characters:
    a little more than half-way to a neighbour, so that a word's box ends behind its last letter, not at the next
    word. Lower values cut wide letters."""


def assemble_line(
    crop: LineCrop,
    reading: RecognizedLine,
    charset: Sequence[str],
    stride_px: int,
    params: LineParams = LineParams(),
) -> TextLine:
    """Return the text line of a crop: its text, its words with quads in page pixels, and its confidence."""
    characters = place_characters(reading, charset, stride_px, params)
    spaces = missing_spaces(reading, charset, params)
    words = [_word(part, crop) for part in _split_into_words(characters, spaces)]
    return TextLine(
        text=" ".join(word.text for word in words),
        confidence=reading.confidence,
        quad=crop.quad,
        words=tuple(words),
        orientation_degrees=_quarter_turn(crop.quad),
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


def missing_spaces(reading: RecognizedLine, charset: Sequence[str], params: LineParams) -> frozenset[int]:
    """Return the indices of the characters before which a space belongs that was not read.

    Both of its neighbours must be of scripts that put spaces between words; their punctuation counts as they do.
    """
    steps = reading.steps
    found = set()
    for index in range(1, len(steps)):
        before, after = charset[steps[index - 1].label], charset[steps[index].label]
        if not (_is_spaced(before) and _is_spaced(after)):
            continue
        between = reading.space_scores[int(steps[index - 1].position) + 1 : int(np.ceil(steps[index].position))]
        if len(between) and float(between.max()) >= params.space_score:
            found.add(index)
    return frozenset(found)


def _is_spaced(character: str) -> bool:
    """Tell whether a character is of a script that puts spaces between words, and not a space itself."""
    return not character.isspace() and ord(character[0]) < _FIRST_UNSPACED


def _split_into_words(characters: Sequence[Character], spaces: frozenset[int]) -> list[list[Character]]:
    words: list[list[Character]] = [[]]
    for index, character in enumerate(characters):
        if index in spaces:
            words.append([])
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
