"""Cutting: how far around a box its line is cut out.

A box that fits its text is the right answer to "where", but what is thin at the edges of a line may lie outside: an
underscore, a quote, a dot. Where there is such ink, and nothing else, the cut is wider than the box on that side. A cut
that always is wider reads scenes worse: what surrounds a sign comes in, and letters get smaller.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from py_ocr.geometry import unit_vectors
from py_ocr.parameters import Params, number
from py_ocr.types import Quad

_GREYS: Final = np.arange(3 * 255 + 1) / 3
"""Every grey that the mean of three channels can be, by their sum."""


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
    sums = sample_hwc[..., 0].astype(np.uint16)
    sums += sample_hwc[..., 1]
    sums += sample_hwc[..., 2]
    # What is asked of the pixels' values is asked of how many there are of each: there are few values, and many pixels.
    counts = np.bincount(sums.ravel(), minlength=len(_GREYS))
    up_to = np.cumsum(counts)
    paper, dark, light = (_quantile(up_to, share) for share in (0.5, 0.02, 0.98))
    extreme = dark if paper - dark >= light - paper else light
    if abs(extreme - paper) < params.min_contrast:
        return 0.0, 0.0, 0.0, 0.0
    is_ink: NDArray[np.bool_] = np.abs(_GREYS - paper) > np.abs(_GREYS - extreme)
    if _deviation(np.where(is_ink, 0, counts)) > params.max_grain * abs(extreme - paper):
        return 0.0, 0.0, 0.0, 0.0
    ink: NDArray[np.bool_] = is_ink[sums]
    top, right, bottom, left = (round(margin) for margin in margins_px)
    rows, columns = slice(top, ink.shape[0] - bottom), slice(left, ink.shape[1] - right)
    height_px, width_px = ink.shape[0] - top - bottom, ink.shape[1] - left - right
    # Of a column, the width is what the height of a row is; a single tall character stands.
    line_px = width_px if height_px > params.long_aspect * width_px else height_px
    gap, pad, end_pad = params.max_gap * line_px, params.pad * line_px, params.end_pad * line_px
    # A rule runs on past the ends of the line, or past its top and bottom; an underline ends with it.
    ruled_rows = np.asarray(ink[:, :left].any(axis=1) | ink[:, columns.stop :].any(axis=1))
    ruled_columns = ink[:top].any(axis=0) | ink[rows.stop :].any(axis=0)
    above, below = (
        np.where(ruled_rows[part], 0, ink[part, columns].sum(axis=1)) for part in (slice(top), slice(rows.stop, None))
    )
    along: NDArray[np.bool_] = ink[rows] & ~ruled_columns
    before, after = along[:, :left].sum(axis=0), along[:, columns.stop :].sum(axis=0)
    inked, thin = np.asarray(along.any(axis=0)), params.thin_share * line_px
    starts_thin = left > 0 and _starts_thin(along, inked, thin)
    ends_thin = right > 0 and _starts_thin(along[:, ::-1], inked[::-1], thin)
    return (
        _beyond(above[::-1], gap, pad, params),
        max(_beyond(after, gap, pad, params), end_pad * ends_thin),
        _beyond(below, gap, pad, params),
        max(_beyond(before[::-1], gap, pad, params), end_pad * starts_thin),
    )


def _quantile(up_to: NDArray[np.intp], share: float) -> float:
    """Return the grey that so much of the pixels is darker than, given how many have each grey or a darker one."""
    place = share * (int(up_to[-1]) - 1)
    rank = int(place)
    low, high = _GREYS[np.searchsorted(up_to, (rank, min(rank + 1, int(up_to[-1]) - 1)), side="right")].tolist()
    return float(low + (high - low) * (place - rank))


def _deviation(counts: NDArray[np.intp]) -> float:
    """Return the standard deviation of pixels, given how many have each grey."""
    total = max(int(counts.sum()), 1)
    mean = float((counts * _GREYS).sum()) / total
    return math.sqrt(float((counts * (_GREYS - mean) ** 2).sum()) / total)


def _beyond(outwards: NDArray[np.intp], gap_px: float, pad_px: float, params: CuttingParams) -> float:
    """Return how far marks go into a margin: `outwards` are the ink pixels of its rows or columns, from near to far."""
    reached_px, ink_px = 0, 0
    for place_px, count in enumerate(outwards.tolist(), 1):
        if count and place_px - reached_px > gap_px + 1:
            break
        if count:
            reached_px, ink_px = place_px, ink_px + count
    if reached_px in (0, len(outwards)) or ink_px < params.min_ink_px:
        return 0.0
    return min(float(len(outwards)), reached_px + pad_px)


def _starts_thin(ink: NDArray[np.bool_], inked: NDArray[np.bool_], thin_px: float) -> bool:
    """Tell whether the mark at the left end of an image is thin, and stands clear in front of the next one.

    `inked` tells for each column of `ink` whether it has any.
    """
    first = int(np.argmax(inked))
    if not first:  # there is none, or it goes on to the edge
        return False
    width = int(np.argmin(inked[first:])) or len(inked)
    rows = np.flatnonzero(ink[:, first : first + width].any(axis=1))
    return bool(rows[-1] - rows[0] + 1 <= thin_px)


def margins_around(quads: NDArray[np.float32], widest: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return (..., 4) float64: how far the widest cuts of (..., 4, 2) quads reach beyond them, in pixels of the page.

    The sides are in the order of `Sides`.
    """
    along, across = _axes(quads)
    margins = [
        ((quads[..., 0, :] - widest[..., 0, :]) * across).sum(axis=-1),
        ((widest[..., 1, :] - quads[..., 1, :]) * along).sum(axis=-1),
        ((widest[..., 3, :] - quads[..., 3, :]) * across).sum(axis=-1),
        ((quads[..., 0, :] - widest[..., 0, :]) * along).sum(axis=-1),
    ]
    return np.maximum(0.0, np.stack(margins, axis=-1).astype(np.float64))


def widened(quads: NDArray[np.float32], by: ArrayLike) -> NDArray[np.float32]:
    """Return (..., 4, 2) quads whose sides are moved outwards by (..., 4) `Sides`."""
    along, across = _axes(quads)
    top, right, bottom, left = np.moveaxis(np.asarray(by, dtype=np.float32)[..., None], -2, 0)
    up, ahead, down, back = -top * across, right * along, bottom * across, -left * along
    growth = np.stack([back + up, ahead + up, ahead + down, back + down], axis=-2)
    return np.asarray(quads + growth, dtype=np.float32)


def _axes(quads: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return unit_vectors(quads[..., 1, :] - quads[..., 0, :]), unit_vectors(quads[..., 3, :] - quads[..., 0, :])


def _free(neighbours: NDArray[np.bool_], distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (N,) the distance to the nearest neighbour, 0 where one overlaps, infinite where there is none."""
    nearest: NDArray[np.float64] = np.where(neighbours, np.maximum(distances, 0), np.inf).min(axis=1)
    return nearest
