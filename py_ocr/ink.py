"""Ink: which pixels of a line image are written, where that can be told, and where its characters lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from py_ocr.types import CtcStep

InkHw = NDArray[np.bool_]
"""(H, W) bool: the pixels of a line image that are nearer to its ink than to its paper."""


def find_ink(
    image_hwc: NDArray[np.uint8], min_contrast: float, max_grain: float = 1.0, tail: float = 2.0
) -> InkHw | None:
    """Return the ink of a (H, W, 3) uint8 RGB line image, dark on light or light on dark.

    None where ink and paper differ by less than `min_contrast` grey levels, or the paper deviates by more than
    `max_grain` of that difference: it is a photograph, whose shadows look like marks. The darkest and lightest `tail`
    percent of the pixels tell what ink is.
    """
    grey = image_hwc.mean(axis=2)
    paper, (dark, light) = float(np.median(grey)), np.percentile(grey, (tail, 100 - tail))
    extreme = float(dark if paper - dark >= light - paper else light)
    if abs(extreme - paper) < min_contrast:
        return None
    ink: InkHw = np.abs(grey - paper) > np.abs(grey - extreme)
    return None if float(grey[~ink].std()) > max_grain * abs(extreme - paper) else ink


def character_columns(steps: Sequence[CtcStep], stride_px: int, width_px: int) -> list[tuple[int, int]]:
    """Return for each character the columns (start, stop) from half-way to the one before to half-way to the next."""
    centres = [(step.position + 0.5) * stride_px for step in steps]
    bounds = [0, *(round((a + b) / 2) for a, b in pairwise(centres)), width_px]
    return list(pairwise(bounds))
