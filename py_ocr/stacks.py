"""Stacks: characters one below the other that the detector saw apart become one vertical line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from py_ocr.geometry import min_area_rect, quad_size
from py_ocr.parameters import Params, number
from py_ocr.types import Quad, TextRegion


@dataclass(frozen=True, slots=True)
class StackParams(Params):
    """Which regions are the characters of one vertical line."""

    max_aspect: float = number(2.2, least=1)
    """A region this many times as wide as high, or as high as wide, may still be one character. More takes in words,
    which then are joined with the lines above and below them."""

    min_characters: int = number(4, least=2)
    """Fewer regions than this are not joined: two or three short cells of a table stand like this by chance."""

    min_overlap: float = number(0.7, most=1)
    """Neighbours share at least this part of the wider one's width. Less joins a ragged list of numbers."""

    max_gap_heights: float = number(0.2)
    """Widest gap, and deepest overlap, of neighbours, in heights of the less tall one. Rows of a table keep more."""


def join_stacks(regions: Sequence[TextRegion], params: StackParams) -> tuple[TextRegion, ...]:
    """Join single characters that touch one below the other: a vertical line that the detector saw in pieces.

    A number printed sideways on the margin falls apart like this. What is not joined comes first, in the order given.
    """
    characters = [index for index, region in enumerate(regions) if _may_be_character(region.quad, params)]
    characters.sort(key=lambda index: float(regions[index].quad[:, 1].mean()))
    stacks: list[list[int]] = []
    for index in characters:
        stack = next((s for s in stacks if _continues(regions[s[-1]].quad, regions[index].quad, params)), None)
        if stack is None:
            stacks.append([index])
        else:
            stack.append(index)
    joined = [stack for stack in stacks if len(stack) >= params.min_characters]
    gone = {index for stack in joined for index in stack}
    kept = [region for index, region in enumerate(regions) if index not in gone]
    return (*kept, *(_joined([regions[index] for index in stack]) for stack in joined))


def _may_be_character(quad: Quad, params: StackParams) -> bool:
    width, height = quad_size(quad)
    return 1 / params.max_aspect <= width / max(height, 1e-3) <= params.max_aspect


def _continues(above: Quad, below: Quad, params: StackParams) -> bool:
    """Tell whether a character directly continues a stack: same width and place, next to no gap."""
    (ax0, ay0), (ax1, ay1) = above.min(axis=0), above.max(axis=0)
    (bx0, by0), (bx1, by1) = below.min(axis=0), below.max(axis=0)
    shared = min(ax1, bx1) - max(ax0, bx0)
    height = min(ay1 - ay0, by1 - by0)
    return bool(
        shared >= params.min_overlap * max(ax1 - ax0, bx1 - bx0) and abs(by0 - ay1) <= params.max_gap_heights * height
    )


def _joined(regions: Sequence[TextRegion]) -> TextRegion:
    quad = min_area_rect(np.concatenate([region.quad for region in regions]))
    return TextRegion(quad, sum(region.score for region in regions) / len(regions))
