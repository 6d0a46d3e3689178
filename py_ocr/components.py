"""Connected components of a binary map, found by runs. Knows nothing of OCR.

A run is a maximal horizontal stretch of set pixels. Working on runs instead of pixels keeps every step a
numpy call on a few thousand numbers, which is what makes this fast in Pyodide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """The runs of a binary map, grouped by component.

    `rows`, `starts` and `stops` are (R,) int64: run i covers columns starts[i] to stops[i] - 1 of row rows[i].
    `offsets` is (C + 1,) intp: component c owns runs offsets[c] to offsets[c + 1] - 1, by row, then column.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    offsets: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def sums(self, values_hw: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the (C,) sum over each component of a (H, W) float32 map."""
        height, width = values_hw.shape
        cumulative = np.zeros((height, width + 1), dtype=np.float64)
        np.cumsum(values_hw, axis=1, dtype=np.float64, out=cumulative[:, 1:])
        per_run = cumulative[self.rows, self.stops] - cumulative[self.rows, self.starts]
        return np.add.reduceat(per_run, self.offsets[:-1])

    def boxes(self) -> NDArray[np.int64]:
        """Return the (C, 4) bounding boxes x0, y0, x1, y1, with x1 and y1 exclusive."""
        first = self.offsets[:-1]
        return np.stack(
            [
                np.minimum.reduceat(self.starts, first),
                np.minimum.reduceat(self.rows, first),
                np.maximum.reduceat(self.stops, first),
                np.maximum.reduceat(self.rows, first) + 1,
            ],
            axis=1,
        )

    def outline(self, component: int) -> NDArray[np.float32]:
        """Return (N, 2) float32 centres (x, y) of the outermost pixels of each row: enough for its hull."""
        part = slice(int(self.offsets[component]), int(self.offsets[component + 1]))
        rows = self.rows[part]
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        left = np.minimum.reduceat(self.starts[part], first)
        right = np.maximum.reduceat(self.stops[part], first) - 1
        y = rows[first]
        return (np.stack([np.concatenate([left, right]), np.concatenate([y, y])], axis=1) + 0.5).astype(np.float32)


def find_components(mask_hw: NDArray[np.bool_]) -> Components:
    """Return the 8-connected components of a (H, W) bool map, in the order of their first pixel."""
    height, width = mask_hw.shape
    # Two unset columns after each row: runs of neighbouring rows then never touch across the right edge.
    stride = width + 2
    padded = np.zeros((height, stride), dtype=np.int8)
    padded[:, :width] = mask_hw
    steps = np.diff(padded.ravel(), prepend=np.int8(0))
    starts = np.flatnonzero(steps == 1).astype(np.int64)
    stops = np.flatnonzero(steps == -1).astype(np.int64)
    labels = _connect(starts, stops, stride)
    order = np.argsort(labels, kind="stable")
    labels, starts, stops = labels[order], starts[order], stops[order]
    rows = starts // stride
    heads = np.flatnonzero(np.diff(labels, prepend=-1))
    return Components(
        rows=rows,
        starts=starts - rows * stride,
        stops=stops - rows * stride,
        offsets=np.append(heads, len(labels)).astype(np.intp),
    )


def _connect(starts: NDArray[np.int64], stops: NDArray[np.int64], stride: int) -> NDArray[np.int64]:
    """Return for each run the smallest index of a run it is connected to, through any number of rows."""
    # Runs of the next row touched by run i, diagonals included, are a contiguous range first[i]:last[i].
    first = np.searchsorted(stops, starts + stride, side="left")
    last = np.searchsorted(starts, stops + stride, side="right")
    counts = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(starts), dtype=np.int64), counts)
    skipped = np.repeat(np.cumsum(counts) - counts, counts)
    lower = np.repeat(first, counts) + np.arange(len(upper), dtype=np.int64) - skipped

    # Union by hooking the larger root under the smaller, then flattening the trees, until nothing changes.
    parent = np.arange(len(starts), dtype=np.int64)
    while True:
        a, b = parent[upper], parent[lower]
        unequal = a != b
        if not unequal.any():
            return parent
        upper, lower, a, b = upper[unequal], lower[unequal], a[unequal], b[unequal]
        np.minimum.at(parent, np.maximum(a, b), np.minimum(a, b))
        while True:
            grandparent = parent[parent]
            if np.array_equal(grandparent, parent):
                break
            parent = grandparent
