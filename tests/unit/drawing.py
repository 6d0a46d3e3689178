"""Draws what the tests look at: quads, tilted quads, lines of text, pages whose pixels tell where they are."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.geometry import intersection_area, polygon_area
from py_ocr.types import Quad, TextLine

STORED_AS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera stores an upright picture under each EXIF orientation; 1 is as it is."""


def quad_of(x: float, y: float, width: float, height: float) -> Quad:
    """Return an upright box as a quad."""
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], dtype=np.float32)


def tilted(quad: Quad, degrees: float) -> Quad:
    """Return the quad turned clockwise about its centre."""
    centre = quad.mean(axis=0)
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.asarray((quad - centre) @ np.array([[c, s], [-s, c]]) + centre, dtype=np.float32)


def text_line(text: str, x: float, y: float, width: float, height: float = 20) -> TextLine:
    """Return a horizontal line of text in an upright box."""
    return TextLine(text=text, confidence=0.9, quad=quad_of(x, y, width, height))


def column_line(text: str, x: float, y: float, width: float, height: float) -> TextLine:
    """Return a column of text, read from top to bottom, in an upright box: its first corner is the top-right one."""
    return TextLine(text, 0.9, np.roll(quad_of(x, y, width, height), -1, axis=0), orientation_degrees=90)


def map_page(width: int = 240, height: int = 200) -> Image.Image:
    """Return a page whose every pixel holds its column in red and its row in green."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.uint8)
    return Image.fromarray(np.stack([columns, rows, np.full_like(rows, 7)], axis=-1))


def positions(image_hwc: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return for each pixel of something cut from `map_page` the (x, y) on the page that it shows."""
    return image_hwc[..., :2].astype(np.float32) + 0.5


def noise(*shape: int) -> NDArray[np.uint8]:
    """Return bytes without a pattern, the same everywhere (the numpy that the browser gets has no `random`)."""
    # Knuth's multiplicative hash, of which the high bits are good.
    count = int(np.prod(shape))
    hashed = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(2654435761) % np.uint64(2**32)
    return (hashed >> np.uint64(24)).astype(np.uint8).reshape(shape)


def overlap(a: Quad, b: Quad) -> float:
    """Return intersection over union."""
    shared = intersection_area(a, b)
    return shared / (polygon_area(a) + polygon_area(b) - shared)
