"""Tiles: a map too large to be computed at once, in overlapping parts. Knows nothing of OCR models.

Each tile contributes what is nearer to its own middle, so that no pixel comes from the edge of a tile, where a
network sees half of its surroundings only. What lies across a seam is whole on the map: nothing needs merging.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_STEP_PX: Final = 32
"""Tiles are no closer cut than this, which the detectors' sides are multiples of."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a (W, H) map: where it is, and which part of that it contributes, as x0, y0, x1, y1 on the map."""

    seen: tuple[int, int, int, int]
    kept: tuple[int, int, int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Return (width, height) of what is seen."""
        return self.seen[2] - self.seen[0], self.seen[3] - self.seen[1]

    def box_on(self, page_size: tuple[int, int], map_size: tuple[int, int]) -> tuple[float, float, float, float]:
        """Return what is seen in pixels of a page of which the map is a scaled view."""
        x, y = page_size[0] / map_size[0], page_size[1] / map_size[1]
        x0, y0, x1, y1 = self.seen
        return x0 * x, y0 * y, min(x1 * x, page_size[0]), min(y1 * y, page_size[1])

    def paste(self, values_hw: NDArray[np.float32], map_hw: NDArray[np.float32]) -> None:
        """Write the part that the tile contributes into the map."""
        x0, y0, x1, y1 = self.kept
        left, top = self.seen[:2]
        map_hw[y0:y1, x0:x1] = values_hw[y0 - top : y1 - top, x0 - left : x1 - left]


def make_tiles(map_size: tuple[int, int], tile_px: int, overlap_px: int) -> tuple[Tile, ...]:
    """Cover a (width, height) map with tiles of at most `tile_px` that overlap by `overlap_px` or more.

    They are as few as can be, all of one size, and no larger than they must be for that. Sides that are multiples of 32
    give tiles whose sides are, when `tile_px` and `overlap_px` are too.
    """
    columns, rows = (_spans(length, tile_px, overlap_px) for length in map_size)
    return tuple(
        Tile((sx0, sy0, sx1, sy1), (kx0, ky0, kx1, ky1))
        for (sy0, sy1), (ky0, ky1) in rows
        for (sx0, sx1), (kx0, kx1) in columns
    )


def _spans(length: int, tile: int, overlap: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return for one axis what each tile sees and what it keeps, as half-open spans."""
    count = max(1, -(-(length - overlap) // (tile - overlap)))
    even = -(-(length + (count - 1) * overlap) // (count * _STEP_PX)) * _STEP_PX
    tile = min(tile, even, length)
    starts = [*range(0, length - tile, max(1, tile - overlap)), length - tile]
    seen = [(start, start + tile) for start in starts]
    seams = [(right[0] + left[1]) // 2 for left, right in itertools.pairwise(seen)]
    return list(zip(seen, zip([0, *seams], [*seams, length], strict=True), strict=True))
