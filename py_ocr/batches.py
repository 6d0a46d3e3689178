"""Batches: which line images a recogniser reads in one run, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import PAD_VALUE, LineCrop
from py_ocr.session import Batching


@dataclass(frozen=True, slots=True, eq=False)
class LineBatch:
    """Line images of similar width in one tensor: `image_nhwc` (N, H, W, 3) uint8, and whose they are."""

    image_nhwc: NDArray[np.uint8]
    indices: tuple[int, ...]


def make_batches(crops: Sequence[LineCrop], batching: Batching, min_width_px: int) -> Iterator[LineBatch]:
    """Group line images by their padded width, and those groups where a run fewer is worth the padding.

    Batches come in the order of their first lines on the page, and the first one is small, so that somebody who waits
    has the page's top soon. A batch is stacked when it is asked for, while those before it run.
    """
    ranks = reading_ranks(crops)
    groups: dict[int, list[int]] = {}
    for index in sorted(range(len(crops)), key=ranks.__getitem__):
        width = padded_width(max(crops[index].width_px, min_width_px), batching)
        groups.setdefault(width, []).append(index)
    groups = _joined(groups, batching, ranks)
    parts: list[tuple[int, tuple[int, ...]]] = []
    for width, indices in groups.items():
        size = _most_lines(width, batching)
        # The group that was begun first holds the first line of the page.
        head = size if parts else min(size, batching.first_lines)
        stops = [*range(head, len(indices), size), len(indices)]
        parts += [(width, tuple(indices[start:stop])) for start, stop in pairwise((0, *stops))]
    for width, part in sorted(parts, key=lambda each: ranks[each[1][0]]):
        yield LineBatch(_stack([crops[index].image_hwc for index in part], width), part)


def padded_width(width_px: int, batching: Batching) -> int:
    """Return the width in pixels to which a line image is padded: the next of those that a backend likes."""
    needed = -(-width_px // batching.width_step_px)
    if batching.width_growth == 1:
        return needed * batching.width_step_px
    # The same few widths on every page, since a GPU compiles its programs for each that is new.
    steps = 1
    while steps < needed:
        steps = max(steps + 1, int(steps * batching.width_growth))
    return steps * batching.width_step_px


def reading_ranks(crops: Sequence[LineCrop]) -> list[int]:
    """Return for each line image its place in the order of the page's top, which is where most lines have theirs."""
    if not crops:
        return []
    quads = np.stack([crop.quad for crop in crops])
    # Downwards, as the lines themselves see it: along the page where it stands, across it where it lies.
    down = (quads[:, 3] - quads[:, 0]).sum(axis=0)
    ranks = np.empty(len(crops), dtype=np.int32)
    ranks[np.argsort(quads.mean(axis=1) @ down, kind="stable")] = np.arange(len(crops), dtype=np.int32)
    return [int(rank) for rank in ranks]


def _joined(groups: dict[int, list[int]], batching: Batching, ranks: Sequence[int]) -> dict[int, list[int]]:
    """Return groups of line images by width, neighbours in width joined so that all of them cost the least.

    A run costs its columns and `run_cost_px`. The groups, and the lines in them, are in the order of the page.
    """
    if not batching.run_cost_px:
        return groups
    widths = sorted(groups)
    # The least that the narrowest so many groups cost, and where the last join of them begins.
    cheapest: list[tuple[float, int]] = [(0.0, 0)]
    for stop in range(1, len(widths) + 1):
        widest, lines, choices = widths[stop - 1], 0, []
        for start in range(stop - 1, -1, -1):
            if start < stop - 1 and widest > batching.join_growth * widths[start]:
                break
            lines += len(groups[widths[start]])
            runs = -(-lines // _most_lines(widest, batching))
            choices.append((cheapest[start][0] + runs * batching.run_cost_px + lines * widest, start))
        cheapest.append(min(choices))
    joined: list[tuple[int, list[int]]] = []
    stop = len(widths)
    while stop:
        start = cheapest[stop][1]
        lines_in = [index for width in widths[start:stop] for index in groups[width]]
        joined.append((widths[stop - 1], sorted(lines_in, key=ranks.__getitem__)))
        stop = start
    return dict(sorted(joined, key=lambda group: ranks[group[1][0]]))


def _most_lines(width_px: int, batching: Batching) -> int:
    return max(1, min(batching.lines, batching.width_px // width_px))


def _stack(images: Sequence[NDArray[np.uint8]], width: int) -> NDArray[np.uint8]:
    height = images[0].shape[0]
    stacked = np.full((len(images), height, width, 3), PAD_VALUE, dtype=np.uint8)
    for row, image in enumerate(images):
        stacked[row, :, : image.shape[1]] = image
    return stacked
