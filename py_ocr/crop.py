"""Crop: a quad of the page becomes an upright line image of the recogniser's height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.cutting import CuttingParams, margins_around, marks_beyond, scaled, widened, widest_cuts
from py_ocr.geometry import clip_quad, quad_size
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
    """Return the line in each box of a page, cut out with what its marks need beyond the box; see `crop_line`."""
    widest = widest_cuts(quads, params.vertical_ratio, cutting)
    return [
        crop_line(page, quad, height_px, params, _cut_around(page, quad, cut, params, cutting))
        for quad, cut in zip(quads, widest, strict=True)
    ]


def crop_line(
    page: Image.Image, quad: Quad, height_px: int, params: CropParams = CropParams(), cut: Quad | None = None
) -> LineCrop:
    """Return the line in the box `quad` as an image of `height_px` rows and proportional width.

    The image is that of `cut`, a quad around the box with its corners in the same order, or of the box itself. Columns
    of text are laid down so that they read from left to right. Corners may lie outside the page: the nearest edge
    pixels do not repeat; what is outside is black.
    """
    cut = quad if cut is None else cut
    width, height = quad_size(quad)
    turned = height > width * params.vertical_ratio
    if turned:
        # Laid down counter-clockwise: the reading direction, downwards, becomes left to right.
        quad, cut = _rolled(quad, -1), _rolled(cut, -1)
    return LineCrop(_cut_out(page, cut, height_px, params), quad, cut, turned)


def _cut_around(page: Image.Image, quad: Quad, widest: Quad, params: CropParams, cutting: CuttingParams) -> Quad:
    """Return the quad to cut out for a box, at most `widest`."""
    # Beyond the page there is no ink, but black.
    widest = clip_quad(widest, page.width, page.height)
    width, height = quad_size(widest)
    scale = _SAMPLE_PX / max(min(width, height), 1e-3)
    sample_hwc = _cut_out(page, widest, max(1, round(height * scale)), params)
    beyond_px = marks_beyond(sample_hwc, scaled(margins_around(quad, widest), scale), cutting)
    return widened(quad, scaled(beyond_px, 1 / scale))


def _cut_out(page: Image.Image, quad: Quad, height_px: int, params: CropParams) -> ImageRgb:
    width, height = quad_size(quad)
    scaled = round(width * height_px / max(height, 1e-3))
    size = (min(max(scaled, _MIN_WIDTH_PX), params.max_width_px), height_px)
    return np.asarray(_cut_straight(page, quad, size, params) or _cut_warped(page, quad, size))


def _cut_straight(page: Image.Image, quad: Quad, size: tuple[int, int], params: CropParams) -> Image.Image | None:
    """Cut a quad that is an upright box within the page, else return None."""
    left, right = (quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2
    top, bottom = (quad[0] + quad[1]) / 2, (quad[2] + quad[3]) / 2
    box = (float(left[0]), float(top[1]), float(right[0]), float(bottom[1]))
    corners = np.array([[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]])
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= page.width and box[3] <= page.height
    if not inside or box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return None
    if float(np.abs(corners - quad).max()) > params.straight_px:
        return None
    return page.resize(size, Image.Resampling.BILINEAR, box=box)


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
