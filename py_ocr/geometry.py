"""Plane geometry of quads: hulls, minimum-area rectangles, corner order, distances. Knows nothing of OCR.

The pixel convention of the whole project is fixed here: coordinates are continuous, (0, 0) is the top-left
corner of the first pixel and (0.5, 0.5) its centre. A pixel (row, column) covers [column, column + 1) x
[row, row + 1). So resizing by a factor is multiplication by it, without half-pixel terms.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyclipper
from numpy.typing import ArrayLike, NDArray

from py_ocr.types import Quad

Points = NDArray[np.float32]
"""(N, 2) float32 points (x, y)."""

Offsets = NDArray[np.intp]
"""(S + 1,) where each of S sets begins in an array of all their points, and where the last one ends."""

_CLIPPER_UNITS_PER_PIXEL = 16.0
# Clipper computes in 64-bit integers and ends the interpreter beyond 2^62: far above any image, but a quad
# may come from a broken model, so coordinates are bounded before they are handed over.
_CLIPPER_BOUND = 2.0**40


def convex_hull(points: Points) -> Points:
    """Return the corners of the convex hull of (N, 2) points, counter-clockwise in a y-up plane.

    Collinear points are dropped; fewer than three distinct points are returned as they are (sorted).
    """
    return convex_hulls(points, np.array([0, len(points)], dtype=np.intp))[0]


def convex_hulls(points: Points, offsets: Offsets) -> tuple[Points, Offsets]:
    """Return the corners of the convex hull of each set of points, and their offsets; see `convex_hull`.

    Set s is points[offsets[s] : offsets[s + 1]], and holds a point at least. Reference: the hulls are those of Andrew's
    monotone chain, 1979. All sets lose the points that are no corners together, round after round, as numpy calls are
    few then.
    """
    sets = np.repeat(np.arange(len(offsets) - 1, dtype=np.intp), np.diff(offsets))
    order = np.lexsort((points[:, 1], points[:, 0], sets))
    sets, ordered = sets[order], points[order].astype(np.float64)
    distinct = np.concatenate([[True], (np.diff(sets) != 0) | (np.diff(ordered, axis=0) != 0).any(axis=1)])
    sets, ordered = sets[distinct], ordered[distinct]
    backwards = np.arange(len(sets), dtype=np.intp)[::-1]
    lower, upper = _half_hulls(sets, ordered), backwards[_half_hulls(sets[backwards], ordered[backwards])]
    # Each half begins where the other one ends, and gives up its end; a single point is both.
    single = np.diff(sets[lower], prepend=-1, append=-1) != 0
    lower = lower[~single[1:] | single[:-1]]
    upper = upper[np.diff(sets[upper], append=-1) == 0]
    corners, half = np.concatenate([lower, upper]), np.repeat([0, 1], [len(lower), len(upper)])
    corners = corners[np.lexsort((np.where(half == 0, corners, -corners), half, sets[corners]))]
    counts = np.bincount(sets[corners], minlength=len(offsets) - 1)
    return ordered[corners].astype(np.float32), np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)


def _half_hulls(sets: NDArray[np.intp], points: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the indices of the corners of each set on one side of the line between its ends.

    The points of each set are (N, 2) in the order in which a walk along that side meets them.
    """
    kept = np.arange(len(sets), dtype=np.intp)
    while True:
        a, b, c = points[kept[:-2]], points[kept[1:-1]], points[kept[2:]]
        (abx, aby), (acx, acy) = (b - a).T, (c - a).T
        # What is not outside of the line between its neighbours is no corner, whether or not they are.
        inside = (abx * acy - aby * acx <= 0) & (sets[kept[:-2]] == sets[kept[2:]])
        if not inside.any():
            return kept
        kept = kept[np.concatenate([[True], ~inside, [True]])] if len(kept) > 1 else kept


def min_area_rect(points: Points) -> Quad:
    """Return the (4, 2) float32 corners of the smallest rectangle, of any angle, around (N, 2) points.

    Corners are in `reading_order`. One point gives a rectangle without extent; two, one without height.
    """
    rectangle: Quad = min_area_rects(points, np.array([0, len(points)], dtype=np.intp))[0]
    return rectangle


def min_area_rects(points: Points, offsets: Offsets) -> NDArray[np.float32]:
    """Return (S, 4, 2) float32: the smallest rectangle around each of S sets of points; see `min_area_rect`.

    Set s is points[offsets[s] : offsets[s + 1]], and holds a point at least. Reference: one side of the rectangle lies
    on an edge of the hull (Freeman and Shapira, 1975).
    """
    hulls, starts = convex_hulls(points, offsets)
    corners, counts = hulls.astype(np.float64), np.diff(starts)
    sets = np.repeat(np.arange(len(counts), dtype=np.intp), counts)
    following = np.arange(1, len(corners) + 1, dtype=np.intp)
    following[starts[1:] - 1] = starts[:-1]
    edges = corners[following] - corners
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    along = edges / np.where(lengths > 0, lengths, 1)[:, None]

    # Every corner of a hull in the frame of each of its edges, one edge after the other.
    firsts = np.cumsum(counts[sets]) - counts[sets]
    edge = np.repeat(np.arange(len(corners), dtype=np.intp), counts[sets])
    x, y = corners[starts[sets][edge] + np.arange(len(edge), dtype=np.intp) - firsts[edge]].T
    (along_x, along_y) = along[edge].T
    u, v = along_x * x + along_y * y, along_x * y - along_y * x
    u_low, v_low = np.minimum.reduceat(u, firsts), np.minimum.reduceat(v, firsts)
    u_high, v_high = np.maximum.reduceat(u, firsts), np.maximum.reduceat(v, firsts)
    areas = (u_high - u_low) * (v_high - v_low)
    smallest = np.flatnonzero(areas == np.minimum.reduceat(areas, starts[:-1])[sets])
    best = smallest[np.diff(sets[smallest], prepend=-1) != 0]
    axis_u = along[best]
    axis_v = np.stack([-axis_u[:, 1], axis_u[:, 0]], axis=1)
    u_side = np.stack([u_low, u_high, u_high, u_low], axis=1)[best]
    v_side = np.stack([v_low, v_low, v_high, v_high], axis=1)[best]
    rectangles = axis_u[:, None] * u_side[..., None] + axis_v[:, None] * v_side[..., None]
    # A hull of one or two points has no other extent.
    ends = corners[np.stack([starts[:-1], starts[1:] - 1, starts[1:] - 1, starts[:-1]], axis=1)]
    return reading_order(np.where((counts < 3)[:, None, None], ends, rectangles).astype(np.float32))


