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
    """Where the marks of a line end, in heights of the line where nothing else is said (for a column: in widths).

    Chosen on drawn lines of code, quotations and links, and on scenes, which must stay as they are.
    """

    search_along: float = number(1.2)
    """How far beyond the ends of its box a line's marks are looked for: two underscores are as long. More takes in what
    stands beside the line."""

    long_aspect: float = number(3.0, least=1)
    """Up to so many times its height, a line's ends are searched like its sides: the marks of single characters are
    found there, and the rules of the cells that they stand in are not."""

    max_gap: float = number(0.35)
    """Widest gap between a line's marks, or between its box and the first of them: that of dots. More takes in bullets
    and icons."""

    search_across: float = number(0.25)
    """The same above and below: underscores, accents. More takes in the next line."""

    pad: float = number(0.06)
    """Paper that is left around the outermost mark. Less, and the recogniser misses it as before."""

    end_pad: float = number(0.3)
    """Paper that is left at an end of the line that has a thin mark. More makes short lines wider to read."""

    thin_share: float = number(0.4, most=1)
    """What stands at an end is thin, a quotation mark or a dot, if its ink is lower than this part of the line's."""

    min_contrast: float = number(40.0, most=255)
    """Grey levels between paper and ink from which ink can be told from texture."""

    max_grain: float = number(0.12)
    """Largest deviation of the paper around a line, relative to its contrast: more is a photograph, whose shadows and
    textures look like marks. Nineteen of twenty lines of scenes are above it, most lines of documents below."""

    min_ink_px: int = number(2, least=1)
    """Ink pixels of a sample from which a side has ink: less is noise. A full stop has about six."""

    touch_heights: float = number(0.25)
    """Boxes that share no more than this part of the lower one's height are not beside each other: one stands above the
    other, and the boxes of text that is set tight overlap by as much."""


Sides = tuple[float, float, float, float]
"""Lengths at the top, the right, the bottom and the left of a line."""


