"""Reject: readings of things that are not text. Textures and edges look like a character or two by chance.

A long reading that the model is half sure of is a hard line of text; a single character of the same confidence
mostly is not text at all. So the shorter a reading is, the surer it must be, unless it stands beside sure text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from py_ocr.geometry import quad_size
from py_ocr.parameters import Params, number
from py_ocr.types import TextLine

_SIGNS = "+-=±−–"


@dataclass(frozen=True, slots=True)
class RejectionParams(Params):
    """How sure a reading must be. Between a single character and a long line, what is asked falls evenly."""

    long_confidence: float = number(0.5, most=1)
    """Mean confidence asked of long lines, as RapidOCR asks it of all (`text_score`). Lower values let textures pass,
    higher ones lose hard lines."""

    single_confidence: float = number(0.95, most=1)
    """Confidence asked of one character. Lower values read characters into edges and textures."""

    long_characters: int = number(4, least=2)
    """From so many different characters on a line is long. Repetitions do not count: a texture reads as the same
    character again and again."""

    beside_heights: float = number(2.0)
    """A line at most so many heights beside a sure one, on its row, passes with `long_confidence`: the number behind a
    name, the bullet before a text. Higher values let textures beside signs pass."""

    beside_min_size: float = number(0.5, most=1)
    """For that, the lower of the two has at least this part of the other one's height."""

    beside_max_shift: float = number(0.5)
    """For that, the line's middle is at most this part of the lower one's height off the middle of the row."""

    aligned_lines: int = number(2, least=1)
    """A short line with at least so many short and sure ones of its size in its row or its column stands in a table or
    a grid, and passes with less confidence. One such neighbour stands beside many a texture."""

    aligned_confidence: float = number(0.25, most=1)
    """Confidence asked of such a line where `aligned_many` others stand there, between that and `long_confidence` where
    there are fewer. A dotted zero in a grid of digits is read with as little."""

    aligned_many: int = number(5, least=1)
    """So many neighbours leave no doubt that a cell holds text."""

    aligned_characters: int = number(4, least=1)
    """Short lines have at most so many characters: the cells of score tables and calendars."""

    aligned_heights: float = number(6.0)
    """How far away the nearest of those neighbours may be, in heights: the pitch of the grid."""

    aligned_min_size: float = number(0.75, most=1)
    """For that, the lower of two lines has at least this part of the other one's height."""

    aligned_min_size_signs: float = number(0.35, most=1)
    """The same for a plus, a minus or an equals sign, which are lower than the letters and digits of other cells."""

    paragraph_confidence: float = number(0.9, most=1)
    """Confidence asked of a single character directly above or below a sure line of its size, within its extent: a
    brace on a line of its own. Lower values let the textures around signs pass."""


def reject_non_text(lines: Sequence[TextLine], params: RejectionParams = RejectionParams()) -> list[TextLine]:
    """Return the lines that are text, in the order given. A line on which nothing was read is none."""
    lines = [line for line in lines if line.text]
    sure = [line for line in lines if line.confidence >= required_confidence(line.text, params)]
    return [
        line
        for line in lines
        if line.confidence >= required_confidence(line.text, params)
        or (line.confidence >= params.long_confidence and any(_beside(line, other, params) for other in sure))
        or line.confidence >= _grid_confidence(line, sure, params)
        or (line.confidence >= params.paragraph_confidence and any(_under(line, other, params) for other in sure))
    ]


def required_confidence(text: str, params: RejectionParams) -> float:
    """Return the lowest confidence in [0, 1] with which a reading is taken for text."""
    distinct = len(set(text) - {" "})
    missing = max(0, params.long_characters - distinct) / (params.long_characters - 1)
    return params.long_confidence + (params.single_confidence - params.long_confidence) * min(1.0, missing)


def _beside(line: TextLine, other: TextLine, params: RejectionParams) -> bool:
    """Tell whether a line continues the row of another of about its size."""
    (_, height), (_, other_height) = quad_size(line.quad), quad_size(other.quad)
    low, high = min(height, other_height), max(height, other_height)
    if line.orientation_degrees != other.orientation_degrees or low < params.beside_min_size * high:
        return False
    direction = other.quad[1] - other.quad[0]
    length = max(float((direction @ direction) ** 0.5), 1e-3)
    along, across = direction / length, (other.quad[3] - other.quad[0]) / max(other_height, 1e-3)
    centre = line.quad.mean(axis=0) - other.quad[0]
    width = quad_size(line.quad)[0]
    position = float(centre @ along)
    gap = max(position - width / 2 - length, -(position + width / 2))
    shift = abs(float(centre @ across) - other_height / 2)
    return shift <= params.beside_max_shift * low and gap <= params.beside_heights * high


def _grid_confidence(line: TextLine, sure: Sequence[TextLine], params: RejectionParams) -> float:
    """Return the confidence asked of a short line that has others like it in its row or its column, else above 1."""
    if len(line.text) > params.aligned_characters:
        return math.inf
    is_sign = all(character in _SIGNS for character in line.text)
    min_size = params.aligned_min_size_signs if is_sign else params.aligned_min_size
    aligned = [
        distance
        for other in sure
        if len(other.text) <= params.aligned_characters
        and (distance := _aligned_distance(line, other, min_size)) is not None
    ]
    if len(aligned) < params.aligned_lines or min(aligned) > params.aligned_heights:
        return math.inf
    certainty = min(1.0, len(aligned) / params.aligned_many)
    return params.long_confidence + (params.aligned_confidence - params.long_confidence) * certainty


def _aligned_distance(line: TextLine, other: TextLine, min_size: float) -> float | None:
    """Return how far two lines of a size are apart along a row or a column, in heights of the taller one, or None."""
    height, other_height = (_character_height(each) for each in (line, other))
    if min(height, other_height) < min_size * max(height, other_height):
        return None
    dx, dy = np.abs(line.quad.mean(axis=0) - other.quad.mean(axis=0))
    return float(max(dx, dy)) / max(height, other_height) if min(dx, dy) <= 0.5 * height else None


def _character_height(line: TextLine) -> float:
    """Return how tall the characters of a short line stand. One that was read lying is as tall as it is long."""
    width, height = quad_size(line.quad)
    lies = len(line.text) == 1 and line.orientation_degrees % 180 == 90
    return max(width if lies else height, 1e-3)


def _under(line: TextLine, other: TextLine, params: RejectionParams) -> bool:
    """Tell whether a line stands directly above or below another one of its size, within its extent."""
    height, other_height = (max(quad_size(each.quad)[1], 1e-3) for each in (line, other))
    if min(height, other_height) < params.aligned_min_size * max(height, other_height):
        return False
    centre = line.quad.mean(axis=0)
    (left, top), (right, bottom) = other.quad.min(axis=0), other.quad.max(axis=0)
    gap = max(top - centre[1], centre[1] - bottom)
    return bool(left - height <= centre[0] <= right and gap <= 1.5 * height)
