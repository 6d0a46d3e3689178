"""Rows and columns: which lines stand side by side, where gutters run, and what is read down instead of across.

A gutter alone tells nothing: it runs through the columns of a newspaper and through those of a table. What tells is
how lines begin: in running text mostly in lower case, in the cells of a table with a capital or a digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py_ocr.parameters import Params, number
from py_ocr.types import TextLine

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

    narrow_aspect: float = number(3.0)
    """A column of narrower lines, down to this, is prose if it runs on: newspapers, leaflets. Lower values take lists
    of single words for prose."""

    narrow_words: int = number(2, least=1)
    """For that, the median line has at least so many words."""

    runs_on_share: float = number(0.6, most=1)
    """And at least this part of its lines begin in lower case, as the lines of running text do."""

    cells_share: float = number(0.25, most=1)
    """Columns whose lines stand side by side are cells of a table, read across, if fewer than this part of the lines of
    one of them begin in lower case: a cell begins with a capital or a digit. Higher values take prose with many
    sentences or nouns for cells."""

    cells_aligned: float = number(0.8, most=1)
    """Lines stand side by side if at least this part of the shorter column's rows have a partner at their height."""

    cells_shift: float = number(0.3)
    """How far partners may be off in height."""

    column_fill: float = number(0.55, most=1)
    """Prose fills at least this part of its column's width; the labels of a form do not."""

    inset_share: float = number(0.15, most=1)
    """At most this share of the lines may stand in a gutter, such as the caption of a figure; more are a column."""

    paragraph_gap_heights: float = number(0.9)
    """A wider gap between rows starts a new block. Lower values cut text of generous spacing into its rows."""

    paragraph_height_ratio: float = number(1.5, least=1)
    """So does text this many times as large, or as small: a heading."""


@dataclass(frozen=True, slots=True, eq=False)
class LineFrame:
    """The lines of a page as layout sees them.

    `begins` is (N,) int8: 1 for a line that begins in lower case, -1 for one with a capital or a digit, 0 for neither.
    `words` is (N,) intp, their number of words.
    """

    boxes: Boxes
    begins: NDArray[np.int8]
    words: NDArray[np.intp]

    @classmethod
    def of(cls, lines: Sequence[TextLine], boxes: Boxes) -> LineFrame:
        """Return the frame of lines with these boxes."""
        begins = np.array([_beginning(line.text) for line in lines], dtype=np.int8)
        return cls(boxes, begins, np.array([len(line.text.split()) for line in lines], dtype=np.intp))


def _beginning(text: str) -> int:
    first = next((character for character in text if character.isalnum()), "")
    return 1 if first.islower() else -1 if first.isupper() or first.isdigit() else 0


def gutter_groups(bands: Sequence[NDArray[np.intp]], frame: LineFrame, params: LayoutParams) -> list[NDArray[np.intp]]:
    """Join neighbouring bands as long as one gutter runs through all of them."""
    groups: list[NDArray[np.intp]] = []
    for band in bands:
        if groups:
            joined = np.concatenate([groups[-1], band])
            if _gutters(_without_insets(joined, frame, params), frame, params):
                groups[-1] = joined
                continue
        groups.append(band)
    return groups


def _without_insets(indices: NDArray[np.intp], frame: LineFrame, params: LayoutParams) -> NDArray[np.intp]:
    """Leave out the few lines that stand in a gutter with text on both sides, such as a figure's caption.

    Without a gutter to stand in, or with too many such lines, everything stays.
    """
    if _gutters(indices, frame, params):
        return indices
    x0, y0, x1, y1 = frame.boxes[indices].T
    middle, reach = (y0 + y1) / 2, (y1 - y0) / 2
    beside = ((y0 - reach)[:, None] < middle) & (middle < (y1 + reach)[:, None])
    to_the_left = (beside & (x1[:, None] <= x0)).any(axis=0)
    to_the_right = (beside & (x0[:, None] >= x1)).any(axis=0)
    inset = to_the_left & to_the_right
    if not inset.any() or inset.mean() > params.inset_share:
        return indices
    kept: NDArray[np.intp] = indices[~inset]
    return kept


def _gutters(indices: NDArray[np.intp], frame: LineFrame, params: LayoutParams) -> list[tuple[float, float]]:
    """Return the vertical gaps (x0, x1) between the lines that are wide enough to be gutters."""
    order = indices[np.argsort(frame.boxes[indices, 0], kind="stable")]
    reach = np.maximum.accumulate(frame.boxes[order, 2])
    narrowest = params.gutter_heights * float(np.median(frame.boxes[indices, 3] - frame.boxes[indices, 1]))
    gaps = frame.boxes[order, 0][1:] - reach[:-1]
    return [(float(reach[i]), float(frame.boxes[order[i + 1], 0])) for i in np.flatnonzero(gaps >= narrowest)]


