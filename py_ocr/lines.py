"""Line assembly: a line image and what was read on it become a TextLine with words and their boxes.

Character positions come from the recogniser's steps, so word boxes are computed, not guessed from lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from py_ocr.crop import LineCrop
from py_ocr.languages import is_unspaced
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep, Quad, TextLine, TextWord

_IN_NUMBERS = ".,:/-"
"""Signs within numbers, dates, times and ranges."""

_CLAUSE_ENDS = ".,:;!?"
"""Signs that end a word, with a space behind them."""


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
    """Probability of a space between two words from which it counts, though a blank was likelier. Lower values part
    words, higher ones run them together in narrow print."""

    space_score_signs: float = number(0.4, most=1)
    """The same beside a sign that words are not parted by, such as a bracket: in code and formulas what looks like a
    gap mostly is the shape of the sign. Lower values part `run();` into pieces."""

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

    Both of its neighbours must be of scripts that put spaces between words; their punctuation counts as they do. How
    much has to speak for a space depends on what it would part.
    """
    steps = reading.steps
    found = set()
    for index in range(1, len(steps)):
        before, after = charset[steps[index - 1].label], charset[steps[index].label]
        if not (_is_spaced(before) and _is_spaced(after)) or _is_within_number(steps, index, charset):
            continue
        between = reading.space_scores[int(steps[index - 1].position) + 1 : int(np.ceil(steps[index].position))]
        if len(between) and float(between.max()) >= _required_space_score(before, after, params):
            found.add(index)
    return frozenset(found)


def _required_space_score(before: str, after: str, params: LineParams) -> float:
    """Return the probability from which a space between two characters counts.

    Words are parted between letters and digits, and behind what ends a clause.
    """
    parts_words = after.isalnum() and (before.isalnum() or before in _CLAUSE_ENDS)
    return params.space_score if parts_words else params.space_score_signs


def _is_within_number(steps: Sequence[CtcStep], index: int, charset: Sequence[str]) -> bool:
    """Tell whether the character at `index` continues a number: its sign behind a digit, or a digit behind that."""
    text = [charset[step.label] for step in steps[max(0, index - 2) : index + 1]]
    if text[-1] in _IN_NUMBERS:
        return text[-2].isdigit()
    return len(text) == 3 and text[0].isdigit() and text[1] in _IN_NUMBERS and text[2].isdigit()


def _is_spaced(character: str) -> bool:
    """Tell whether a character is of a script that puts spaces between words, and not a space itself."""
    return not (character.isspace() or is_unspaced(character))


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