def reading_order(rectangles: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the corners of (..., 4, 2) rectangles clockwise, from the top-left of the text that each may hold.

    The text is taken to run along whichever pair of sides is closer to horizontal, left to right. A tilted
    vertical column so keeps its own top edge first, where sorting corners by x would swap them.
    """
    sides = _sides(rectangles)
    turns = sides[..., 0, 0] * sides[..., 1, 1] - sides[..., 0, 1] * sides[..., 1, 0]
    corners = np.where((turns >= 0)[..., None, None], rectangles, rectangles[..., ::-1, :])
    sides = _sides(corners)
    # The top side points to the right, and does so more than any other.
    lengths = np.maximum(np.hypot(sides[..., 0], sides[..., 1]), 1e-6)
    start = np.argmax(np.where(lengths > 1e-5, sides[..., 0] / lengths, -1.0), axis=-1)
    order = (start[..., None] + np.arange(4)) % 4
    return np.take_along_axis(corners, order[..., None], axis=-2)


def quad_size(quad: Quad) -> tuple[float, float]:
    """Return (width, height) of a quad: the means of its opposite sides, in its own pixels."""
    width, height = quad_sizes(quad).tolist()
    return width, height


def quad_sizes(quads: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return (..., 2) float64: width and height of (..., 4, 2) quads; see `quad_size`."""
    sides = _sides(quads)
    lengths = np.hypot(sides[..., 0], sides[..., 1]).astype(np.float64)
    return (lengths[..., :2] + lengths[..., 2:]) / 2


def _sides(quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (..., 4, 2): from each corner to the next."""
    return quads[..., [1, 2, 3, 0], :] - quads


def quad_angle(quad: Quad) -> float:
    """Return the direction of a quad's top side in degrees in (-180, 180], clockwise from the x axis."""
    direction = (quad[1] - quad[0]) + (quad[2] - quad[3])
    return float(np.degrees(np.arctan2(direction[1], direction[0])))


def expand_rectangle(rectangles: NDArray[np.float32], along: ArrayLike, across: ArrayLike) -> NDArray[np.float32]:
    """Return (..., 4, 2) rectangles grown by `along` pixels at both ends of the top side, by `across` above and below.

    Both are for all of the rectangles, or (...) for each of them.
    """
    u, v = (unit_vectors(rectangles[..., corner, :] - rectangles[..., 0, :])[..., None, :] for corner in (1, 3))
    by_u, by_v = (np.asarray(by, dtype=np.float32)[..., None, None] for by in (along, across))
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float32)
    return np.asarray(rectangles + signs[:, :1] * by_u * u + signs[:, 1:] * by_v * v, dtype=np.float32)


def unit_vectors(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (..., 2) vectors scaled to the length 1; one without length stays as it is."""
    lengths = np.maximum(np.hypot(vectors[..., 0], vectors[..., 1]), np.float32(1e-6))
    return np.asarray(vectors / lengths[..., None], dtype=np.float32)


def clip_quad(quads: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """Return (..., 4, 2) quads with every corner moved into [0, width] x [0, height]."""
    return np.clip(quads, 0, np.array([width, height], dtype=np.float32)).astype(np.float32)


def bounding_quad(quads: Sequence[Quad]) -> Quad:
    """Return the axis-aligned quad around one or more quads."""
    points = np.concatenate(list(quads))
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float32)


def polygon_area(polygon: Points) -> float:
    """Return the area of a simple polygon in square pixels (shoelace formula)."""
    x, y = polygon[:, 0].astype(np.float64), polygon[:, 1].astype(np.float64)
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def intersection_area(a: Points, b: Points) -> float:
    """Return the area, in square pixels, that two simple polygons share."""
    if (a.max(0) <= b.min(0)).any() or (b.max(0) <= a.min(0)).any():
        return 0.0
    clipper = pyclipper.Pyclipper()
    try:
        clipper.AddPath(_clipper_path(a), pyclipper.PT_SUBJECT, True)
        clipper.AddPath(_clipper_path(b), pyclipper.PT_CLIP, True)
    except pyclipper.ClipperException:
        return 0.0  # a polygon without area has no place in a clipping operation
    shared = clipper.Execute(pyclipper.CT_INTERSECTION, pyclipper.PFT_NONZERO, pyclipper.PFT_NONZERO)
    area = sum(abs(float(pyclipper.Area(path))) for path in shared)
    return area / _CLIPPER_UNITS_PER_PIXEL**2


def _clipper_path(polygon: Points) -> list[list[int]]:
    bounded = np.clip(np.nan_to_num(polygon.astype(np.float64)), -_CLIPPER_BOUND, _CLIPPER_BOUND)
    scaled = bounded * _CLIPPER_UNITS_PER_PIXEL
    return [[round(x), round(y)] for x, y in scaled.tolist()]
