"""Detect: where on a page is text? A differentiable-binarisation (DB) network and what turns its map into quads.

Reference: Liao et al., "Real-time scene text detection with differentiable binarization", AAAI 2020; the
post-processing follows PaddleOCR's DBPostProcess in behaviour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.components import find_components
from py_ocr.geometry import clip_quad, expand_rectangle, min_area_rect, quad_size
from py_ocr.image import resize
from py_ocr.model_spec import DetectorSpec
from py_ocr.session import InferenceSession
from py_ocr.tiles import make_tiles
from py_ocr.types import Quad, TextRegion


@dataclass(frozen=True, slots=True)
class DetectionParams:
    """How the detector is used, beyond what its model fixes. Pixels are those that the detector sees.

    `short_side_px`, `long_side_px`: the page is scaled so that its shorter side has at least, and its longer side
    at most so many pixels; it is enlarged at most `enlarge_at_most` times, since blurred texture looks like text and
    costs time, and an image with a side below `tiny_px` at most `enlarge_tiny_at_most` times.

    When the median height of the text then is below `small_text_px`, the page is looked at again so large that it is
    `good_text_px`, if that is at least `worthwhile` times larger; also when a page shrunk below `blind_scale` showed
    no text. `map_pixels` bounds the memory of that. Larger maps are made in tiles of `tile_px` that overlap by
    `tile_overlap_px`, wider than what the network sees around a pixel of small text.

    `full_margin_px`: what the network marks of large text is hardly smaller than the text, so of a margin that
    should be wider than this, only `large_margin_share` of the rest is added.

    `min_extent_px`: components smaller than this on the map are specks. `stack_characters` regions or more, of at
    most `single_aspect`, are one vertical line when they share `stack_overlap` of their width and their gaps are
    within `stack_gap` heights of a character.
    """

    short_side_px: int = 960
    long_side_px: int = 1600
    enlarge_at_most: float = 1.5
    tiny_px: int = 320
    enlarge_tiny_at_most: float = 2.0
    small_text_px: float = 12.0
    good_text_px: float = 20.0
    worthwhile: float = 1.3
    blind_scale: float = 0.5
    map_pixels: int = 24_000_000
    tile_px: int = 1600
    tile_overlap_px: int = 128
    full_margin_px: float = 20.0
    large_margin_share: float = 0.7
    min_extent_px: float = 3.0
    single_aspect: float = 2.2
    stack_characters: int = 4
    stack_overlap: float = 0.7
    stack_gap: float = 0.2


class TextDetector:
    """Finds text regions with a DB model."""

    def __init__(
        self, session: InferenceSession, spec: DetectorSpec, params: DetectionParams = DetectionParams()
    ) -> None:
        self._session = session
        self._spec = spec
        self._params = params

    async def detect(self, page: Image.Image) -> tuple[TextRegion, ...]:
        """Return the text regions of an RGB page, in no particular order, in its pixels.

        A page that had to be shrunk until its text became too small is looked at again, closer, in tiles.
        """
        size = working_size(page.width, page.height, self._spec.side_multiple, self._params)
        regions = await self._look(page, size)
        closer = closer_look(regions, page.size, size, self._spec.side_multiple, self._params)
        return regions if closer is None else await self._look(page, closer)

    async def _look(self, page: Image.Image, size: tuple[int, int]) -> tuple[TextRegion, ...]:
        probability_hw = np.zeros((size[1], size[0]), dtype=np.float32)
        for tile in make_tiles(size, self._params.tile_px, self._params.tile_overlap_px):
            seen = await self.probability_map(resize(page, *tile.size, box=tile.box_on(page.size, size)))
            tile.paste(seen, probability_hw)
        return regions_from_map(probability_hw, (page.width / size[0], page.height / size[1]), self._spec, self._params)

    async def probability_map(self, image_hwc: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the (H, W) float32 probability of text for each pixel of a (H, W, 3) uint8 RGB image."""
        outputs = await self._session.run({"image": np.ascontiguousarray(image_hwc[None])})
        return np.asarray(outputs["probability"][0, 0], dtype=np.float32)


