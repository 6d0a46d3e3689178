"""Lone characters: what stands alone in a cell, or large before a paragraph, and the detector does not see.

The network was trained on words. A minus sign in a column of results, a 1 in a column of quantities or a drop cap is a
speck or a picture to it. Where the other text of a page says that something may stand, its ink is looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from py_ocr.components import find_components
from py_ocr.geometry import quad_angle
from py_ocr.ink import find_ink
from py_ocr.parameters import Params, number
from py_ocr.types import Quad, TextRegion

Boxes = NDArray[np.float64]
"""(N, 4) float64 x0, y0, x1, y1 in pixels of the page."""

_SMALLEST_PX = 3
"""A place with a side below this shows no character."""

_TAIL_PERCENT = 0.2
"""A minus sign is as small a part of its cell."""


@dataclass(frozen=True, slots=True)
class LoneParams(Params):
    """Where characters are looked for, and what may be one. Lengths are in heights of the text beside it."""

    max_tilt_degrees: float = number(2.0)
    """Pages whose text is tilted more have no rows that a box could follow."""

    cell_aspect: float = number(8.0)
    """Text at most so many times as wide as high is a cell, and may make a column."""

    column_cells: int = number(2, least=2)
    """So many cells above each other make a column, in which the other rows may have a cell, too."""

    same_height: float = number(0.7, most=1)
    """Cells of a column, and rows, differ in height by this ratio at most."""

    beyond: float = number(3.0)
    """How far above the first cell of a column and below its last one the next may be."""

    most_places: int = number(300)
    """Most places that are looked at: each takes a fraction of a millisecond."""

    min_contrast: float = number(60.0, most=255)
    """Grey levels between paper and ink."""

    max_grain: float = number(0.12)
    """Largest deviation of the paper, relative to its contrast, as for marks beyond a box."""

    speck: float = number(0.1)
    """What is smaller in both directions is a speck."""

    tall: tuple[float, float] = (0.35, 1.1)
    """Height of a character: from, to."""

    max_width: float = number(1.2)
    """Width of a character at most."""

    dash_width: tuple[float, float] = (0.12, 0.9)
    """Width of a minus sign: from, to. It is lower than `tall` and stands in the middle of its row."""

    dash_aspect: float = number(2.0, least=1)
    """And at least so many times as wide as high: a dot is not."""

    initial_indent: float = number(1.0)
    """Lines that begin so much farther right than the one below them leave room for an initial."""

    initial_lines: tuple[int, int] = (2, 6)
    """So many lines stand beside an initial: from, to."""

    initial_tall: float = number(1.3)
    """Height of an initial at least."""

    margin: float = number(0.25)
    """Paper that is left beside what was found."""

    score: float = number(0.5, most=1)
    """Score of such a region, below those of the network."""


def find_lone(
    page: Image.Image, regions: Sequence[TextRegion], params: LoneParams = LoneParams()
) -> tuple[TextRegion, ...]:
    """Return regions around single characters of an RGB page, in its pixels.

    They are looked for in the empty cells of the columns that its other regions make, and before indented lines, where
    the initial of a paragraph stands.
    """
    upright = [r.quad for r in regions if abs(quad_angle(r.quad)) <= params.max_tilt_degrees]
    if len(upright) < params.column_cells + 1 or 2 * len(upright) < len(regions):
        return ()
    boxes = _boxes_of(upright)
    taken = _boxes_of([region.quad for region in regions])
    found = [_character_in(page, place, params) for place in _empty_cells(boxes, taken, params)]
    found += [_initial_in(page, *place, params) for place in _initials(boxes, taken, params)]
    return tuple(TextRegion(_quad(box), params.score) for box in found if box is not None)


def _boxes_of(quads: Sequence[Quad]) -> Boxes:
    corners = np.stack(quads).astype(np.float64)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


def _empty_cells(boxes: Boxes, taken: Boxes, params: LoneParams) -> list[Boxes]:
    """Return places (x0, y0, x1, y1) in which a cell of a column would stand, on rows that have none there."""
    places: list[Boxes] = []
    rows = _rows(boxes)
    for x0, x1, y0, y1, height in _columns(boxes, params):
        for top, bottom in rows:
            similar = min(height, bottom - top) >= params.same_height * max(height, bottom - top)
            reach = params.beyond * height
            if not similar or bottom < y0 - reach or top > y1 + reach:
                continue
            inset = 0.2 * (bottom - top)
            if _is_free(x0 - inset, top + inset, x1 + inset, bottom - inset, taken):
                places.append(np.array([x0, top, x1, bottom]))
    return places[: params.most_places]


def _is_free(x0: float, y0: float, x1: float, y1: float, taken: Boxes) -> bool:
    across = (taken[:, 0] < x1) & (taken[:, 2] > x0)
    return not (across & (taken[:, 1] < y1) & (taken[:, 3] > y0)).any()


def _initials(boxes: Boxes, taken: Boxes, params: LoneParams) -> list[tuple[Boxes, float]]:
    """Return places before indented lines with a line below them that is not, and the height of those lines."""
    places: list[tuple[Boxes, float]] = []
    heights = boxes[:, 3] - boxes[:, 1]
    for below in boxes.tolist():
        left, bottom, height = below[0], below[1], below[3] - below[1]
        similar = np.minimum(heights, height) >= params.same_height * np.maximum(heights, height)
        indented = similar & (boxes[:, 0] > left + params.initial_indent * height) & (boxes[:, 0] < below[2])
        beside: list[int] = []
        while len(beside) <= params.initial_lines[1]:
            # The next line above: it ends where this one begins, and begins where the others do.
            above = indented & (np.abs(boxes[:, 3] - bottom) < 0.8 * height) & (boxes[:, 1] < bottom - 0.5 * height)
            if beside:
                above &= np.abs(boxes[:, 0] - boxes[beside[0], 0]) < 0.7 * height
            candidates = np.flatnonzero(above)
            if not len(candidates):
                break
            beside.append(int(candidates[np.argmin(boxes[candidates, 0])]))
            bottom = float(boxes[beside[-1], 1])
        if params.initial_lines[0] <= len(beside) <= params.initial_lines[1]:
            right = float(boxes[beside, 0].min())
            place = np.array([left - 0.3 * height, bottom - 0.3 * height, right, below[1]])
            if _is_free(left, bottom + 0.2 * height, right - 0.1 * height, below[1] - 0.2 * height, taken):
                places.append((place, height))
    return places


def _rows(boxes: Boxes) -> list[tuple[float, float]]:
    """Return the (top, bottom) of each row of boxes."""
    rows: list[list[int]] = []
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    for index in np.argsort(middles, kind="stable").tolist():
        if rows and boxes[rows[-1], 1].mean() < middles[index] < boxes[rows[-1], 3].mean():
            rows[-1].append(index)
        else:
            rows.append([index])
    return [(float(np.median(boxes[row, 1])), float(np.median(boxes[row, 3]))) for row in rows]


def _columns(boxes: Boxes, params: LoneParams) -> list[tuple[float, float, float, float, float]]:
    """Return x0, x1, y0, y1 and the height of a cell of each column."""
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    cells = np.flatnonzero(widths <= params.cell_aspect * heights)
    centres = (boxes[:, 0] + boxes[:, 2]) / 2
    columns, done = [], np.zeros(len(boxes), dtype=np.bool_)
    for seed in cells[np.argsort(widths[cells], kind="stable")[::-1]].tolist():
        if done[seed]:
            continue
        height = heights[seed]
        near = (centres[cells] > boxes[seed, 0]) & (centres[cells] < boxes[seed, 2])
        like = np.minimum(heights[cells], height) >= params.same_height * np.maximum(heights[cells], height)
        members = cells[near & like & ~done[cells]]
        done[members] = True
        if len(members) >= params.column_cells:
            x0, y0 = boxes[members, :2].min(axis=0).tolist()
            x1, y1 = boxes[members, 2:].max(axis=0).tolist()
            columns.append((x0, x1, y0, y1, float(np.median(heights[members]))))
    return columns


def _initial_in(page: Image.Image, place: Boxes, height: float, params: LoneParams) -> Boxes | None:
    """Return the box of the one large letter in a place, or None."""
    box = _ink_box(page, place, params.speck * height, params)
    if box is None or box[3] - box[1] < params.initial_tall * height:
        return None
    margin = 0.1 * (box[3] - box[1])
    return np.asarray(box + np.array([-margin, -margin, margin, margin]))


def _character_in(page: Image.Image, place: Boxes, params: LoneParams) -> Boxes | None:
    """Return the box of the one character in a place, with the height of its row, or None."""
    _, y0, _, y1 = place.tolist()
    height = y1 - y0
    box = _ink_box(page, place, params.speck * height, params)
    if box is None:
        return None
    a, b, c, d = box.tolist()
    tall, wide = (d - b) / height, (c - a) / height
    middle = ((b + d) / 2 - y0) / height
    is_character = params.tall[0] <= tall <= params.tall[1] and wide <= params.max_width
    is_dash = (
        params.dash_width[0] <= wide <= params.dash_width[1]
        and wide >= params.dash_aspect * tall
        and 0.3 <= middle <= 0.75
    )
    if not is_character and not is_dash:
        return None
    # Wider than high, or it would be taken for a column and laid down.
    margin = max(params.margin * height, (1.4 * height - (c - a)) / 2 if is_dash else 0.0)
    return np.array([a - margin, y0, c + margin, y1])


def _ink_box(page: Image.Image, place: Boxes, speck_px: float, params: LoneParams) -> Boxes | None:
    """Return the box of all ink in a place, None where there is none, or where it goes on beyond the place."""
    x0, y0, x1, y1 = place.tolist()
    left, top = max(0, int(x0)), max(0, int(y0))
    right, bottom = min(page.width, int(np.ceil(x1))), min(page.height, int(np.ceil(y1)))
    if right - left < _SMALLEST_PX or bottom - top < _SMALLEST_PX:
        return None
    shown_hwc = np.asarray(page.crop((left, top, right, bottom)))
    ink = find_ink(shown_hwc, params.min_contrast, params.max_grain, tail=_TAIL_PERCENT)
    if ink is None:
        return None
    parts = find_components(ink).boxes()
    parts = parts[(parts[:, 2:] - parts[:, :2]).max(axis=1) >= speck_px]
    if not len(parts):
        return None
    (a, b), (c, d) = parts[:, :2].min(axis=0).tolist(), parts[:, 2:].max(axis=0).tolist()
    if a == 0 or b == 0 or c == ink.shape[1] or d == ink.shape[0]:
        return None
    return np.array([left + a, top + b, left + c, top + d], dtype=np.float64)


def _quad(box: Boxes) -> Quad:
    x0, y0, x1, y1 = box.tolist()
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float32)
