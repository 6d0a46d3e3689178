"""Images with more pixels than one is to be read with: read smaller, and told at their own size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from py_ocr.types import Grid, LinesRead, Notice, OcrPage, Quad, TextLine

READ_PIXELS: Final = 48_000_000
"""Most pixels that are read unless more are asked for: a telephone's largest photo, A4 at 600 dpi.

Reading takes some 20 bytes for each. More show no more text: it is looked for at far smaller a size.
"""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    def within(self, most_pixels: int) -> Size:
        """Return the largest size of this shape with at most so many pixels, and a side of 1 at least."""
        ratio = (most_pixels / max(1, self.width * self.height)) ** 0.5
        if ratio >= 1:
            return self
        height = max(1, int(self.height * ratio))
        return Size(max(1, min(int(self.width * ratio), most_pixels // height)), height)


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """(H, W, 4) uint8 RGBA, and the size that the image has: where that is larger, these pixels were scaled down."""

    rgba: NDArray[np.uint8]
    full: Size

    @classmethod
    def whole(cls, rgba: NDArray[np.uint8]) -> Pixels:
        """Return pixels that are read as they are."""
        return cls(rgba, Size(rgba.shape[1], rgba.shape[0]))

    @property
    def scale(self) -> tuple[float, float]:
        """Return how much larger the image is than what is read of it, across and down."""
        height, width = self.rgba.shape[:2]
        return self.full.width / width, self.full.height / height


def at_full_size(page: OcrPage, pixels: Pixels) -> OcrPage:
    """Return what was read of these pixels in the coordinates of the image, with a notice where that is larger."""
    if pixels.scale == (1.0, 1.0):
        return page
    scale = np.array(pixels.scale, dtype=np.float32)
    message = (
        f"The image has {pixels.full.width:,} x {pixels.full.height:,} pixels and was read at "
        f"{page.width:,} x {page.height:,}, because of the memory that it would take. "
        "Very small text may be missing: cut the image into parts to read it."
    )
    told = tuple(replace(notice, quads=tuple(_scaled(quad, scale) for quad in notice.quads)) for notice in page.notices)
    return replace(
        page,
        width=pixels.full.width,
        height=pixels.full.height,
        lines=tuple(_scaled_line(line, scale) for line in page.lines),
        blocks=tuple(replace(block, quad=_scaled(block.quad, scale)) for block in page.blocks),
        notices=(*told, Notice("scaled_down", message)),
        grids=tuple(_scaled_grid(grid, pixels.scale) for grid in page.grids),
    )


def lines_at_full_size(on_lines: Callable[[LinesRead], None], pixels: Pixels) -> Callable[[LinesRead], None]:
    """Return who hears of lines of these pixels, and tells of them in the coordinates of the image."""
    if pixels.scale == (1.0, 1.0):
        return on_lines
    scale = np.array(pixels.scale, dtype=np.float32)

    def tell(read: LinesRead) -> None:
        on_lines(replace(read, lines=tuple(replace(one, line=_scaled_line(one.line, scale)) for one in read.lines)))

    return tell


def _scaled_line(line: TextLine, scale: NDArray[np.float32]) -> TextLine:
    words = tuple(replace(word, quad=_scaled(word.quad, scale)) for word in line.words)
    return replace(line, quad=_scaled(line.quad, scale), words=words)


def _scaled_grid(grid: Grid, scale: tuple[float, float]) -> Grid:
    return replace(grid, xs=tuple(x * scale[0] for x in grid.xs), ys=tuple(y * scale[1] for y in grid.ys))


def _scaled(quad: Quad, scale: NDArray[np.float32]) -> Quad:
    scaled: Quad = (quad * scale).astype(np.float32)
    return scaled
