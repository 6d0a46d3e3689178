"""Detect: where on a page is text? A differentiable-binarisation (DB) network and what turns its map into quads.

Reference: Liao et al., "Real-time scene text detection with differentiable binarization", AAAI 2020; the
post-processing follows PaddleOCR's DBPostProcess in behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.components import find_components
from py_ocr.geometry import clip_quad, expand_rectangle, min_area_rect, quad_size
from py_ocr.image import resize
from py_ocr.model_spec import DetectorSpec
from py_ocr.session import InferenceSession
from py_ocr.types import TextRegion


@dataclass(frozen=True, slots=True)
class DetectionParams:
    """How the detector is used, beyond what its model fixes.

    `short_side_px`, `long_side_px`: the page is scaled so that its shorter side has at least, and its longer
    side at most so many pixels (RapidOCR 3.10: 736 and 2,000). `min_extent_px`: components smaller than this on
    the map are specks.
    """

    short_side_px: int = 960
    long_side_px: int = 1600
    min_extent_px: float = 3.0


class TextDetector:
    """Finds text regions with a DB model."""

    def __init__(
        self, session: InferenceSession, spec: DetectorSpec, params: DetectionParams = DetectionParams()
    ) -> None:
        self._session = session
        self._spec = spec
        self._params = params

    async def detect(self, page: Image.Image) -> tuple[TextRegion, ...]:
        """Return the text regions of an RGB page, in no particular order, in its pixels."""
        width, height = working_size(page.width, page.height, self._spec.side_multiple, self._params)
        probability_hw = await self.probability_map(resize(page, width, height))
        return regions_from_map(probability_hw, (page.width / width, page.height / height), self._spec, self._params)

    async def probability_map(self, image_hwc: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the (H, W) float32 probability of text for each pixel of a (H, W, 3) uint8 RGB image."""
        outputs = await self._session.run({"image": np.ascontiguousarray(image_hwc[None])})
        return np.asarray(outputs["probability"][0, 0], dtype=np.float32)


def working_size(width: int, height: int, multiple: int, params: DetectionParams) -> tuple[int, int]:
    """Return the (width, height) at which the detector looks at a page, both multiples of `multiple`."""
    scale = max(1.0, params.short_side_px / min(width, height))
    scale = min(scale, params.long_side_px / max(width, height))
    return _round_to(width * scale, multiple), _round_to(height * scale, multiple)


def _round_to(length: float, multiple: int) -> int:
    return max(multiple, round(length / multiple) * multiple)


def regions_from_map(
    probability_hw: NDArray[np.float32],
    scale_xy: tuple[float, float],
    spec: DetectorSpec,
    params: DetectionParams,
) -> tuple[TextRegion, ...]:
    """Turn a (H, W) probability map into regions, scaled by `scale_xy` to the pixels of the page.

    Each connected component above the binary threshold becomes its smallest rectangle. The network was trained
    on kernels shrunk by D = area x ratio / perimeter, so the rectangle is grown by as much on every side.
    """
    height, width = probability_hw.shape
    mask = probability_hw > spec.binary_threshold
    if spec.dilate:
        mask = _dilate(mask)
    components = find_components(mask)
    if not len(components):
        return ()
    sums = components.sums(probability_hw)
    boxes = components.boxes()
    large = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) >= params.min_extent_px
    scale = np.array(scale_xy, dtype=np.float32)
    regions = []
    for index in np.flatnonzero(large).tolist():
        rectangle = min_area_rect(components.outline(index))
        w, h = quad_size(rectangle)
        if min(w, h) < params.min_extent_px - 1:
            continue
        score = min(1.0, float(sums[index]) / ((w + 1) * (h + 1)))
        if score < spec.box_threshold:
            continue
        margin = w * h * spec.unclip_ratio / (2 * (w + h))
        quad = clip_quad(expand_rectangle(rectangle, margin, margin), width, height) * scale
        regions.append(TextRegion(quad.astype(np.float32), score))
    return tuple(regions)


def _dilate(mask_hw: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Grow a map by one pixel to the right and downwards: closes gaps of one pixel between characters."""
    grown = mask_hw.copy()
    grown[:, 1:] |= mask_hw[:, :-1]
    grown[1:] |= grown[:-1].copy()
    return grown