def split_columns(
    group: NDArray[np.intp], frame: LineFrame, params: LayoutParams
) -> tuple[NDArray[np.intp], ...] | None:
    """Split a group at its first gutter with prose on both sides, insets last, or return None."""
    text = _without_insets(group, frame, params)
    for start, _ in _gutters(text, frame, params):
        left = text[frame.boxes[text, 2] <= start]
        right = text[frame.boxes[text, 2] > start]
        prose = _is_prose(left, frame, params) and _is_prose(right, frame, params)
        if prose and not _are_cells(left, right, frame, params):
            insets = np.setdiff1d(group, text)
            return (left, right, insets) if len(insets) else (left, right)
    return None


def _is_prose(indices: NDArray[np.intp], frame: LineFrame, params: LayoutParams) -> bool:
    if len(indices) < params.column_lines:
        return False
    widths = frame.boxes[indices, 2] - frame.boxes[indices, 0]
    heights = frame.boxes[indices, 3] - frame.boxes[indices, 1]
    extent = float(frame.boxes[indices, 2].max() - frame.boxes[indices, 0].min())
    rows = len(rows_of(indices, frame, params))
    aspect = float(np.median(widths / np.maximum(heights, 1)))
    runs_on = _runs_on(indices, frame)
    is_narrow_prose = (
        aspect >= params.narrow_aspect
        and float(np.median(frame.words[indices])) >= params.narrow_words
        and runs_on is not None
        and runs_on >= params.runs_on_share
    )
    return (aspect >= params.column_aspect or is_narrow_prose) and float(
        widths.sum()
    ) >= params.column_fill * rows * extent


def _runs_on(indices: NDArray[np.intp], frame: LineFrame) -> float | None:
    """Return which part of the lines begins in lower case, of those that begin in a case; None for too few."""
    begins = frame.begins[indices]
    cased = int((begins != 0).sum())
    return float((begins == 1).sum()) / cased if cased >= 3 else None


def _are_cells(left: NDArray[np.intp], right: NDArray[np.intp], frame: LineFrame, params: LayoutParams) -> bool:
    """Tell whether two columns are those of a table: row beside row, and no running text."""
    few, many = sorted((_row_middles(side, frame, params) for side in (left, right)), key=len)
    height = float(np.median(frame.boxes[left, 3] - frame.boxes[left, 1]))
    shifts = np.abs(few[:, None] - many[None]).min(axis=1)
    if float((shifts <= params.cells_shift * height).mean()) < params.cells_aligned:
        return False
    shares = [share for side in (left, right) if (share := _runs_on(side, frame)) is not None]
    return bool(shares) and min(shares) < params.cells_share


def _row_middles(indices: NDArray[np.intp], frame: LineFrame, params: LayoutParams) -> NDArray[np.float32]:
    rows = rows_of(indices, frame, params)
    return np.array([frame.boxes[row][:, [1, 3]].mean() for row in rows], dtype=np.float32)


def rows_of(indices: NDArray[np.intp], frame: LineFrame, params: LayoutParams) -> list[list[int]]:
    """Group lines that stand side by side, from top to bottom, each row from left to right."""
    rows: list[list[int]] = []
    middles = (frame.boxes[:, 1] + frame.boxes[:, 3]) / 2
    for index in indices[np.argsort(middles[indices], kind="stable")].tolist():
        row = next((row for row in reversed(rows[-params.row_lookback :]) if _belongs(index, row, frame, params)), None)
        if row is None:
            rows.append([index])
        else:
            row.append(index)
    return [sorted(row, key=lambda index: float(frame.boxes[index, 0])) for row in rows]


def _belongs(index: int, row: Sequence[int], frame: LineFrame, params: LayoutParams) -> bool:
    """Tell whether a line stands beside its nearest neighbour of a row, on the same height."""
    x0, y0, x1, y1 = frame.boxes[index].tolist()
    gaps = [max(frame.boxes[other, 0] - x1, x0 - frame.boxes[other, 2]) for other in row]
    nearest = row[int(np.argmin(gaps))]
    top, bottom = float(frame.boxes[nearest, 1]), float(frame.boxes[nearest, 3])
    shared = min(y1, bottom) - max(y0, top)
    lower = min(y1 - y0, bottom - top)
    return bool(shared >= params.row_overlap * lower and min(gaps) > -lower)
