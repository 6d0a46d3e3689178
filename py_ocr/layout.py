"""Layout: the order in which a person reads the lines of a page, and the blocks that they form.

The page is cut into bands at horizontal gaps. Bands through which the same vertical gutter runs belong together;
where the text on both sides of the gutter looks like prose it is columns, read one after the other, else rows
(a receipt, a form, a table), read across. Reference for cutting at white space: Nagy and Seth's XY cut, 1984.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from py_ocr.columns import Boxes, LayoutParams, LineFrame, gutter_groups, rows_of, split_columns
from py_ocr.geometry import bounding_quad, quad_angle
from py_ocr.types import TextBlock, TextLine


def analyze_layout(
    lines: Sequence[TextLine], params: LayoutParams = LayoutParams()
) -> tuple[tuple[TextLine, ...], tuple[TextBlock, ...]]:
    """Return the lines in reading order, and the blocks over that order."""
    if not lines:
        return (), ()
    frame = LineFrame.of(lines, _reading_boxes(lines, params))
    blocks = [
        block
        for region in _regions(np.arange(len(lines)), frame, params)
        for block in _paragraphs(rows_of(region, frame, params), frame, params)
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


def _regions(indices: NDArray[np.intp], frame: LineFrame, params: LayoutParams) -> list[NDArray[np.intp]]:
    """Cut a set of lines into regions that are each read row by row, in reading order."""
    regions: list[NDArray[np.intp]] = []
    plain: list[NDArray[np.intp]] = []
    for group in gutter_groups(_bands(indices, frame, params), frame, params):
        columns = split_columns(group, frame, params)
        if columns is None:
            plain.append(group)
            continue
        if plain:
            regions.append(np.concatenate(plain))
            plain = []
        for column in columns:
            regions.extend(_regions(column, frame, params))
    if plain:
        regions.append(np.concatenate(plain))
    return regions


def _bands(indices: NDArray[np.intp], frame: LineFrame, params: LayoutParams) -> list[NDArray[np.intp]]:
    """Cut at every height through which no line passes (lines count without the insets of their height)."""
    inset = (frame.boxes[indices, 3] - frame.boxes[indices, 1]) * params.band_inset
    tops, bottoms = frame.boxes[indices, 1] + inset, frame.boxes[indices, 3] - inset
    order = np.argsort(tops, kind="stable")
    reach = np.maximum.accumulate(bottoms[order])
    cuts = np.flatnonzero(tops[order][1:] > reach[:-1]) + 1
    return np.split(indices[order], cuts)


def _paragraphs(rows: Sequence[Sequence[int]], frame: LineFrame, params: LayoutParams) -> list[list[Sequence[int]]]:
    """Cut a region's rows into blocks where the gap is wide or the size of the text changes."""
    blocks: list[list[Sequence[int]]] = []
    previous: tuple[float, float] | None = None
    for row in rows:
        members = frame.boxes[list(row)]
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