def working_size(width: int, height: int, multiple: int, params: DetectionParams) -> tuple[int, int]:
    """Return the (width, height) at which the detector looks at a page, both multiples of `multiple`."""
    short = min(width, height)
    most = params.enlarge_tiny_at_most if short < params.tiny_px else params.enlarge_at_most
    scale = min(max(1.0, params.short_side_px / short), most)
    scale = min(scale, params.long_side_px / max(width, height))
    return _round_to(width * scale, multiple), _round_to(height * scale, multiple)


def closer_look(
    regions: Sequence[TextRegion],
    page_size: tuple[int, int],
    size: tuple[int, int],
    multiple: int,
    params: DetectionParams,
) -> tuple[int, int] | None:
    """Return the (width, height) at which text that was too small at `size` has a good size, or None.

    Where a much shrunk page showed no text at all, it may have been too small to be seen.
    """
    shrunk = size[0] / page_size[0]
    if regions:
        heights = [min(quad_size(region.quad)) * shrunk for region in regions]
        enlarge = params.good_text_px / max(float(np.median(heights)), 1.0)
        needed = float(np.median(heights)) < params.small_text_px
    else:
        enlarge, needed = 2.0, shrunk < params.blind_scale
    enlarge = min(enlarge, 1 / shrunk, (params.map_pixels / (size[0] * size[1])) ** 0.5)
    if not needed or enlarge < params.worthwhile:
        return None
    return _round_to(size[0] * enlarge, multiple), _round_to(size[1] * enlarge, multiple)


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
        margin = _margin(w * h * spec.unclip_ratio / (2 * (w + h)), params)
        quad = clip_quad(expand_rectangle(rectangle, margin, margin), width, height) * scale
        regions.append(TextRegion(quad.astype(np.float32), score))
    return join_stacks(regions, params)


def _margin(nominal_px: float, params: DetectionParams) -> float:
    beyond = max(0.0, nominal_px - params.full_margin_px)
    return nominal_px - beyond * (1 - params.large_margin_share)


def join_stacks(regions: Sequence[TextRegion], params: DetectionParams) -> tuple[TextRegion, ...]:
    """Join single characters that touch one below the other: a vertical line that the detector saw in pieces.

    A number printed sideways on the margin falls apart like this. Rows of a table keep more distance.
    """
    sizes = [quad_size(region.quad) for region in regions]
    single = [
        index
        for index, (w, h) in enumerate(sizes)
        if 1 / params.single_aspect <= w / max(h, 1e-3) <= params.single_aspect
    ]
    single.sort(key=lambda index: float(regions[index].quad[:, 1].mean()))
    stacks: list[list[int]] = []
    for index in single:
        stack = next((s for s in stacks if _continues(regions[s[-1]].quad, regions[index].quad, params)), None)
        if stack is None:
            stacks.append([index])
        else:
            stack.append(index)
    joined = [stack for stack in stacks if len(stack) >= params.stack_characters]
    gone = {index for stack in joined for index in stack}
    kept = [region for index, region in enumerate(regions) if index not in gone]
    return (*kept, *(_stacked([regions[index] for index in stack]) for stack in joined))


def _continues(above: Quad, below: Quad, params: DetectionParams) -> bool:
    """Tell whether a character directly continues a stack: same width and place, next to no gap."""
    (ax0, ay0), (ax1, ay1) = above.min(axis=0), above.max(axis=0)
    (bx0, by0), (bx1, by1) = below.min(axis=0), below.max(axis=0)
    shared = min(ax1, bx1) - max(ax0, bx0)
    height = min(ay1 - ay0, by1 - by0)
    return bool(
        shared >= params.stack_overlap * max(ax1 - ax0, bx1 - bx0) and abs(by0 - ay1) <= params.stack_gap * height
    )


def _stacked(regions: Sequence[TextRegion]) -> TextRegion:
    quad = min_area_rect(np.concatenate([region.quad for region in regions]))
    return TextRegion(quad, sum(region.score for region in regions) / len(regions))


def _dilate(mask_hw: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Grow a map by one pixel to the right and downwards: closes gaps of one pixel between characters."""
    grown = mask_hw.copy()
    grown[:, 1:] |= mask_hw[:, :-1]
    grown[1:] |= grown[:-1].copy()
    return grown
