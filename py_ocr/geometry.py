"""Plane geometry of quads: hulls, minimum-area rectangles, corner order, distances. Knows nothing of OCR.

The pixel convention of the whole project is fixed here: coordinates are continuous, (0, 0) is the top-left
corner of the first pixel and (0.5, 0.5) its centre. A pixel (row, column) covers [column, column + 1) x
[row, row + 1). So resizing by a factor is multiplication by it, without half-pixel terms.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyclipper
from numpy.typing import NDArray

from py_ocr.types import Quad

Points = NDArray[np.float32]
"""(N, 2) float32 points (x, y)."""

_CLIPPER_UNITS_PER_PIXEL = 16.0
# Clipper computes in 64-bit integers and ends the interpreter beyond 2^62: far above any image, but a quad
# may come from a broken model, so coordinates are bounded before they are handed over.
_CLIPPER_BOUND = 2.0**40


def convex_hull(points: Points) -> Points:
    """Return the corners of the convex hull of (N, 2) points, counter-clockwise in a y-up plane.

    Collinear points are dropped; fewer than three distinct points are returned as they are (sorted).
    Reference: Andrew's monotone chain, 1979.
    """
    ordered = sorted({(float(x), float(y)) for x, y in points.tolist()})
    if len(ordered) < 3:
        return np.array(ordered, dtype=np.float32).reshape(-1, 2)
    lower = _half_hull(ordered)
    upper = _half_hull(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1], dtype=np.float32)


def _half_hull(ordered: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for x, y in ordered:
        while len(chain) >= 2:
            (ax, ay), (bx, by) = chain[-2], chain[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain


def min_area_rect(points: Points) -> Quad:
    """Return the (4, 2) float32 corners of the smallest rectangle, of any angle, around (N, 2) points.

    Corners are in `reading_order`. One point gives a rectangle without extent; two, one without height.
    Reference: one side of the rectangle lies on an edge of the hull (Freeman and Shapira, 1975).
    """
    hull = convex_hull(points).astype(np.float64)
    if len(hull) < 3:
        first, last = hull[0], hull[-1]
        return reading_order(np.array([first, last, last, first], dtype=np.float32))
    edges = np.roll(hull, -1, axis=0) - hull
    along = edges / np.hypot(edges[:, 0], edges[:, 1])[:, None]
    u = along @ hull.T
    v = (along[:, 0:1] * hull[:, 1]) - (along[:, 1:2] * hull[:, 0])
    u_low, u_high, v_low, v_high = u.min(1), u.max(1), v.min(1), v.max(1)
    best = int(np.argmin((u_high - u_low) * (v_high - v_low)))
    axis_u, axis_v = along[best], np.array([-along[best][1], along[best][0]])
    corners = [
        axis_u * a + axis_v * b
        for a, b in (
            (u_low[best], v_low[best]),
            (u_high[best], v_low[best]),
            (u_high[best], v_high[best]),
            (u_low[best], v_high[best]),
        )
    ]
    return reading_order(np.array(corners, dtype=np.float32))


def reading_order(rectangle: Quad) -> Quad:
    """Return the corners of a (4, 2) rectangle clockwise, from the top-left of the text that it most likely holds.

    The text is taken to run along whichever pair of sides is closer to horizontal, left to right. A tilted
    vertical column so keeps its own top edge first, where sorting corners by x would swap them.
    """
    sides = np.roll(rectangle, -1, axis=0) - rectangle
    clockwise = float(sides[0][0] * sides[1][1] - sides[0][1] * sides[1][0]) >= 0
    corners = rectangle if clockwise else rectangle[::-1]
    sides = np.roll(corners, -1, axis=0) - corners
    # The top side points to the right, and does so more than any other.
    lengths = np.maximum(np.hypot(sides[:, 0], sides[:, 1]), 1e-6)
    start = int(np.argmax(np.where(lengths > 1e-5, sides[:, 0] / lengths, -1.0)))
    return np.ascontiguousarray(np.roll(corners, -start, axis=0))


def quad_size(quad: Quad) -> tuple[float, float]:
    """Return (width, height) of a quad: the means of its opposite sides, in its own pixels."""
    top, right, bottom, left = (float(np.hypot(*(quad[(i + 1) % 4] - quad[i]))) for i in range(4))
    return (top + bottom) / 2, (right + left) / 2


def quad_angle(quad: Quad) -> float:
    """Return the direction of a quad's top side in degrees in (-180, 180], clockwise from the x axis."""
    direction = (quad[1] - quad[0]) + (quad[2] - quad[3])
    return float(np.degrees(np.arctan2(direction[1], direction[0])))


def expand_rectangle(rectangle: Quad, along: float, across: float) -> Quad:
    """Return a rectangle grown by `along` pixels at both ends of its top side and by `across` above and below."""
    u = rectangle[1] - rectangle[0]
    v = rectangle[3] - rectangle[0]
    u = u / max(float(np.hypot(*u)), 1e-6)
    v = v / max(float(np.hypot(*v)), 1e-6)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float32)
    return np.asarray(rectangle + signs[:, :1] * along * u + signs[:, 1:] * across * v, dtype=np.float32)


def clip_quad(quad: Quad, width: int, height: int) -> Quad:
    """Return the quad with every corner moved into [0, width] x [0, height]."""
    return np.clip(quad, 0, np.array([width, height], dtype=np.float32)).astype(np.float32)


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
