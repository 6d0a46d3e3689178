"""Text map: what a differentiable-binarisation (DB) network says of each pixel becomes regions of text.

Reference: Liao et al., "Real-time scene text detection with differentiable binarization", AAAI 2020; the
post-processing follows PaddleOCR's DBPostProcess in behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py_ocr.components import find_components
from py_ocr.geometry import clip_quad, expand_rectangle, min_area_rects, quad_sizes
from py_ocr.model_spec import DetectorSpec
from py_ocr.parameters import Params, number
from py_ocr.types import TextRegion


@dataclass(frozen=True, slots=True)
class TextMapParams(Params):
    """How a map is read, beyond what its model fixes (DetectorSpec). Pixels are those of the map."""

    min_extent_px: float = number(3.0, least=1)
    """Components with a longer side below this are specks, as for PaddleOCR, where it is 3 (`min_size`). Lower values
    have noise looked at; higher ones lose single characters of tiny text."""

    full_margin_px: float = number(20.0)
    """Widest margin that a box is given whole. The network shrinks large text by less than the paper says, so for a
    wider one only a part of the rest counts. Lower values clip the text of ordinary lines."""

    large_margin_share: float = number(0.7, most=1)
    """Part of the margin beyond `full_margin_px` that counts. With 1 the boxes of signs take in their frames and
    neighbours (accuracy of scene_icdar15 .678, where 0.7 gave .687)."""


def regions_from_map(
    probability_hw: NDArray[np.float32],
    scale_xy: tuple[float, float],
    spec: DetectorSpec,
    params: TextMapParams = TextMapParams(),
) -> tuple[TextRegion, ...]:
    """Turn a (H, W) probability map into regions, scaled by `scale_xy` to the pixels of the page.

    Each connected component above the binary threshold becomes its smallest rectangle. The network was trained
    on kernels shrunk by D = area x ratio / perimeter, so the rectangle is grown by as much on every side. With area and
    perimeter of the contour instead, boxes of printed lines fit worse, and those of scenes hardly better.
    """
    height, width = probability_hw.shape
    mask = probability_hw > spec.binary_threshold
    if spec.dilate:
        mask = _dilate(mask)
    components = find_components(mask)
    if not len(components):
        return ()
    boxes = components.boxes()
    large = np.flatnonzero((boxes[:, 2:] - boxes[:, :2]).max(axis=1) >= params.min_extent_px)
    if not len(large):
        return ()
    # The rectangles run through the centres of the outermost pixels: one less than they cover, each way.
    rectangles = min_area_rects(*components.outlines(large))
    w, h = quad_sizes(rectangles).T
    scores = np.minimum(1.0, components.sums(probability_hw)[large] / ((w + 1) * (h + 1)))
    kept = (np.minimum(w, h) >= params.min_extent_px - 1) & (scores >= spec.box_threshold)
    rectangles, w, h, scores = rectangles[kept], w[kept], h[kept], scores[kept]
    margins = _margins(w * h * spec.unclip_ratio / (2 * (w + h)), params)
    quads = clip_quad(expand_rectangle(rectangles, margins, margins), width, height)
    quads = (quads * np.array(scale_xy, dtype=np.float32)).astype(np.float32)
    return tuple(TextRegion(quad, score) for quad, score in zip(quads, scores.tolist(), strict=True))


def _margins(nominal_px: NDArray[np.float64], params: TextMapParams) -> NDArray[np.float64]:
    """Return how far rectangles are grown on every side, of which large ones get less than the paper says."""
    beyond = np.maximum(0.0, nominal_px - params.full_margin_px)
    return nominal_px - beyond * (1 - params.large_margin_share)


def _dilate(mask_hw: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Grow a map by one pixel to the right and downwards: closes gaps of one pixel between characters."""
    grown = mask_hw.copy()
    grown[:, 1:] |= mask_hw[:, :-1]
    grown[1:] |= grown[:-1].copy()
    return grown