def widest_cuts(
    quads: Sequence[Quad], vertical_ratio: float, params: CuttingParams = CuttingParams()
) -> NDArray[np.float32]:
    """Return (N, 4, 2) float32: the widest cut of each of N quads, up to its neighbours.

    A quad more than `vertical_ratio` times as tall as wide is a column, and its text runs downwards. Beside another box
    a cut goes half-way, above and below up to it: boxes of one row share a gap that belongs to neither, lines of a
    paragraph overlap anyway. Corners keep their order.
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
    # What is about as wide as high is a character or two, whose direction is not known yet.
    is_long = np.maximum(width, height) > params.long_aspect * small
    short_way = params.search_across * small
    long_way = np.where(is_long, params.search_along * small, short_way)
    ends, sides = np.where(columns, short_way, long_way), np.where(columns, long_way, short_way)
    is_left, is_above = left + right < width[:, None], top + bottom < height[:, None]
    before = np.minimum(ends, _free(beside & is_left, -right) / 2)[:, None] * along
    after = np.minimum(ends, _free(beside & ~is_left, left - width[:, None]) / 2)[:, None] * along
    above = np.minimum(sides, _free(stacked & is_above, -bottom))[:, None] * across
    below = np.minimum(sides, _free(stacked & ~is_above, top - height[:, None]))[:, None] * across
    growth = np.stack([-before - above, after - above, after + below, below - before], axis=1)
    cuts: NDArray[np.float32] = (corners + growth).astype(np.float32)
    return cuts


def marks_beyond(sample_hwc: NDArray[np.uint8], margins_px: Sides, params: CuttingParams = CuttingParams()) -> Sides:
    """Return how far a line's marks go beyond its box on each side, in pixels of the sample, with paper around them.

    `sample_hwc` is (H, W, 3) uint8 RGB, an image of the widest cut; the box lies `margins_px` inside of its edges. A
    side counts 0 where there are none, and where ink goes on to the edge of the sample: that is something else.
    """
    grey = sample_hwc.mean(axis=2)
    paper, (dark, light) = float(np.median(grey)), np.percentile(grey, (2, 98))
    extreme = float(dark if paper - dark >= light - paper else light)
    if abs(extreme - paper) < params.min_contrast:
        return 0.0, 0.0, 0.0, 0.0
    ink = np.abs(grey - paper) > np.abs(grey - extreme)
    if float(grey[~ink].std()) > params.max_grain * abs(extreme - paper):
        return 0.0, 0.0, 0.0, 0.0
    top, right, bottom, left = (round(margin) for margin in margins_px)
    rows, columns = slice(top, ink.shape[0] - bottom), slice(left, ink.shape[1] - right)
    height_px, width_px = ink.shape[0] - top - bottom, ink.shape[1] - left - right
    # Of a column, the width is what the height of a row is; a single tall character stands.
    line_px = width_px if height_px > params.long_aspect * width_px else height_px
    gap, pad, end_pad = params.max_gap * line_px, params.pad * line_px, params.end_pad * line_px
    # A rule runs on past the ends of the line, or past its top and bottom; an underline ends with it.
    ruled_rows = ink[:, :left].any(axis=1) | ink[:, ink.shape[1] - right :].any(axis=1)
    ruled_columns = ink[:top].any(axis=0) | ink[ink.shape[0] - bottom :].any(axis=0)
    across = (ink & ~ruled_rows[:, None])[:, columns].sum(axis=1)
    along = (ink & ~ruled_columns)[rows]
    ends = along.sum(axis=0)
    thin = params.thin_share * line_px
    return (
        _beyond(across, top, gap, pad, params),
        max(_beyond(ends[::-1], right, gap, pad, params), end_pad * _ends_thin(along[:, ::-1], right, thin)),
        _beyond(across[::-1], bottom, gap, pad, params),
        max(_beyond(ends, left, gap, pad, params), end_pad * _ends_thin(along, left, thin)),
    )


def _beyond(ink_counts: NDArray[np.intp], margin: int, gap_px: float, pad_px: float, params: CuttingParams) -> float:
    """Return how far marks go into a margin: `ink_counts` are the ink pixels of each row or column, from outside."""
    outwards = ink_counts[:margin][::-1]
    inked = np.flatnonzero(outwards)
    steps = np.diff(inked, prepend=-1)
    wide = np.flatnonzero(steps > gap_px + 1)
    marks = inked[: int(wide[0])] if len(wide) else inked
    if not len(marks) or marks[-1] == margin - 1 or int(outwards[marks].sum()) < params.min_ink_px:
        return 0.0
    return min(float(margin), float(marks[-1]) + 1 + pad_px)


def _ends_thin(ink: NDArray[np.bool_], margin: int, thin_px: float) -> bool:
    """Tell whether the mark at the left end of an image is thin, and stands clear in front of the next one."""
    columns = np.asarray(ink.any(axis=0))
    found = np.flatnonzero(columns)
    if not len(found) or columns[0] or margin < 1:
        return False
    gaps = np.flatnonzero(~columns[found[0] :])
    mark: NDArray[np.bool_] = ink[:, found[0] : found[0] + (int(gaps[0]) if len(gaps) else ink.shape[1])]
    rows = np.flatnonzero(mark.any(axis=1))
    return bool(rows[-1] - rows[0] + 1 <= thin_px)


def margins_around(quad: Quad, widest: Quad) -> Sides:
    """Return how far a quad's widest cut reaches beyond it, in pixels of the page."""
    along, across = _axes(quad)
    return (
        max(0.0, float((quad[0] - widest[0]) @ across)),
        max(0.0, float((widest[1] - quad[1]) @ along)),
        max(0.0, float((widest[3] - quad[3]) @ across)),
        max(0.0, float((quad[0] - widest[0]) @ along)),
    )


def scaled(sides: Sides, factor: float) -> Sides:
    """Return lengths in other pixels."""
    top, right, bottom, left = sides
    return top * factor, right * factor, bottom * factor, left * factor


def widened(quad: Quad, by: Sides) -> Quad:
    """Return a quad whose sides are moved outwards."""
    if not any(by):
        return quad
    along, across = _axes(quad)
    top, right, bottom, left = by
    up, ahead, down, back = -top * across, right * along, bottom * across, -left * along
    growth = np.stack([back + up, ahead + up, ahead + down, back + down])
    return np.asarray(quad + growth, dtype=np.float32)


def _axes(quad: Quad) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    along, across = quad[1] - quad[0], quad[3] - quad[0]
    return along / max(float(np.hypot(*along)), 1e-3), across / max(float(np.hypot(*across)), 1e-3)


def _free(neighbours: NDArray[np.bool_], distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (N,) the distance to the nearest neighbour, 0 where one overlaps, infinite where there is none."""
    nearest: NDArray[np.float64] = np.where(neighbours, np.maximum(distances, 0), np.inf).min(axis=1)
    return nearest
