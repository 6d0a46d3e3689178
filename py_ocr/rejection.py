"""Reject: readings of things that are not text. Textures and edges look like a character or two by chance.

A long reading that the model is half sure of is a hard line of text; a single character of the same confidence
mostly is not text at all. So the shorter a reading is, the surer it must be, unless it stands beside sure text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from py_ocr.geometry import quad_size
from py_ocr.types import TextLine


@dataclass(frozen=True, slots=True)
class RejectionParams:
    """How sure a reading must be.

    `long_confidence` is asked of lines with `long_characters` different characters or more, `single_confidence` of
    one character; in between it falls evenly. Repetitions do not count: a texture reads as the same character
    again and again. A line on one row with a sure one, at most `beside_heights` away, passes with
    `long_confidence`.
    """

    long_confidence: float = 0.5
    single_confidence: float = 0.95
    long_characters: int = 4
    beside_heights: float = 2.0


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
    if line.orientation_degrees != other.orientation_degrees or low < 0.5 * high:
        return False
    direction = other.quad[1] - other.quad[0]
    length = max(float((direction @ direction) ** 0.5), 1e-3)
    along, across = direction / length, (other.quad[3] - other.quad[0]) / max(other_height, 1e-3)
    centre = line.quad.mean(axis=0) - other.quad[0]
    width = quad_size(line.quad)[0]
    position = float(centre @ along)
    gap = max(position - width / 2 - length, -(position + width / 2))
    return abs(float(centre @ across) - other_height / 2) <= 0.5 * low and gap <= params.beside_heights * high
