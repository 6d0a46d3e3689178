"""Layout: the order in which a person reads the lines of a page, and the blocks that they form.

The page is cut into bands at horizontal gaps. Bands through which the same vertical gutter runs belong together;
where the text on both sides of the gutter looks like prose it is columns, read one after the other, else rows
(a receipt, a form, a table), read across. Reference for cutting at white space: Nagy and Seth's XY cut, 1984.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py_ocr.geometry import bounding_quad, quad_angle
from py_ocr.parameters import Params, number
from py_ocr.types import TextBlock, TextLine

Boxes = NDArray[np.float32]
"""(N, 4) float32 x0, y0, x1, y1 of lines, turned so that text runs to the right and rows go down."""


@dataclass(frozen=True, slots=True)
class LayoutParams(Params):
    """What counts as a row, a gutter, a column and a paragraph, in heights of the lines concerned."""

    row_overlap: float = number(0.5, above=0, most=1)
    """Two lines are on one row when they share this part of the lower one's height. Lower values join the rows of
    tight tables; higher ones cut an item from its price where a receipt is creased."""

    row_lookback: int = number(4, least=1)
    """A line may belong to one of so many rows above, since rows of neighbouring columns that are not aligned
    interleave. With 1, a line beside a taller one may start a row of its own."""

    band_inset: float = number(0.2, most=0.49)
    """A band is cut where no line passes, leaving out this part of its height above and below, since boxes are taller
    than the text and overlap in tight print. Higher values cut rows apart that are slightly shifted."""

    skew_min_characters: int = number(4, least=1)
    """The tilt of the page is that of lines with at least so many characters: shorter ones have no exact direction."""

    gutter_heights: float = number(0.7, above=0)
    """Narrowest gutter. Lower values cut words of justified text apart, higher ones join columns set close."""

    column_lines: int = number(3, least=1)
    """Prose has at least so many lines in a column."""

    column_aspect: float = number(6.0)
    """The median line of prose is at least so many times as wide as high; the price column of a receipt is not."""

    column_fill: float = number(0.55, most=1)
    """Prose fills at least this part of its column's width; the labels of a form do not."""

    inset_share: float = number(0.15, most=1)
    """At most this share of the lines may stand in a gutter, such as the caption of a figure; more are a column."""

    paragraph_gap_heights: float = number(0.9)
    """A wider gap between rows starts a new block. Lower values cut text of generous spacing into its rows."""

    paragraph_height_ratio: float = number(1.5, least=1)
    """So does text this many times as large, or as small: a heading."""


def analyze_layout(
    lines: Sequence[TextLine], params: LayoutParams = LayoutParams()
) -> tuple[tuple[TextLine, ...], tuple[TextBlock, ...]]:
    """Return the lines in reading order, and the blocks over that order."""
    if not lines:
        return (), ()
    boxes = _reading_boxes(lines, params)
    blocks = [
        block
        for region in _regions(np.arange(len(lines)), boxes, params)
        for block in _paragraphs(_rows(region, boxes, params), boxes, params)
    ]
    order = [index for block in blocks for row in block for index in row]
    rank = {index: position for position, index in enumerate(order)}
    return (
        tuple(lines[index] for index in order),
        tuple(
            TextBlock(
                rows=tuple(tuple(rank[index] for index in row) for row in block),
                quad=bounding_quad([lines[index].quad for row in block for index in row]),
            )
            for block in blocks
        ),
    )


def dominant_orientation(lines: Sequence[TextLine]) -> int:
    """Return the orientation (0, 90, 180, 270) in which most characters of the lines stand."""
    weights = {0: 0, 90: 0, 180: 0, 270: 0}
    for line in lines:
        weights[line.orientation_degrees] += len(line.text)
    return max(weights, key=lambda degrees: weights[degrees])


