"""Ruled tables: where lines that are drawn around cells cross, in the pixels of a page. Knows nothing of text.

Rules are long dark runs of pixels; those that cross are a grid. Reference for finding tables by their rules: Zanibbi,
Blostein and Cordy, A survey of table recognition, 2004, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from py_ocr.parameters import Params, number
from py_ocr.types import Grid

_EIGHT_DARK: Final = np.frombuffer(bytes([1] * 8), dtype=np.uint64)[0]
"""Eight pixels of a bool map that are all true, as one number."""

_MOST_RUNS: Final = 6000
"""A page with more long dark runs is a picture, not a table."""


@dataclass(frozen=True, slots=True)
class RulingParams(Params):
    """What is taken for a rule. Pixels are those of the page when it is looked at, at most `looked_at_px` long."""

    looked_at_px: float = number(1400.0, least=200)
    """The longer side of the page when it is looked at. Lower values lose thin rules between close rows; higher ones
    cost time."""

    min_contrast: float = number(40.0)
    """How many grey levels a rule is darker than the paper. Lower values take shadows for rules."""

    min_paper: float = number(0.5, most=1)
    """Part of a page that is as light as its paper, at least. Lower values find tables in the edges of photos."""

    min_run_px: float = number(36.0, least=2)
    """Shortest straight run of a rule, which a page that is askew breaks into steps. Lower values take strokes of large
    letters for rules; higher ones lose rules of pages that are more askew."""

    max_thickness_px: float = number(9.0, least=1)
    """What is thicker is a bar or a picture."""

    reach_px: float = number(6.0)
    """How far rules may end from those that they meet."""

    min_wall: float = number(0.6, most=1)
    """Part of a cell's side that a rule must cover to part it from its neighbour."""


class Rule(NamedTuple):
    """A drawn line: its place across, and where it begins and ends along itself."""

    at: float
    start: float
    stop: float


def find_grids(green_hw: NDArray[np.uint8], params: RulingParams = RulingParams()) -> tuple[Grid, ...]:
    """Return the grids of a page, from the top: two rows and two columns at least.

    `green_hw` is (H, W) uint8, its green channel.
    """
    step = max(1, int(np.ceil(max(green_hw.shape) / params.looked_at_px)))
    grey = _darkest(green_hw, step)
    if min(grey.shape) < 2 * params.min_run_px:
        return ()
    # What is asked of the pixels' values is asked of how many there are of each: there are few values, and many pixels.
    counts = np.bincount(grey.ravel(), minlength=256)
    paper = int(np.searchsorted(counts.cumsum(), grey.size / 2))
    is_paper = np.abs(np.arange(256) - paper) < params.min_contrast / 2
    if counts[is_paper].sum() < params.min_paper * grey.size:
        return ()
    dark = grey < paper - params.min_contrast
    across, down = _rules(dark, params), _rules(np.ascontiguousarray(dark.T), params)
    grids = [_grid(rows, columns, params) for rows, columns in _crossing(across, down, params.reach_px)]
    found = [_scaled(grid, step) for grid in grids if grid is not None]
    return tuple(sorted(found, key=lambda grid: grid.ys[0]))


