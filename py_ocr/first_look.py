"""First look: a few lines of a page, read before the whole page is searched, for whoever waits for its text.

To find all text takes longer than to read some of it, and nothing can be read before. So a band of the page is searched
first, the topmost one that looks as if it held much text. What that gives is shown meanwhile and counts for nothing
else: the page is then read as if nothing had been looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from py_ocr.attempts import LineReading
from py_ocr.crop import CropParams, crop_lines
from py_ocr.cutting import CuttingParams
from py_ocr.detection import TextDetector
from py_ocr.geometry import intersection_area, quad_size
from py_ocr.image import resize
from py_ocr.parameters import Params, number
from py_ocr.reading import LineReader
from py_ocr.types import Quad

_SHRUNK = 4
"""The page is this much smaller than what the detector sees when text is looked for by its edges."""


@dataclass(frozen=True, slots=True)
class FirstLookParams(Params):
    """How much of a page is looked at first. Whoever does not wait for lines pays nothing for it."""

    rows_px: int = number(160, least=32, multiple=32)
    """Height of the band, in pixels that the detector sees: three to six lines. It costs its share of the search for
    text; a lower one may hold no whole line."""

    least_bands: float = number(4.0, least=1)
    """A page of fewer bands than this is searched as a whole at once."""

    min_edge: int = number(32, most=255)
    """Levels between neighbours from which they are an edge. Lower values take the grain of a table for text."""

    inked_share: float = number(0.6, most=1)
    """The band is the topmost one that has this much of the edges that the richest has. Lower values look at empty
    margins, higher ones miss the top of the page."""

    lines: int = number(4, least=1)
    """So many lines at most are read."""

    min_confidence: float = number(0.9, most=1)
    """Only lines that read at least as surely are shown. What stands on its head rarely reaches that, and which way up
    the page is shows later."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """Looks at a band of a page, with the stages that then read the whole."""

    detector: TextDetector
    reader: LineReader
    params: FirstLookParams
    crop: CropParams
    cutting: CuttingParams

    async def read(self, page: Image.Image, height_px: int, languages: Sequence[str]) -> tuple[LineReading, ...]:
        """Return the lines of the band that read well, the top one first, cut out `height_px` high. None is usual."""
        size = self.detector.working_size(page)
        if size[1] < self.params.least_bands * self.params.rows_px or not self.reader.glances(languages):
            return ()
        top = inked_band(page, size, self.params)
        regions = await self.detector.detect_rows(page, top, top + self.params.rows_px)
        quads = sorted((region.quad for region in regions), key=lambda quad: float(quad[:, 1].mean()))
        crops = crop_lines(page, quads[: self.params.lines], height_px, self.crop, self.cutting)
        readings = await self.reader.glance(crops, languages)
        return tuple(reading for reading in readings if reading.line.confidence >= self.params.min_confidence)


def inked_band(page: Image.Image, size: tuple[int, int], params: FirstLookParams) -> int:
    """Return the row at which the band begins, on a map of that (width, height)."""
    small_hwc = resize(page, max(2, size[0] // _SHRUNK), size[1] // _SHRUNK)
    edges_hw = np.abs(np.diff(small_hwc[..., 1].astype(np.int32), axis=1)) >= params.min_edge
    sums = np.concatenate([[0], np.cumsum(edges_hw.sum(axis=1))])
    rows = params.rows_px // _SHRUNK
    inked = sums[rows:] - sums[:-rows]
    return int(np.argmax(inked >= params.inked_share * inked.max())) * _SHRUNK


def match_quads(first: Sequence[Quad], quads: Sequence[Quad]) -> dict[int, int]:
    """Return for each of the `first` quads that is one of `quads` its index there: they share most of their area."""
    matched: dict[int, int] = {}
    for index, quad in enumerate(first):
        shared = [intersection_area(quad, other) / max(_area(quad), _area(other), 1e-6) for other in quads]
        best = max(range(len(quads)), key=shared.__getitem__, default=None)
        if best is not None and shared[best] > 0.5 and best not in matched.values():
            matched[index] = best
    return matched


def _area(quad: Quad) -> float:
    width, height = quad_size(quad)
    return width * height
