"""Pixels: checking what comes in, flattening transparency, resizing. Knows nothing of OCR models."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.errors import ImageError

MAX_PIXELS = 120_000_000
"""Largest image that is read: A4 at 1,200 dpi fits; RGBA of this size is 480 MB, what a browser tab bears."""

_OPAQUE = 255
_LIGHT = 160


def page_from_rgba(rgba_hwc: NDArray[Any]) -> Image.Image:
    """Return the page as an RGB image from (H, W, 4) uint8 straight-alpha RGBA.

    Transparent parts become white; black where what is visible is light, so that white text on nothing stays
    legible. Raises ImageError for another shape or dtype, an empty or a too large image.
    """
    if rgba_hwc.ndim != 3 or rgba_hwc.shape[2] != 4 or rgba_hwc.dtype != np.uint8:
        raise ImageError(
            "image_shape",
            f"The pixels are an array of shape {rgba_hwc.shape} and dtype {rgba_hwc.dtype}.",
            "Pass (height, width, 4) uint8 RGBA.",
        )
    height, width = rgba_hwc.shape[:2]
    check_dimensions(width, height)
    rgba = Image.frombuffer("RGBA", (width, height), np.ascontiguousarray(rgba_hwc), "raw", "RGBA", 0, 1)
    alpha = rgba.getchannel("A")
    if alpha.getextrema()[0] == _OPAQUE:
        return rgba.convert("RGB")
    background = Image.new("RGBA", rgba.size, "black" if _is_light(rgba, alpha) else "white")
    return Image.alpha_composite(background, rgba).convert("RGB")


def check_dimensions(width: int, height: int) -> None:
    """Raise ImageError unless an image of this size can be read."""
    if width < 1 or height < 1:
        raise ImageError(
            "image_empty",
            f"The image is {width} x {height} pixels: there is nothing in it.",
            "Choose another file.",
        )
    if width * height > MAX_PIXELS:
        raise ImageError(
            "image_too_large",
            f"The image is {width:,} x {height:,} pixels; at most {MAX_PIXELS // 1_000_000} megapixels can be read.",
            "Scale it down, or cut it into parts.",
        )


def resize(
    page: Image.Image, width: int, height: int, box: tuple[float, float, float, float] | None = None
) -> NDArray[np.uint8]:
    """Return the page, or its part (x0, y0, x1, y1), as (height, width, 3) uint8 RGB.

    Every source pixel counts when it shrinks.
    """
    if page.size == (width, height) and box is None:
        return np.asarray(page)
    return np.asarray(page.resize((width, height), Image.Resampling.BILINEAR, box=box, reducing_gap=3.0))


def _is_light(rgba: Image.Image, alpha: Image.Image) -> bool:
    visible = alpha.point(lambda value: _OPAQUE if value > _OPAQUE // 2 else 0)
    histogram = rgba.convert("L").histogram(visible)
    count = sum(histogram)
    return count > 0 and sum(value * n for value, n in enumerate(histogram)) / count > _LIGHT