def _reading_boxes(lines: Sequence[TextLine], params: LayoutParams) -> Boxes:
    """Return boxes in which the turn and the skew of the page are undone.

    Vertical columns of Chinese or Japanese, read from right to left, run downwards like text turned by 90 degrees:
    turned back, they are rows from top to bottom.
    """
    quads = np.stack([line.quad for line in lines]).astype(np.float64)
    dominant = dominant_orientation(lines)
    quads = quads @ _rotation(-dominant - _skew(lines, dominant, params)).T
    return np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1).astype(np.float32)


def _skew(lines: Sequence[TextLine], dominant: int, params: LayoutParams) -> float:
    """Return the median tilt of the page's longer lines against its dominant orientation, within -45 to 45 degrees."""
    tilts = [
        (quad_angle(line.quad) - dominant + 45) % 360 - 45
        for line in lines
        if len(line.text) >= params.skew_min_characters and line.orientation_degrees == dominant
    ]
    return float(np.median(tilts)) if tilts else 0.0


def _rotation(degrees: float) -> NDArray[np.float64]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


def _regions(indices: NDArray[np.intp], boxes: Boxes, params: LayoutParams) -> list[NDArray[np.intp]]:
    """Cut a set of lines into regions that are each read row by row, in reading order."""
    regions: list[NDArray[np.intp]] = []
    plain: list[NDArray[np.intp]] = []
    for group in _gutter_groups(_bands(indices, boxes, params), boxes, params):
        columns = _columns(group, boxes, params)
        if columns is None:
            plain.append(group)
            continue
        if plain:
            regions.append(np.concatenate(plain))
            plain = []
        for column in columns:
            regions.extend(_regions(column, boxes, params))
    if plain:
        regions.append(np.concatenate(plain))
    return regions


def _bands(indices: NDArray[np.intp], boxes: Boxes, params: LayoutParams) -> list[NDArray[np.intp]]:
    """Cut at every height through which no line passes (lines count without the insets of their height)."""
    inset = (boxes[indices, 3] - boxes[indices, 1]) * params.band_inset
    tops, bottoms = boxes[indices, 1] + inset, boxes[indices, 3] - inset
    order = np.argsort(tops, kind="stable")
    reach = np.maximum.accumulate(bottoms[order])
    cuts = np.flatnonzero(tops[order][1:] > reach[:-1]) + 1
    return np.split(indices[order], cuts)


def _gutter_groups(bands: Sequence[NDArray[np.intp]], boxes: Boxes, params: LayoutParams) -> list[NDArray[np.intp]]:
    """Join neighbouring bands as long as one gutter runs through all of them."""
    groups: list[NDArray[np.intp]] = []
    for band in bands:
        if groups:
            joined = np.concatenate([groups[-1], band])
            if _gutters(_without_insets(joined, boxes, params), boxes, params):
                groups[-1] = joined
                continue
        groups.append(band)
    return groups


def _without_insets(indices: NDArray[np.intp], boxes: Boxes, params: LayoutParams) -> NDArray[np.intp]:
    """Leave out the few lines that stand in a gutter with text on both sides, such as a figure's caption.

    Without a gutter to stand in, or with too many such lines, everything stays.
    """
    if _gutters(indices, boxes, params):
        return indices
    x0, y0, x1, y1 = boxes[indices].T
    middle, reach = (y0 + y1) / 2, (y1 - y0) / 2
    beside = ((y0 - reach)[:, None] < middle) & (middle < (y1 + reach)[:, None])
    to_the_left = (beside & (x1[:, None] <= x0)).any(axis=0)
    to_the_right = (beside & (x0[:, None] >= x1)).any(axis=0)
    inset = to_the_left & to_the_right
    if not inset.any() or inset.mean() > params.inset_share:
        return indices
    kept: NDArray[np.intp] = indices[~inset]
    return kept


