"""Which predicted line belongs to which labelled item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from py_ocr.geometry import intersection_area, polygon_area

Item = Mapping[str, Any]

MIN_IOU = 0.5
MIN_COVERED = 0.5


def polygon(points: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    """Return the corners of a truth's `poly` or a line's `quad` as an (N, 2) array."""
    return np.asarray(points, dtype=np.float32)


def overlap(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return the intersection over union of two polygons, in [0, 1]."""
    shared = intersection_area(a, b)
    return shared / (polygon_area(a) + polygon_area(b) - shared) if shared else 0.0


def match_lines(truths: Sequence[Item], lines: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Return pairs (labelled line, predicted line), one to one, best overlap first, at IoU >= .5."""
    wanted = [truth for truth in truths if not truth.get("ignore")]
    expected, found = [polygon(truth["poly"]) for truth in wanted], [polygon(line["quad"]) for line in lines]
    candidates = [(overlap(a, b), i, j) for i, a in enumerate(expected) for j, b in enumerate(found)]
    pairs, used_truths, used_lines = [], set(), set()
    for iou, i, j in sorted(candidates, reverse=True):
        if iou >= MIN_IOU and i not in used_truths and j not in used_lines:
            used_truths.add(i)
            used_lines.add(j)
            pairs.append((wanted[i], lines[j]))
    return pairs


@dataclass(frozen=True)
class Comparison:
    """A predicted line and the labelled items that it covers; one of the two may be absent."""

    truths: Sequence[Item]
    line: Item | None

    @property
    def truth_text(self) -> str:
        """The labelled texts, from left to right."""
        return " ".join(truth["text"] for truth in self.truths)

    @property
    def line_text(self) -> str:
        """The predicted text."""
        return "" if self.line is None else str(self.line["text"])

    @property
    def iou(self) -> float | None:
        """The overlap of the two boxes, where one labelled item stands against one line."""
        if self.line is None or len(self.truths) != 1:
            return None
        return overlap(polygon(self.truths[0]["poly"]), polygon(self.line["quad"]))

    @property
    def quad(self) -> Sequence[Sequence[float]]:
        """Where on the page it is: the labelled item's corners, or the predicted ones."""
        corners: Sequence[Sequence[float]] = self.truths[0]["poly"] if len(self.truths) == 1 else self._line_quad()
        return corners

    def _line_quad(self) -> Sequence[Sequence[float]]:
        assert self.line is not None
        quad: Sequence[Sequence[float]] = self.line["quad"]
        return quad


def compare_lines(truths: Sequence[Item], lines: Sequence[Item]) -> list[Comparison]:
    """Give every labelled item to the line that covers most of it, if that is half of it at least.

    So a line of several labelled words is one comparison, a labelled item that was missed is one without a line,
    and a line in a place without truth is one without truths. A line that lies mostly on an ignored item is left out.
    """
    shapes = [polygon(line["quad"]) for line in lines]
    covered_by: dict[int, list[Item]] = {index: [] for index in range(len(lines))}
    ignored: set[int] = set()
    missed: list[Item] = []
    for truth in truths:
        place = polygon(truth["poly"])
        shared = [intersection_area(place, shape) for shape in shapes]
        best = max(range(len(shared)), key=shared.__getitem__, default=None)
        if truth.get("ignore"):
            on_it = zip(shared, shapes, strict=True)
            ignored.update(i for i, (area, shape) in enumerate(on_it) if area > MIN_COVERED * polygon_area(shape))
        elif best is not None and shared[best] >= MIN_COVERED * polygon_area(place) > 0:
            covered_by[best].append(truth)
        else:
            missed.append(truth)
    compared = [
        Comparison(sorted(items, key=lambda item: min(x for x, _ in item["poly"])), lines[index])
        for index, items in covered_by.items()
        if items or index not in ignored
    ]
    return compared + [Comparison([truth], None) for truth in missed]
