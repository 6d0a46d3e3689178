"""Detect: where on a page is text? How large the detector looks at it, and whether it has to look closer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.errors import OptionError
from py_ocr.geometry import intersection_area, quad_size
from py_ocr.glance import GlanceParams, is_photograph, promising_parts
from py_ocr.image import resize
from py_ocr.model_spec import DetectorSpec
from py_ocr.parameters import Params, number
from py_ocr.session import InferenceSession
from py_ocr.text_map import TextMapParams, regions_from_map
from py_ocr.tiles import Tile, make_tiles
from py_ocr.types import Quad, TextRegion

_MOST = 0.6
"""Share of an area that counts as nearly all of it when two looks at a page are compared."""


@dataclass(frozen=True, slots=True)
class DetectionParams(Params):
    """How large the detector looks at a page. Pixels are those that it sees, where nothing else is said."""

    short_side_px: int = number(960, least=32)
    """A page is enlarged until its shorter side has this, within the limits below. RapidOCR takes 736. Lower values
    lose small text; higher ones cost time in proportion to the area."""

    long_side_px: int = number(1600, least=32)
    """A page is shrunk until its longer side has at most this; RapidOCR takes 2000. The time of large pages is in
    proportion to its square. Lower values lose small text, or have it found by a closer look, which costs more."""

    max_enlargement: float = number(1.5, least=1)
    """An image is enlarged at most so many times: blurred texture looks like text, and costs time."""

    tiny_px: int = number(320)
    """An image with a side below this, in its own pixels, is a line or a label cut out: texture is no danger."""

    max_enlargement_tiny: float = number(2.0, least=1)
    """As `max_enlargement`, for such an image, whose text mostly is small and all that there is."""

    closer_below_px: float = number(12.0)
    """A median height of the text below this calls for a closer look. Lower values leave lines unfound and boxes
    inexact; higher ones look twice at pages that read well."""

    closer_text_px: float = number(20.0)
    """The height that the median text has in the closer look. Larger text gains nothing, and costs its square."""

    closer_min_ratio: float = number(1.3, least=1)
    """A closer look that would be less than so many times larger is not taken: it would find the same again."""

    closer_empty_scale: float = number(0.5, most=1)
    """A page without any text gets a closer look when it was shrunk below this: text may have become too small to be
    seen. Higher values look twice at photographs that have none."""

    closer_empty_ratio: float = number(2.0, least=1)
    """How many times larger that look is; there is no text whose height would tell."""

    farther_ratio: float = number(0.2, above=0, most=1)
    """Size of the farther look in that of the first. Letters as tall as half an image and fine print of dots, which are
    shapes and texture to the network at 1, were found at 0.15 to 0.3; it costs 4 % of the first look."""

    farther_above_share: float = number(0.25, above=0)
    """Text taller than this share of the map's shorter side calls for a farther look, as does a page without any text:
    the network sees letters of such a size in part, or not. Lower values look twice at ordinary signs."""

    max_map_px: int = number(24_000_000, least=1024)
    """Most pixels of a map: each takes 4 bytes, and a few times that while regions are found, beside the page in a
    memory that ends at 4 GB in a browser. Lower values look less close at the largest pages."""

    tile_px: int = number(1600, least=64, multiple=32)
    """Larger maps are made in tiles of at most this, since a network's memory grows with what it sees at once. The
    multiple is that of the detectors; see DetectorSpec.side_multiple."""

    tile_overlap_px: int = number(128, multiple=32)
    """How far tiles overlap: more than what the network sees around a pixel of small text, or words would be cut."""

    def __post_init__(self) -> None:
        Params.__post_init__(self)
        if self.tile_overlap_px >= self.tile_px:
            raise OptionError(
                "option_invalid",
                f"tile_overlap_px is {self.tile_overlap_px}, tile_px {self.tile_px}: such tiles never end.",
                "Choose tiles that are larger than their overlap.",
            )


class TextDetector:
    """Finds text regions with a DB model."""

    def __init__(
        self,
        session: InferenceSession,
        spec: DetectorSpec,
        params: DetectionParams = DetectionParams(),
        text_map: TextMapParams = TextMapParams(),
        glance: GlanceParams = GlanceParams(),
    ) -> None:
        self._session = session
        self._spec = spec
        self._params = params
        self._text_map = text_map
        self._glance = glance

    async def detect(self, page: Image.Image) -> tuple[TextRegion, ...]:
        """Return the text regions of an RGB page, in no particular order, in its pixels.

        A page that had to be shrunk until its text became too small is looked at again, closer, in tiles; one whose
        text is so large that the network may have seen it in part only, or not, from farther away. Of a photograph,
        only the parts are looked at in which a glance showed that there may be text.
        """
        size = self.working_size(page)
        regions = await self._detect_at(size, page, await self._parts_to_see(size, page))
        closer = closer_look(regions, page.size, size, self._spec, self._params)
        if closer is not None:
            return await self._detect_at(closer, page)
        farther = farther_look(regions, page.size, size, self._spec, self._params)
        if farther is not None:
            return merge_looks(regions, await self._detect_at(farther, page))
        return regions

    def working_size(self, page: Image.Image) -> tuple[int, int]:
        """Return the (width, height) at which the detector looks at a page first."""
        return working_size(page.width, page.height, self._spec, self._params)

    async def detect_rows(self, page: Image.Image, top: int, bottom: int) -> tuple[TextRegion, ...]:
        """Return the regions that lie whole within these rows of the page at its working size, in the page's pixels."""
        width, height = self.working_size(page)
        scale_xy = (page.width / width, page.height / height)
        box = (0.0, top * scale_xy[1], float(page.width), min(bottom * scale_xy[1], page.height))
        probability_hw = await self.probability_map(resize(page, width, bottom - top, box=box))
        regions = regions_from_map(probability_hw, scale_xy, self._spec, self._text_map)
        first, last = (0 if top == 0 else 1) * scale_xy[1], (bottom - top - (bottom < height)) * scale_xy[1]
        offset = np.array([0, top * scale_xy[1]], dtype=np.float32)
        return tuple(
            TextRegion(region.quad + offset, region.score)
            for region in regions
            if region.quad[:, 1].min() >= first and region.quad[:, 1].max() <= last
        )

    async def _parts_to_see(self, size: tuple[int, int], page: Image.Image) -> tuple[Tile, ...] | None:
        """Return the parts of the page, scaled to that (width, height), that may hold text; None for all of it."""
        ratio, is_one_tile = self._glance.ratio, max(size) <= self._params.tile_px
        if size[0] * size[1] < self._glance.min_map_px or not is_one_tile or not is_photograph(page, self._glance):
            return None
        small = _fitting(size[0] * ratio, self._spec), _fitting(size[1] * ratio, self._spec)
        glance_hw = await self.probability_map(resize(page, *small))
        return promising_parts(glance_hw, size, self._spec.side_multiple, self._glance)

    async def _detect_at(
        self, size: tuple[int, int], page: Image.Image, parts: Sequence[Tile] | None = None
    ) -> tuple[TextRegion, ...]:
        """Return the regions that are found in parts of the page, or all of it, when it is scaled to that size."""
        probability_hw = np.zeros((size[1], size[0]), dtype=np.float32)
        tiles = make_tiles(size, self._params.tile_px, self._params.tile_overlap_px) if parts is None else parts
        for tile in tiles:
            part_hw = await self.probability_map(resize(page, *tile.size, box=tile.box_on(page.size, size)))
            tile.paste(part_hw, probability_hw)
        scale_xy = (page.width / size[0], page.height / size[1])
        return regions_from_map(probability_hw, scale_xy, self._spec, self._text_map)

    async def probability_map(self, image_hwc: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the (H, W) float32 probability of text for each pixel of a (H, W, 3) uint8 RGB image."""
        outputs = await self._session.run({"image": np.ascontiguousarray(image_hwc[None])})
        return np.asarray(outputs["probability"][0, 0], dtype=np.float32)


def working_size(width: int, height: int, spec: DetectorSpec, params: DetectionParams) -> tuple[int, int]:
    """Return the (width, height) at which the detector looks at a page, both multiples of its `side_multiple`."""
    short = min(width, height)
    most = params.max_enlargement_tiny if short < params.tiny_px else params.max_enlargement
    scale = min(max(1.0, params.short_side_px / short), most)
    scale = min(scale, params.long_side_px / max(width, height))
    return _fitting(width * scale, spec), _fitting(height * scale, spec)


def closer_look(
    regions: Sequence[TextRegion],
    page_size: tuple[int, int],
    size: tuple[int, int],
    spec: DetectorSpec,
    params: DetectionParams,
) -> tuple[int, int] | None:
    """Return the (width, height) at which text that was too small at `size` has a good size, or None.

    Where a much shrunk page showed no text at all, it may have been too small to be seen.
    """
    scale = size[0] / page_size[0]
    if regions:
        text_px = float(np.median([min(quad_size(region.quad)) * scale for region in regions]))
        # Nothing is smaller than a pixel: what is, is noise, and would ask for any size.
        ratio = params.closer_text_px / max(text_px, 1.0)
        needed = text_px < params.closer_below_px
    else:
        ratio, needed = params.closer_empty_ratio, scale < params.closer_empty_scale
    # More than the page's own pixels there is not to be seen.
    ratio = min(ratio, 1 / scale, (params.max_map_px / (size[0] * size[1])) ** 0.5)
    if not needed or ratio < params.closer_min_ratio:
        return None
    return _fitting(size[0] * ratio, spec), _fitting(size[1] * ratio, spec)


def farther_look(
    regions: Sequence[TextRegion],
    page_size: tuple[int, int],
    size: tuple[int, int],
    spec: DetectorSpec,
    params: DetectionParams,
) -> tuple[int, int] | None:
    """Return the (width, height) at which text that was too large at `size` has a good size, or None."""
    scale = size[0] / page_size[0]
    tallest_px = max((min(quad_size(region.quad)) * scale for region in regions), default=0.0)
    if regions and tallest_px <= params.farther_above_share * min(size):
        return None
    return _fitting(size[0] * params.farther_ratio, spec), _fitting(size[1] * params.farther_ratio, spec)


def merge_looks(near: Sequence[TextRegion], far: Sequence[TextRegion]) -> tuple[TextRegion, ...]:
    """Return the regions of two looks at a page, each text once.

    The near look is the finer one, so its regions stay, but for those that are parts of what the far look saw whole:
    the single letters of a word that the near look saw with gaps.
    """
    merged = list(near)
    for region in far:
        shared = [intersection_area(region.quad, other.quad) for other in merged]
        parts = [index for index, other in enumerate(merged) if shared[index] > _MOST * _area(other.quad)]
        covered = sum(shared) / max(_area(region.quad), 1e-6)
        if not parts and covered < 1 - _MOST:
            merged.append(region)
        elif parts and covered < _MOST:
            merged = [other for index, other in enumerate(merged) if index not in parts]
            merged.append(region)
    return tuple(merged)


def _area(quad: Quad) -> float:
    width, height = quad_size(quad)
    return width * height


def _fitting(length: float, spec: DetectorSpec) -> int:
    """Return the side nearest to `length` that the detector takes."""
    return max(spec.min_side_px, round(length / spec.side_multiple) * spec.side_multiple)
