"""Export: where words stand, in whole pixels of the page: finer than that nothing is known.

Two runtimes that read the same page differ in the last digits of the network's numbers, and in one of thousands of
boxes that moves a corner by a hundredth of a pixel. Whole pixels are the same for both, but where one lies on the very
border between two.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from py_ocr.types import TextLine, TextWord

Corners = NDArray[np.float64]
"""(4, 2) float64 corners (x, y) in pixels of the page, clockwise from where the text begins above."""

_OUTSIDE_PX: Final = 2.0
"""A word whose corners are further from its line's box than that has a place of its own."""


def words_of(line: TextLine) -> tuple[TextWord, ...]:
    """Return the words of a line; the line itself where it has none."""
    return line.words or (TextWord(line.text, line.confidence, line.quad),)


def whole_pixels(line: TextLine) -> list[Corners]:
    """Return the corners of each of `words_of`: parts of the line's box, whose corners are at whole pixels.

    Words begin and end at whole pixels along the line.
    """
    quad = line.quad.astype(np.float64)
    box = np.rint(quad)
    top, bottom = box[1] - box[0], box[2] - box[3]
    length = max(1.0, float(np.rint(_length(quad[1] - quad[0]))))
    placed: list[Corners] = []
    for word in words_of(line):
        own = word.quad.astype(np.float64)
        start, stop = (min(1.0, max(0.0, _along(quad, own[corner]) / length)) for corner in (0, 1))
        part = np.stack([box[0] + top * start, box[0] + top * stop, box[3] + bottom * stop, box[3] + bottom * start])
        placed.append(part if np.abs(part - own).max() <= _OUTSIDE_PX else np.rint(own))
    return placed


def _along(quad: Corners, point: NDArray[np.float64]) -> float:
    """Return how far along the top side of a line a point is, in whole pixels."""
    side, to_point = quad[1] - quad[0], point - quad[0]
    # Not `@`, whose order of adding is the machine's own.
    return float(np.rint((to_point[0] * side[0] + to_point[1] * side[1]) / max(1e-6, _length(side))))


def _length(vector: NDArray[np.float64]) -> float:
    """Return the length of a vector, by operations that IEEE 754 fixes to the last bit; `hypot` is none of them."""
    return float(np.sqrt(vector[0] * vector[0] + vector[1] * vector[1]))
