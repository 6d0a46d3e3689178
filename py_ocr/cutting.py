"""Cutting: how far around a box its line is cut out.

A box that fits its text is the right answer to "where", but what is thin at the edges of a line may lie outside: an
underscore, a quote, a dot. Where there is such ink, and nothing else, the cut is wider than the box on that side. A cut
that always is wider reads scenes worse: what surrounds a sign comes in, and letters get smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py_ocr.parameters import Params, number
from py_ocr.types import Quad


@dataclass(frozen=True, slots=True)
class CuttingParams(Params):
    """How much wider than its box a line is cut, in heights of the line (for a column: in widths)."""

    along_heights: float = number(0.15)
    """At the ends of the line, where quotes, dots and underscores stand. More makes short lines wider to read, and
    takes in frames and neighbours."""

    across_heights: float = number(0.08)
    """Above and below, where underscores and accents stand. More makes letters smaller in the recogniser's fixed
    height: at 0.15 small print is read worse."""

    min_contrast: float = number(40.0, most=255)
    """Grey levels between paper and ink from which ink can be told from texture."""

    min_ink_px: int = number(2, least=1)
    """Ink pixels of the sample from which a side has ink: less is noise. A full stop has about six."""

    max_edge_ink: float = number(0.02, most=1)
    """Largest part of the outermost row or column of the cut that is ink: more, and something else than this line's own
    marks begins there."""

    max_rule: float = number(0.6, most=1)
    """Ink along more than this part of a side is a rule, a frame or an underline, which reads as letters."""

    touch_heights: float = number(0.25)
    """Boxes that share no more than this part of the lower one's height are not beside each other: one stands above the
    other, and the boxes of text that is set tight overlap by as much."""


def widest_cuts(
    quads: Sequence[Quad], vertical_ratio: float, params: CuttingParams = CuttingParams()
) -> NDArray[np.float32]:
    """Return (N, 4, 2) float32: the widest cut of each of N quads, up to its neighbours.

    A quad more than `vertical_ratio` times as tall as wide is a column, and its text runs downwards. Beside another box a cut goes half-way, above and below up to it: boxes of one row share a gap that belongs to
    neither, lines of a paragraph overlap anyway. Corners keep their order.
    """
    if not quads:
        return np.empty((0, 4, 2), dtype=np.float32)
    corners = np.stack(quads).astype(np.float64)
    along = (corners[:, 1] - corners[:, 0] + corners[:, 2] - corners[:, 3]) / 2
    across = (corners[:, 3] - corners[:, 0] + corners[:, 2] - corners[:, 1]) / 2
    width, height = (np.maximum(np.hypot(*axis.T), 1e-3) for axis in (along, across))
    along, across = along / width[:, None], across / height[:, None]

    # Every quad in the frame of every other: (N, N) lowest and highest place along and across it.
    offsets = corners[None] - corners[:, None, :1]
    places = np.einsum("ijkc,ic->ijk", offsets, along), np.einsum("ijkc,ic->ijk", offsets, across)
    (left, right), (top, bottom) = ((place.min(axis=2), place.max(axis=2)) for place in places)
    small = np.minimum(width, height)
    touch = params.touch_heights * np.minimum(small[:, None], small[None])
    other = ~np.eye(len(quads), dtype=np.bool_)
    beside = other & (top < height[:, None] - touch) & (bottom > touch)
    stacked = other & (left < width[:, None] - touch) & (right > touch)

    columns = height > vertical_ratio * width
    long_way, short_way = params.along_heights * small, params.across_heights * small
    ends, sides = np.where(columns, short_way, long_way), np.where(columns, long_way, short_way)
    is_left, is_above = left + right < width[:, None], top + bottom < height[:, None]
    before = np.minimum(ends, _free(beside & is_left, -right) / 2)[:, None] * along
    after = np.minimum(ends, _free(beside & ~is_left, left - width[:, None]) / 2)[:, None] * along
    above = np.minimum(sides, _free(stacked & is_above, -bottom))[:, None] * across
    below = np.minimum(sides, _free(stacked & ~is_above, top - height[:, None]))[:, None] * across
    growth = np.stack([-before - above, after - above, after + below, below - before], axis=1)
    return (corners + growth).astype(np.float32)


def sides_with_ink(
    sample_hwc: NDArray[np.uint8], margins_px: tuple[int, int, int, int], params: CuttingParams = CuttingParams()
) -> tuple[bool, bool, bool, bool]:
    """Tell on which sides of a line its marks go beyond its box: top, right, bottom, left.

    `sample_hwc` is (H, W, 3) uint8 RGB, an image of the widest cut; the box lies `margins_px` inside of its edges.
    """
    grey = sample_hwc.mean(axis=2)
    paper, (dark, light) = float(np.median(grey)), np.percentile(grey, (2, 98))
    extreme = float(dark if paper - dark >= light - paper else light)
    if abs(extreme - paper) < params.min_contrast:
        return False, False, False, False
    ink = np.abs(grey - paper) > np.abs(grey - extreme)
    top, right, bottom, left = margins_px
    return (
        _has_marks(ink[:top], params),
        _has_marks(ink[:, ink.shape[1] - right :].T[::-1], params),
        _has_marks(ink[ink.shape[0] - bottom :][::-1], params),
        _has_marks(ink[:, :left].T, params),
    )


def _has_marks(margin: NDArray[np.bool_], params: CuttingParams) -> bool:
    """Tell whether a margin, its outermost row first, holds thin marks of a line and nothing else."""
    if not margin.size or int(margin.sum()) < params.min_ink_px:
        return False
    return float(margin[0].mean()) <= params.max_edge_ink and float(margin.any(axis=0).mean()) <= params.max_rule


def margins_around(quad: Quad, widest: Quad) -> tuple[float, float, float, float]:
    """Return how far a quad's widest cut reaches beyond its top, right, bottom and left, in pixels of the page."""
    along, across = _axes(quad)
    return (
        float((quad[0] - widest[0]) @ across),
        float((widest[1] - quad[1]) @ along),
        float((widest[3] - quad[3]) @ across),
        float((quad[0] - widest[0]) @ along),
    )


def widened(quad: Quad, margins: tuple[float, ...], sides: tuple[bool, ...]) -> Quad:
    """Return a quad that is wider by its margins on some of its sides: top, right, bottom, left."""
    if not any(sides):
        return quad
    along, across = _axes(quad)
    top, right, bottom, left = (margin * side for margin, side in zip(margins, sides, strict=True))
    up, ahead, down, back = -top * across, right * along, bottom * across, -left * along
    growth = np.stack([back + up, ahead + up, ahead + down, back + down])
    return np.asarray(quad + growth, dtype=np.float32)


def _axes(quad: Quad) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    along, across = quad[1] - quad[0], quad[3] - quad[0]
    return along / max(float(np.hypot(*along)), 1e-3), across / max(float(np.hypot(*across)), 1e-3)


def _free(neighbours: NDArray[np.bool_], distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (N,) the distance to the nearest neighbour, 0 where one overlaps, infinite where there is none."""
    return np.where(neighbours, np.maximum(distances, 0), np.inf).min(axis=1)
