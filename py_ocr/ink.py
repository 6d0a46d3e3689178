"""Ink: which pixels of a line image are written, where that can be told, and where its characters lie in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from py_ocr.types import CtcStep

InkHw = NDArray[np.bool_]
"""(H, W) bool: the pixels of a line image that are nearer to its ink than to its paper."""

_SUMS: Final = 3 * 255 + 1
"""How many sums of three channels there are. Counted once, they are quicker to sort and to compare than pixels are."""


def find_ink(
    image_hwc: NDArray[np.uint8], min_contrast: float, max_grain: float = 1.0, tail: float = 2.0
) -> InkHw | None:
    """Return the ink of a (H, W, 3) uint8 RGB line image, dark on light or light on dark.

    None where ink and paper differ by less than `min_contrast` grey levels, or the paper deviates by more than
    `max_grain` of that difference: it is a photograph, whose shadows look like marks. The darkest and lightest `tail`
    percent of the pixels tell what ink is.
    """
    red, green, blue = (image_hwc[:, :, channel].astype(np.uint16) for channel in range(3))
    sums = red + green + blue
    counts = np.bincount(sums.ravel(), minlength=_SUMS)
    dark, paper, light = (_percentile(counts, percent) for percent in (tail, 50, 100 - tail))
    extreme = dark if paper - dark >= light - paper else light
    if abs(extreme - paper) < 3 * min_contrast:
        return None
    grey = np.arange(_SUMS)
    is_ink = np.abs(grey - paper) > np.abs(grey - extreme)
    grain = _deviation(grey[~is_ink], counts[~is_ink])
    return None if grain > max_grain * abs(extreme - paper) else np.asarray(is_ink[sums])


def _percentile(counts: NDArray[np.intp], percent: float) -> float:
    """Return a percentile of values of which so many each were counted, between two of them in proportion."""
    upto = counts.cumsum()
    rank = (int(upto[-1]) - 1) * percent / 100
    low, high = np.searchsorted(upto, (math.floor(rank), math.ceil(rank)), side="right").tolist()
    return float(low + (high - low) * (rank - math.floor(rank)))


def _deviation(values: NDArray[np.intp], counts: NDArray[np.intp]) -> float:
    """Return the standard deviation of values of which so many each were counted."""
    mean = float(np.average(values, weights=counts))
    return math.sqrt(float(np.average((values - mean) ** 2, weights=counts)))


def character_columns(steps: Sequence[CtcStep], stride_px: int, width_px: int) -> list[tuple[int, int]]:
    """Return for each character the columns (start, stop) from half-way to the one before to half-way to the next."""
    centres = [(step.position + 0.5) * stride_px for step in steps]
    bounds = [0, *(round((a + b) / 2) for a, b in pairwise(centres)), width_px]
    return list(pairwise(bounds))
