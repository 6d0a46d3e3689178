"""Reject: readings of things that are not text. Textures and edges look like a character or two by chance.

A long reading that the model is half sure of is a hard line of text; a single character of the same confidence
mostly is not text at all. So the shorter a reading is, the surer it must be, unless it stands beside sure text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from py_ocr.geometry import quad_size
from py_ocr.parameters import Params, number
from py_ocr.types import TextLine


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


def reject_non_text(lines: Sequence[TextLine], params: RejectionParams = RejectionParams()) -> list[TextLine]:
    """Return the lines that are text, in the order given. A line on which nothing was read is none."""
    lines = [line for line in lines if line.text]
    sure = [line for line in lines if line.confidence >= required_confidence(line.text, params)]
    return [
        line
        for line in lines
        if line.confidence >= required_confidence(line.text, params)
        or (line.confidence >= params.long_confidence and any(_beside(line, other, params) for other in sure))
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
