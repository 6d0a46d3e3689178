"""Stacks: characters one below the other that the detector saw apart, which may be one vertical line.

Nothing in their shape tells such a line from a list of short words or a column of numbers. So a stack is only proposed
here, and what is read of it and of its parts decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from py_ocr.geometry import min_area_rect, quad_size
from py_ocr.parameters import Params, number
from py_ocr.types import Quad, TextRegion


@dataclass(frozen=True, slots=True)
class StackParams(Params):
    """Which regions may be the characters of one vertical line, and when they are."""

    max_aspect: float = number(2.2, least=1)
    """A region this many times as wide as high, or as high as wide, may still be one character. More proposes words,
    which costs a reading, and nothing else."""

    min_characters: int = number(4, least=2)
    """Fewer regions than this are not joined: two or three short cells of a table stand like this by chance."""

    min_overlap: float = number(0.7, most=1)
    """Neighbours share at least this part of the wider one's width. Less proposes ragged lists of numbers."""

    max_gap_heights: float = number(0.2)
    """Widest gap, and deepest overlap, of neighbours, in heights of the less tall one. Rows of a table keep more."""

    max_words_share: float = number(0.4, most=1)
    """At most this part of the members may read as more than a character, as digits that lie on their side now and then
    do. More takes lists of short words for lines."""

    min_lead: float = number(0.95)
    """The line counts if its net score is at least so many times that of its parts together. What lies on its side, or
    belongs to a vertical line, reads as well whole; a list of words reads far worse."""

    row_aspect: float = number(2.5, least=1)
    """A region this many times as wide as high is a row of text. Where half of the characters stand at the end of one,
    they are parts of rows: labels of a form, numbers of a list."""

    row_gap: float = number(4.0)
    """How far from such a row, in heights of the character. More takes text across the page for a row."""

    row_shift: float = number(0.25)
    """How far off its middle, in heights. More takes any text beside a number on the margin for rows."""

    row_min_size: float = number(0.6, above=0, most=1)
    """How much of the larger one's height the smaller one of the two has at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Regions, by their indices, from top to bottom, and the quad around them."""

    members: tuple[int, ...]
    quad: Quad


def find_stacks(regions: Sequence[TextRegion], params: StackParams = StackParams()) -> tuple[Stack, ...]:
    """Return what may be vertical lines that were seen in pieces. No region is in two of them."""
    characters = [index for index, region in enumerate(regions) if _aspect(region.quad) <= params.max_aspect]
    characters.sort(key=lambda index: float(regions[index].quad[:, 1].mean()))
    stacks: list[list[int]] = []
    for index in characters:
        stack = next((s for s in stacks if _continues(regions[s[-1]].quad, regions[index].quad, params)), None)
        if stack is None:
            stacks.append([index])
        else:
            stack.append(index)
    rows = [region.quad for region in regions if _is_row(region.quad, params)]
    return tuple(
        Stack(tuple(stack), min_area_rect(np.concatenate([regions[index].quad for index in stack])))
        for stack in stacks
        if len(stack) >= params.min_characters
        and 2 * sum(any(_begins(regions[index].quad, row, params) for row in rows) for index in stack) < len(stack)
    )


def is_vertical_line(
    parts: Sequence[float], lengths: Sequence[int], whole: float, params: StackParams = StackParams()
) -> bool:
    """Tell whether a stack is one line, from what its members read as and the line that they would make.

    `parts` and `whole` are net scores, `lengths` the numbers of characters of the members.
    """
    words = sum(length > 1 for length in lengths)
    return words <= params.max_words_share * len(lengths) and 0 < whole >= params.min_lead * sum(parts)


def _aspect(quad: Quad) -> float:
    width, height = quad_size(quad)
    return max(width, height) / max(min(width, height), 1e-3)


def _is_row(quad: Quad, params: StackParams) -> bool:
    width, height = quad_size(quad)
    return width >= params.row_aspect * height


def _begins(quad: Quad, row: Quad, params: StackParams) -> bool:
    """Tell whether a quad stands at an end of a row of about its size, on its height."""
    (left, top), (right, bottom) = row.min(axis=0), row.max(axis=0)
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    height = max(float(y1 - y0), 1e-3)
    shift = abs(float(top + bottom - y0 - y1)) / 2
    gap = max(float(left - x1), float(x0 - right))
    return (
        shift <= params.row_shift * height
        and 0 <= gap <= params.row_gap * height
        and params.row_min_size <= float(bottom - top) / height <= 1 / params.row_min_size
    )


def _continues(above: Quad, below: Quad, params: StackParams) -> bool:
    """Tell whether a character directly continues a stack: same width and place, next to no gap."""
    (ax0, ay0), (ax1, ay1) = above.min(axis=0), above.max(axis=0)
    (bx0, by0), (bx1, by1) = below.min(axis=0), below.max(axis=0)
    shared = min(ax1, bx1) - max(ax0, bx0)
    height = min(ay1 - ay0, by1 - by0)
    return bool(
        shared >= params.min_overlap * max(ax1 - ax0, bx1 - bx0) and abs(by0 - ay1) <= params.max_gap_heights * height
    )