def _darkest(green_hw: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    """Return the darkest value of every `step` x `step` pixels: a thin rule stays as dark as it is."""
    height, width = (side // step for side in green_hw.shape)
    # Whole planes are compared, since numpy takes as long for a small row as for a large plane.
    darkest = green_hw[: height * step : step, : width * step]
    for row in range(1, step):
        darkest = np.minimum(darkest, green_hw[row : height * step : step, : width * step])
    columns = darkest
    darkest = columns[:, ::step]
    for column in range(1, step):
        darkest = np.minimum(darkest, columns[:, column::step])
    return np.ascontiguousarray(darkest)


def _rules(dark_hw: NDArray[np.bool_], params: RulingParams) -> list[Rule]:
    """Return the rules that run along the rows of a (H, W) bool map."""
    candidates = np.flatnonzero(_have_long_runs(dark_hw, params.min_run_px))
    padded = np.zeros((len(candidates), dark_hw.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = dark_hw[candidates]
    edges = np.diff(padded, axis=1)
    rows, starts = np.nonzero(edges == 1)
    rows = candidates[rows]
    stops = np.nonzero(edges == -1)[1]
    long = stops - starts >= params.min_run_px
    if not 0 < np.count_nonzero(long) <= _MOST_RUNS:
        return []
    clusters: list[_Cluster] = []
    for row, start, stop in zip(rows[long].tolist(), starts[long].tolist(), stops[long].tolist(), strict=True):
        owners = [one for one in clusters if one.goes_on(row, start, stop, params.reach_px)]
        if not owners:
            clusters.append(_Cluster(row, start, stop))
            continue
        owners[0].add(row, start, stop)
        for other in owners[1:]:
            owners[0].join(other)
        clusters = [one for one in clusters if one not in owners[1:]]
    return [one.rule for one in clusters if one.thickness <= params.max_thickness_px]


def _have_long_runs(dark_hw: NDArray[np.bool_], run_px: float) -> NDArray[np.bool_]:
    """Return (H,) bool: the rows that may have a run of so many pixels, and most of those that have none left out.

    Such a run covers so many eights of pixels that lie side by side, which are compared as one number each.
    """
    eights = np.ascontiguousarray(dark_hw[:, : dark_hw.shape[1] // 8 * 8]).view(np.uint64) == _EIGHT_DARK
    covered = max(1, int((run_px - 7) // 8))
    together = eights[:, covered - 1 :]
    for shift in range(covered - 1):
        together = together & eights[:, shift : eights.shape[1] - covered + 1 + shift]
    return np.asarray(together.any(axis=1))


class _Cluster:
    """Runs of neighbouring rows that are one rule."""

    def __init__(self, row: int, start: int, stop: int) -> None:
        self.runs = [(row, start, stop)]
        self._last = self.runs[:]

    def goes_on(self, row: int, start: int, stop: int, reach: float) -> bool:
        """Return whether a run touches one of the last rows."""
        self._last = [run for run in self._last if run[0] >= row - 2]
        return any(start <= last + reach and stop >= first - reach for _, first, last in self._last)

    def add(self, row: int, start: int, stop: int) -> None:
        self.runs.append((row, start, stop))
        self._last.append((row, start, stop))

    def join(self, other: _Cluster) -> None:
        self.runs += other.runs
        self._last += other._last

    @property
    def _weight(self) -> int:
        return sum(stop - start for _, start, stop in self.runs)

    @property
    def rule(self) -> Rule:
        middle = sum((row + 0.5) * (stop - start) for row, start, stop in self.runs) / self._weight
        return Rule(middle, min(run[1] for run in self.runs), max(run[2] for run in self.runs))

    @property
    def thickness(self) -> float:
        rule = self.rule
        return self._weight / (rule.stop - rule.start)


def _crossing(across: Sequence[Rule], down: Sequence[Rule], reach: float) -> list[tuple[list[Rule], list[Rule]]]:
    """Return the rules in groups that are connected by crossings: those across, and those down."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    for rule in across:
        met = [other for other in down if _meet(rule, other, reach)]
        mine = [group for group in groups if any(other in group[1] for other in met)]
        merged = ([rule], list(met))
        for group in mine:
            merged[0].extend(group[0])
            merged[1].extend(other for other in group[1] if other not in merged[1])
        groups = [group for group in groups if group not in mine] + [merged]
    return groups


def _meet(across: Rule, down: Rule, reach: float) -> bool:
    return (
        across.start - reach <= down.at <= across.stop + reach and down.start - reach <= across.at <= down.stop + reach
    )


def _grid(across: Sequence[Rule], down: Sequence[Rule], params: RulingParams) -> Grid | None:
    ys, xs = (_places([rule.at for rule in rules], params.reach_px) for rules in (across, down))
    if len(ys) < 3 or len(xs) < 3:
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    owner = np.arange(rows * columns, dtype=np.intp).reshape(rows, columns)
    for row in range(rows):
        for column in range(columns):
            if column and not _is_wall(down, xs[column], ys[row], ys[row + 1], params):
                owner[owner == owner[row, column]] = owner[row, column - 1]
            if row and not _is_wall(across, ys[row], xs[column], xs[column + 1], params):
                owner[owner == owner[row, column]] = owner[row - 1, column]
    spans: list[tuple[int, int, int, int]] = []
    for one in np.unique(owner):
        span = _span(owner == one)
        if span is None or span[2:] == (rows, columns):
            return None  # rules that cut no cells: edges in a picture, or a frame
        if span[2] > 1 or span[3] > 1:
            spans.append(span)
    return Grid(tuple(xs), tuple(ys), tuple(spans))


def _places(values: Sequence[float], reach: float) -> list[float]:
    """Return places that are further apart than `reach`: the means of those that are not."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] <= reach:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [float(np.mean(group)) for group in groups]


def _is_wall(rules: Sequence[Rule], at: float, start: float, stop: float, params: RulingParams) -> bool:
    covered = [
        min(rule.stop, stop) - max(rule.start, start) for rule in rules if abs(rule.at - at) <= params.reach_px * 1.5
    ]
    return max(covered, default=0.0) >= params.min_wall * (stop - start)


def _span(cells: NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """Return first row and column and how many of each some cells are, or None where they are no rectangle."""
    rows, columns = np.nonzero(cells)
    top, left = int(rows.min()), int(columns.min())
    height, width = int(rows.max()) - top + 1, int(columns.max()) - left + 1
    return (top, left, height, width) if height * width == len(rows) else None


def _scaled(grid: Grid, step: int) -> Grid:
    xs, ys = (tuple(round(value * step, 2) for value in places) for places in (grid.xs, grid.ys))
    return Grid(xs, ys, grid.spans)