def _gutters(indices: NDArray[np.intp], boxes: Boxes, params: LayoutParams) -> list[tuple[float, float]]:
    """Return the vertical gaps (x0, x1) between the lines that are wide enough to be gutters."""
    order = indices[np.argsort(boxes[indices, 0], kind="stable")]
    reach = np.maximum.accumulate(boxes[order, 2])
    narrowest = params.gutter_heights * float(np.median(boxes[indices, 3] - boxes[indices, 1]))
    gaps = boxes[order, 0][1:] - reach[:-1]
    return [(float(reach[i]), float(boxes[order[i + 1], 0])) for i in np.flatnonzero(gaps >= narrowest)]


def _columns(group: NDArray[np.intp], boxes: Boxes, params: LayoutParams) -> tuple[NDArray[np.intp], ...] | None:
    """Split a group at its first gutter with prose on both sides, insets last, or return None."""
    text = _without_insets(group, boxes, params)
    for start, _ in _gutters(text, boxes, params):
        left = text[boxes[text, 2] <= start]
        right = text[boxes[text, 2] > start]
        if _is_prose(left, boxes, params) and _is_prose(right, boxes, params):
            insets = np.setdiff1d(group, text)
            return (left, right, insets) if len(insets) else (left, right)
    return None


def _is_prose(indices: NDArray[np.intp], boxes: Boxes, params: LayoutParams) -> bool:
    if len(indices) < params.column_lines:
        return False
    widths = boxes[indices, 2] - boxes[indices, 0]
    heights = boxes[indices, 3] - boxes[indices, 1]
    extent = float(boxes[indices, 2].max() - boxes[indices, 0].min())
    rows = len(_rows(indices, boxes, params))
    return (
        float(np.median(widths / np.maximum(heights, 1))) >= params.column_aspect
        and float(widths.sum()) >= params.column_fill * rows * extent
    )


def _rows(indices: NDArray[np.intp], boxes: Boxes, params: LayoutParams) -> list[list[int]]:
    """Group lines that stand side by side, from top to bottom, each row from left to right."""
    rows: list[list[int]] = []
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    for index in indices[np.argsort(middles[indices], kind="stable")].tolist():
        row = next((row for row in reversed(rows[-params.row_lookback :]) if _belongs(index, row, boxes, params)), None)
        if row is None:
            rows.append([index])
        else:
            row.append(index)
    return [sorted(row, key=lambda index: float(boxes[index, 0])) for row in rows]


def _belongs(index: int, row: Sequence[int], boxes: Boxes, params: LayoutParams) -> bool:
    """Tell whether a line stands beside its nearest neighbour of a row, on the same height."""
    x0, y0, x1, y1 = boxes[index].tolist()
    gaps = [max(boxes[other, 0] - x1, x0 - boxes[other, 2]) for other in row]
    nearest = row[int(np.argmin(gaps))]
    top, bottom = float(boxes[nearest, 1]), float(boxes[nearest, 3])
    shared = min(y1, bottom) - max(y0, top)
    lower = min(y1 - y0, bottom - top)
    return bool(shared >= params.row_overlap * lower and min(gaps) > -lower)


def _paragraphs(rows: Sequence[Sequence[int]], boxes: Boxes, params: LayoutParams) -> list[list[Sequence[int]]]:
    """Cut a region's rows into blocks where the gap is wide or the size of the text changes."""
    blocks: list[list[Sequence[int]]] = []
    previous: tuple[float, float] | None = None
    for row in rows:
        members = boxes[list(row)]
        top, bottom = float(members[:, 1].min()), float(members[:, 3].max())
        height = float(np.median(members[:, 3] - members[:, 1]))
        if previous is None:
            new = True
        else:
            last_bottom, last_height = previous
            tall, low = max(height, last_height), max(min(height, last_height), 1e-3)
            new = top - last_bottom > params.paragraph_gap_heights * low or tall / low > params.paragraph_height_ratio
        if new:
            blocks.append([])
        blocks[-1].append(row)
        previous = bottom, height
    return blocks
