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

    `rows`, `starts` and `stops` are (R,) intp: run i covers columns starts[i] to stops[i] - 1 of row rows[i].
    `offsets` is (C + 1,) intp: component c owns runs offsets[c] to offsets[c + 1] - 1, by row, then column.
    """

    rows: NDArray[np.intp]
    starts: NDArray[np.intp]
    stops: NDArray[np.intp]
    offsets: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def sums(self, values_hw: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the (C,) sum over each component of a (H, W) float32 map."""
        lengths = self.stops - self.starts
        firsts = np.cumsum(lengths) - lengths
        begin_at = self.rows * values_hw.shape[1] + self.starts
        pixels = np.arange(int(lengths.sum()), dtype=np.intp) + np.repeat(begin_at - firsts, lengths)
        values = values_hw.ravel()[pixels]
        return np.add.reduceat(values, firsts[self.offsets[:-1]], dtype=np.float64)

    def boxes(self) -> NDArray[np.intp]:
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

    def outlines(self, chosen: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        """Return the centres (x, y) of the outermost pixels of each row of some components: enough for their hulls.

        `chosen` are (S,) indices of components, ascending. Returns (N, 2) float32 points and the (S + 1,) offsets of
        each component's among them.
        """
        counts = np.diff(self.offsets)
        owner = np.repeat(np.arange(len(counts), dtype=np.intp), counts)
        runs = np.flatnonzero(np.isin(owner, chosen))
        owner, rows, starts, stops = owner[runs], self.rows[runs], self.starts[runs], self.stops[runs]
        # Runs of a row come by column: the first one begins, and the last one ends, what the component has there.
        edges = (np.diff(owner) != 0) | (np.diff(rows) != 0)
        first, last = np.concatenate([[True], edges]), np.concatenate([edges, [True]])
        ends = np.stack([starts[first], stops[last] - 1], axis=1)
        points = np.stack([ends, np.repeat(rows[first][:, None], 2, axis=1)], axis=2).reshape(-1, 2)
        sizes = 2 * np.bincount(owner[first], minlength=len(counts))[chosen]
        return (points + 0.5).astype(np.float32), np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)


def find_components(mask_hw: NDArray[np.bool_]) -> Components:
    """Return the 8-connected components of a (H, W) bool map, in the order of their first pixel."""
    height, width = mask_hw.shape
    # Two unset columns after each row: runs of neighbouring rows then never touch across the right edge.
    stride = width + 2
    padded = np.zeros(1 + height * stride, dtype=np.bool_)
    padded[1:].reshape(height, stride)[:, :width] = mask_hw
    # Between unset and set pixels a run begins, and the next change ends it.
    changes = np.flatnonzero(padded[1:] != padded[:-1])
    starts, stops = changes[::2], changes[1::2]
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


def _connect(starts: NDArray[np.intp], stops: NDArray[np.intp], stride: int) -> NDArray[np.intp]:
    """Return for each run the smallest index of a run it is connected to, through any number of rows."""
    # Runs of the next row touched by run i, diagonals included, are a contiguous range first[i]:last[i].
    first = np.searchsorted(stops, starts + stride, side="left")
    last = np.searchsorted(starts, stops + stride, side="right")
    counts = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(starts), dtype=np.intp), counts)
    skipped = np.repeat(np.cumsum(counts) - counts, counts)
    lower = np.repeat(first, counts) + np.arange(len(upper), dtype=np.intp) - skipped

    # Union by hooking the larger root under the smaller, then flattening the trees, until nothing changes.
    parent = np.arange(len(starts), dtype=np.intp)
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
