"""Condensed lines: letters so narrow that the recogniser has too few steps for them are read again, stretched.

It gives one character for each step of some pixels at most, and needs a blank between equal ones. Narrow type, a
crop that is higher than its text, or writing seen from the side leave it less than two steps for a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine


@dataclass(frozen=True, slots=True)
class CondensedParams(Params):
    """When a line is read again, stretched. Chosen on scenes and plates; documents have next to no such lines."""

    max_pitch: float = number(1.8, above=0)
    """Median distance of a line's characters, in steps of the recogniser, up to which they are too narrow. Higher
    values read ordinary lines again, and find nothing."""

    pitch: float = number(3.0, above=0)
    """The distance that they are stretched to: that of ordinary type."""

    max_stretch: float = number(2.0, least=1)
    """Most that a line is stretched: what is blurred already reads worse at more."""

    accept_confidence: float = number(0.985, most=1)
    """A line that was read with at least this mean confidence is not read again. Higher values read good narrow print
    twice, and change nothing."""

    min_characters: int = number(3, least=2)
    """Fewer characters have no pitch."""


def stretch_of(line: RecognizedLine, charset: Sequence[str], params: CondensedParams = CondensedParams()) -> float:
    """Return how many times as wide a line is to be read again, 1 for one that is not."""
    positions = [step.position for step in line.steps if not charset[step.label].isspace()]
    if len(positions) < params.min_characters or line.confidence >= params.accept_confidence:
        return 1.0
    pitch = float(np.median(np.diff(positions)))
    return 1.0 if pitch > params.max_pitch else min(params.max_stretch, params.pitch / max(pitch, 1e-3))
