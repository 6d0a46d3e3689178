"""Crop: a quad of the page becomes an upright line image of the recogniser's height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.cutting import CuttingParams, margins_around, marks_beyond, widened, widest_cuts
from py_ocr.geometry import clip_quad, quad_size, quad_sizes
from py_ocr.parameters import Params, number
from py_ocr.types import ImageRgb, Quad

PAD_VALUE: Final = 127
"""Grey that the models' normalisation maps to about zero, with which they were trained to be padded."""

Rotation = Literal[0, 90, 180]
"""Degrees clockwise by which a line image is turned from how it was cut: 180 for a line that is upside down, 90 for
tall characters that were taken for a column and laid down."""

_SAMPLE_PX: Final = 48
"""Shorter side of the image in which the marks around a line are looked for: a full stop has about six pixels."""

_MIN_WIDTH_PX: Final = 8
"""Narrowest line image: one time step of the recognisers, below which they give nothing."""


@dataclass(frozen=True, slots=True)
class CropParams(Params):
    """How lines are cut out."""

    vertical_ratio: float = number(1.5, above=0)
    """A quad taller than this many times its width is a column, read from top to bottom, and is turned a quarter
    counter-clockwise, as the recogniser was trained (PaddleOCR's get_rotate_crop_image). Lower values lay down single
    wide letters; higher ones leave short columns standing."""

    straight_px: float = number(1.0, least=-1)
    """A quad whose corners deviate at most this from an upright box is cut by one resampling instead of two; below 0,
    none is. Higher values are faster, and cut the ends off lines that are slightly tilted."""

    max_width_px: int = number(6400, least=_MIN_WIDTH_PX)
    """Widest line image; longer lines are squeezed. Some 800 characters: no line of text, but a rule or an edge may be
    longer, and the recogniser's memory grows with the width."""


@dataclass(frozen=True, slots=True, eq=False)
class LineCrop:
    """An upright line image and where it came from.

    `image_hwc` is (height, W, 3) uint8 RGB. `cut` has its first corner where the image has its top-left, so a column
    at x of the image lies at cut[0] + (cut[1] - cut[0]) * x / W. `quad` is the box of the text itself, its corners in
    the same order. `turned` tells a column of text.
    """

    image_hwc: ImageRgb
    quad: Quad
    cut: Quad
    turned: bool

    @property
    def width_px(self) -> int:
        """Width of the line image in pixels."""
        return int(self.image_hwc.shape[1])

    def rotated(self, degrees: Rotation) -> LineCrop:
        """Return the same line turned clockwise, at the same height in pixels, with its quad turned along."""
        match degrees:
            case 0:
                return self
            case 90:
                return self._stood_up()
            case 180:
                image_hwc = np.ascontiguousarray(self.image_hwc[::-1, ::-1])
                return LineCrop(image_hwc, _rolled(self.quad, -2), _rolled(self.cut, -2), self.turned)

    def stretched(self, factor: float) -> LineCrop:
        """Return the same line `factor` times as wide, at the same height."""
        height, width = self.image_hwc.shape[:2]
        wide = Image.fromarray(self.image_hwc).resize((round(width * factor), height), Image.Resampling.BILINEAR)
        return replace(self, image_hwc=np.asarray(wide))

    def _stood_up(self) -> LineCrop:
        height, width = self.image_hwc.shape[:2]
        upright = Image.fromarray(np.ascontiguousarray(np.rot90(self.image_hwc, -1)))
        size = (max(_MIN_WIDTH_PX, round(height * height / width)), height)
        narrow = upright.resize(size, Image.Resampling.BILINEAR)
        return LineCrop(np.asarray(narrow), _rolled(self.quad, 1), _rolled(self.cut, 1), turned=False)


def _rolled(quad: Quad, corners: int) -> Quad:
    return np.roll(quad, corners, axis=0)


def crop_lines(
    page: Image.Image,
    quads: Sequence[Quad],
    height_px: int,
    params: CropParams = CropParams(),
    cutting: CuttingParams = CuttingParams(),
) -> list[LineCrop]:
    """Return the line in each box of a page, cut out with what its marks need beyond the box; see `crop_line`.

    What is computed of boxes is computed for all of them at once: a numpy call on one costs what it costs on hundreds.
    """
    if not quads:
        return []
    boxes = np.stack(quads)
    # Beyond the page there is no ink, but black.
    widest = clip_quad(widest_cuts(quads, params.vertical_ratio, cutting), page.width, page.height)
    sizes = quad_sizes(widest)
    scales = _SAMPLE_PX / np.maximum(sizes.min(axis=1), 1e-3)
    samples = _cut_out(page, widest, np.maximum(1, np.rint(sizes[:, 1] * scales)), params)
    margins_px = (margins_around(boxes, widest) * scales[:, None]).tolist()
    beyond_px = [
        marks_beyond(sample, (*margins,), cutting) for sample, margins in zip(samples, margins_px, strict=True)
    ]
    cuts = widened(boxes, np.array(beyond_px) / scales[:, None])
    return _crops(page, boxes, cuts, height_px, params)


