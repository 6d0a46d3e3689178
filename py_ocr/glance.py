"""Glance: which parts of a photograph may hold text, from a look at it that costs a quarter of the whole.

A page of print is full of text. Of a photograph, most is street and sky, and its text is small, so that it is looked at
enlarged. Where a glance shows nothing that even resembles text, that costs time and finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.components import find_components
from py_ocr.parameters import Params, number
from py_ocr.tiles import Tile

_CELL_PX: Final = 16
"""Side of the squares of a glance that are kept or left out as a whole. The sides of its map are multiples of it."""

_PAPER_LEVELS: Final = 33
"""Paper is what has about the page's most frequent grey: so many neighbouring levels of 256."""


@dataclass(frozen=True, slots=True)
class GlanceParams(Params):
    """When and how a page is glanced at first. Chosen on scenes, where nothing else is said."""

    ratio: float = number(0.5, above=0, most=1)
    """Size of the glance in that of the look. Lower values overlook small text, higher ones cost its square."""

    max_paper_share: float = number(0.5, most=1)
    """An image is a photograph if less than this part of it is paper. Documents have 0.75 and more, screens 0.5 and
    more, scenes 0.2 to 0.5. Higher values glance at pages that have text all over."""

    min_map_px: int = number(500_000, least=1)
    """Fewer pixels are looked at as they are: there is little to save."""

    threshold: float = number(0.1, above=0, most=1)
    """Probability of text from which a place is looked at. Lower values look at texture; higher ones overlook text that
    is small, or pale."""

    reach_cells: int = number(4)
    """How far around such a place is looked at, in cells of 16 pixels of the glance: a network sees text by what is
    around it, and lines go on. With 2, scenes lost 3 lines of 100; higher values look at more."""

    max_share: float = number(0.8, most=1)
    """Where more than this part of the image would be looked at, all of it is: the glance has to save what it costs."""


def is_photograph(page: Image.Image, params: GlanceParams = GlanceParams()) -> bool:
    """Tell whether a page is a photograph, by how little of it has about the same brightness."""
    counts = np.array(page.convert("L").histogram())
    paper = np.convolve(counts, np.ones(_PAPER_LEVELS, dtype=counts.dtype)).max()
    return bool(paper < params.max_paper_share * counts.sum())


def promising_parts(
    glance_hw: NDArray[np.float32], size: tuple[int, int], multiple: int, params: GlanceParams = GlanceParams()
) -> tuple[Tile, ...] | None:
    """Return the parts of a (width, height) map that may hold text, or None where that is most of it.

    `glance_hw` is the (H, W) probability of text on a smaller map of the same page, whose sides are multiples of 16.
    The sides of what is seen are multiples of `multiple`, as those of `size` are. What is kept of two parts is apart.
    """
    height, width = (side // _CELL_PX for side in glance_hw.shape)
    seen: NDArray[np.bool_] = glance_hw >= params.threshold
    cells: NDArray[np.bool_] = np.asarray(seen.reshape(height, _CELL_PX, width, _CELL_PX).any(axis=(1, 3)))
    boxes = _boxes_around(_grown(cells, params.reach_cells))
    scale = np.array([size[0] / width, size[1] / height] * 2)
    kept = np.rint(boxes * scale).astype(np.intp)
    if ((kept[:, 2] - kept[:, 0]) * (kept[:, 3] - kept[:, 1])).sum() > params.max_share * size[0] * size[1]:
        return None
    starts, stops = kept[:, :2] // multiple * multiple, -(-kept[:, 2:] // multiple) * multiple
    seen = np.concatenate([starts, stops], axis=1)
    return tuple(Tile((*s,), (*k,)) for s, k in zip(seen.tolist(), kept.tolist(), strict=True))


def _grown(cells: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Return the cells that are at most `reach` rows and columns away from one of these."""
    window = (2 * reach + 1, 2 * reach + 1)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(np.pad(cells, reach), window).any(axis=(2, 3)))


def _boxes_around(cells: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return (N, 4) x0, y0, x1, y1 of rectangles that hold all these cells and do not touch each other."""
    while cells.any():
        boxes = find_components(cells).boxes()
        filled = np.zeros_like(cells)
        for x0, y0, x1, y1 in boxes.tolist():
            filled[y0:y1, x0:x1] = True
        if np.array_equal(filled, cells):
            return boxes
        cells = filled
    return np.empty((0, 4), dtype=np.intp)
