"""Images of Pillow → RGBA, upright by their EXIF orientation, and with no more pixels than are wanted."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from py_ocr.image import MAX_PIXELS, check_dimensions
from py_ocr.scaling import Pixels, Size

_WIDE_MODES: Final = ("I", "F")
_PALETTES: Final = ("1", "P", "PA")
_MOST_JPEG_PIXELS: Final = 8 * MAX_PIXELS
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes an image upright, by its EXIF orientation."""
_LYING: Final = (5, 6, 7, 8)


def rgba_of(image: Image.Image) -> NDArray[np.uint8]:
    """Return an image of Pillow as (H, W, 4) uint8 RGBA, turned upright by its EXIF orientation.

    Raises ImageError for one that cannot be read because of its size.
    """
    check_dimensions(*image.size)
    image.load()
    return upright_pixels(image, MAX_PIXELS).rgba


def draft(image: Image.Image, most_pixels: int) -> Size | None:
    """Let a JPEG with more pixels than that be decoded at an eighth of its sides or more; return its size then.

    A progressive one is held whole while it is decoded, so it gains nothing by that.
    """
    full = Size(*image.size)
    small = full.within(most_pixels)
    if small == full or image.format != "JPEG" or image.info.get("progressive"):
        return None
    if full.width * full.height > _MOST_JPEG_PIXELS:
        return None
    image.draft("RGB", (small.width, small.height))
    return full


def upright_pixels(image: Image.Image, most_pixels: int, full: Size | None = None) -> Pixels:
    """Return a loaded image, scaled down to at most so many pixels. `full` is its size where it was decoded smaller."""
    loaded = Size(*image.size)
    full, small = full or loaded, loaded.within(most_pixels)
    orientation = _orientation(image)
    if small != loaded:
        image = _scaled_down(image, small)
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    return Pixels(_to_rgba(image), Size(full.height, full.width) if orientation in _LYING else full)


def _scaled_down(image: Image.Image, size: Size) -> Image.Image:
    if image.mode in _PALETTES:
        # A palette has no colours between its own. Whatever is transparent stays so.
        image = image.convert("L" if image.mode == "1" else "RGBA")
    elif image.mode.startswith("I;"):
        image = image.convert("I")
    return image.resize((size.width, size.height), Image.Resampling.BOX)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    # An image whose EXIF block is malformed, which Pillow's plugins may say by any error, has none, as in browsers.
    except Exception:
        return 1


def _to_rgba(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith(_WIDE_MODES):
        image = _to_8_bit(image)
    return np.asarray(image.convert("RGBA"))


def _to_8_bit(image: Image.Image) -> Image.Image:
    """Scale wide grey values to 8 bits; Pillow would clip them at 255.

    Cameras and scanners store 10, 12 or 14 bits in files of 16, so integers are scaled from the fewest bits that hold
    them all; floats, and negative numbers, from the range that they have.
    """
    values = np.asarray(image).astype(np.float32)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high < 2**16 and not image.mode.startswith("F"):
        low, high = 0.0, 2.0 ** max(8, int(high).bit_length()) - 1
    return Image.fromarray(((values - low) * (255 / max(high - low, 1e-9))).astype(np.uint8))