def crop_line(
    page: Image.Image, quad: Quad, height_px: int, params: CropParams = CropParams(), cut: Quad | None = None
) -> LineCrop:
    """Return the line in the box `quad` as an image of `height_px` rows and proportional width.

    The image is that of `cut`, a quad around the box with its corners in the same order, or of the box itself. Columns
    of text are laid down so that they read from left to right. Corners may lie outside the page: the nearest edge
    pixels do not repeat; what is outside is black.
    """
    return _crops(page, quad[None], (quad if cut is None else cut)[None], height_px, params)[0]


def _crops(
    page: Image.Image, quads: NDArray[np.float32], cuts: NDArray[np.float32], height_px: int, params: CropParams
) -> list[LineCrop]:
    """Return the lines in (N, 4, 2) boxes. Their images are those of `cuts`, whose corners come in the same order."""
    width, height = quad_sizes(quads).T
    turned = height > width * params.vertical_ratio
    # Laid down counter-clockwise: the reading direction, downwards, becomes left to right.
    quads, cuts = (np.where(turned[:, None, None], np.roll(each, -1, axis=1), each) for each in (quads, cuts))
    images = _cut_out(page, cuts, np.full(len(cuts), height_px), params)
    return [LineCrop(*parts) for parts in zip(images, quads, cuts, turned.tolist(), strict=True)]


def _cut_out(
    page: Image.Image, quads: NDArray[np.float32], heights_px: NDArray[Any], params: CropParams
) -> list[ImageRgb]:
    """Return (N, 4, 2) quads as images of the (N,) heights and proportional widths."""
    width, height = quad_sizes(quads).T
    scaled = np.rint(width * heights_px / np.maximum(height, 1e-3))
    widths_px = np.clip(scaled, _MIN_WIDTH_PX, params.max_width_px)
    sizes = list(zip(widths_px.astype(np.int32).tolist(), heights_px.astype(np.int32).tolist(), strict=True))
    boxes, straight = _upright_boxes(quads, page.size, params)
    images = [
        page.resize(size, Image.Resampling.BILINEAR, box=(*box,)) if is_straight else _cut_warped(page, quad, size)
        for quad, size, box, is_straight in zip(quads, sizes, boxes.tolist(), straight.tolist(), strict=True)
    ]
    return [np.asarray(image) for image in images]


def _upright_boxes(
    quads: NDArray[np.float32], page_size: tuple[int, int], params: CropParams
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return (N, 4) x0, y0, x1, y1 of (N, 4, 2) quads, and (N,) whether each is such a box, within the page."""
    # The left and the top side begin at the first corner, the right and the bottom side end at the third.
    starts = quads[:, 0] + quads[:, (3, 1), (0, 1)]
    stops = quads[:, 2] + quads[:, (1, 3), (0, 1)]
    boxes = np.concatenate([starts / 2, stops / 2], axis=1).astype(np.float64)
    corners = boxes[:, ((0, 1), (2, 1), (2, 3), (0, 3))]
    inside = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2:] <= page_size).all(axis=1)
    has_extent = (boxes[:, 2:] - boxes[:, :2] >= 1).all(axis=1)
    return boxes, inside & has_extent & (np.abs(corners - quads).max(axis=(1, 2)) <= params.straight_px)


def _cut_warped(page: Image.Image, quad: Quad, size: tuple[int, int]) -> Image.Image:
    """Cut any quad by an inverse perspective map, after shrinking its surroundings to about the size wanted."""
    _, height = quad_size(quad)
    (x0, y0), (x1, y1) = np.floor(quad.min(0)) - 1, np.ceil(quad.max(0)) + 1
    x0, y0 = max(x0, 0), max(y0, 0)
    x1, y1 = min(max(x1, x0 + 1), page.width), min(max(y1, y0 + 1), page.height)
    x0, y0 = min(x0, x1 - 1), min(y0, y1 - 1)
    shrink = max(1.0, height / size[1])
    near = (max(1, round((x1 - x0) / shrink)), max(1, round((y1 - y0) / shrink)))
    surroundings = page.resize(near, Image.Resampling.BILINEAR, box=(x0, y0, x1, y1))
    scale = np.array([near[0] / (x1 - x0), near[1] / (y1 - y0)])
    local = (quad.astype(np.float64) - [x0, y0]) * scale
    coefficients = _perspective(size, local)
    return surroundings.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)


def _perspective(size: tuple[int, int], corners: NDArray[np.float64]) -> tuple[float, ...]:
    """Return Pillow's eight coefficients that map a (width, height) rectangle onto four corners.

    Reference: Heckbert, "Fundamentals of texture mapping", 1989, section 2.2.3 (square to quadrilateral).
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners.tolist()
    dx1, dx2, dy1, dy2 = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    determinant = dx1 * dy2 - dx2 * dy1
    if abs(determinant) < 1e-9:
        determinant = 1e-9
    g = (sx * dy2 - dx2 * sy) / determinant
    h = (dx1 * sy - sx * dy1) / determinant
    w, ht = size
    return (
        (x1 - x0 + g * x1) / w,
        (x3 - x0 + h * x3) / ht,
        x0,
        (y1 - y0 + g * y1) / w,
        (y3 - y0 + h * y3) / ht,
        y0,
        g / w,
        h / ht,
    )
