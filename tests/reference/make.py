"""Writes the oracles: `.venv/bin/python -m tests.reference.make` (needs requirements/measure.txt).

Each JSON file here holds inputs and what OpenCV or Shapely says of them. Tests only read the files, so neither
library is needed to run them, and they hold in Pyodide as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
SEED = 20261122


def main() -> None:
    """Write every oracle."""
    rng = np.random.default_rng(SEED)
    _write("min_area_rect", [_min_area_rect(points) for points in _point_sets(rng)])
    _write("components", [_components(mask) for mask in _masks(rng)])
    _write("intersection_area", [_intersection(a, b) for a, b in _polygon_pairs(rng)])


def _write(name: str, cases: Sequence[dict[str, Any]]) -> None:
    lines = ",\n".join(json.dumps(case) for case in cases)
    (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _point_sets(rng: np.random.Generator) -> list[NDArray[np.float32]]:
    # No triangles: theirs has the same area on each side of an acute one, so that the smallest is not unique.
    clouds = [rng.normal(0, 1, (n, 2)) * rng.uniform(2, 60, 2) for n in (4, 5, 6, 8, 13, 40, 40, 200)]
    turned = [
        cloud @ _rotation(float(angle)).T + 100 for cloud, angle in zip(clouds, rng.uniform(0, 180, 8), strict=True)
    ]
    return [np.round(cloud, 2).astype(np.float32) for cloud in turned]


def _min_area_rect(points: NDArray[np.float32]) -> dict[str, Any]:
    corners: NDArray[np.float32] = cv2.boxPoints(cv2.minAreaRect(points))
    return {"points": _rounded(points), "corners": _rounded(corners)}


def _masks(rng: np.random.Generator) -> list[NDArray[np.uint8]]:
    random = [
        (rng.random(shape) < density).astype(np.uint8)
        for shape, density in [
            ((1, 30), 0.5),
            ((30, 1), 0.5),
            ((12, 17), 0.2),
            ((20, 25), 0.4),
            ((24, 24), 0.5),
            ((16, 40), 0.6),
        ]
    ]
    return [
        *random,
        _spiral(21),
        _comb(9, 20),
        np.zeros((3, 4), np.uint8),
        np.ones((5, 6), np.uint8),
        np.eye(7, dtype=np.uint8),
    ]


def _spiral(size: int) -> NDArray[np.uint8]:
    """One component whose two ends meet last: what a single pass of union misses."""
    mask = np.zeros((size, size), np.uint8)
    row, column, (down, right) = 0, 0, (0, 1)
    mask[row, column] = 1
    for length in [size - 1, *np.repeat(np.arange(size - 1, 1, -2), 2)]:
        for _ in range(int(length)):
            row, column = row + down, column + right
            mask[row, column] = 1
        down, right = right, -down
    return mask


def _comb(height: int, width: int) -> NDArray[np.uint8]:
    """Teeth that are joined in the last row only."""
    mask = np.zeros((height, width), np.uint8)
    mask[:, ::2] = 1
    mask[-1] = 1
    return mask


def _components(mask: NDArray[np.uint8]) -> dict[str, Any]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return {
        "rows": ["".join(".#"[value] for value in row) for row in mask.tolist()],
        "labels": labels.tolist(),
        "boxes": [[x, y, x + w, y + h] for x, y, w, h, _ in stats[1:].tolist()],
        "areas": stats[1:, cv2.CC_STAT_AREA].tolist(),
    }


def _polygon_pairs(rng: np.random.Generator) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    pairs = [(_rectangle(rng), _rectangle(rng)) for _ in range(12)]
    square = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], np.float32)
    return [
        *pairs,
        (square, square),
        (square, square[::-1]),
        (square, square + 10),
        (square, square + 100),
        (square, square * 0.5 + 2),
        (square, np.array([[-5, 5], [5, -5], [15, 5], [5, 15]], np.float32)),
    ]


def _rectangle(rng: np.random.Generator) -> NDArray[np.float32]:
    width, height = rng.uniform(10, 60, 2)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width, height]
    turned = corners @ _rotation(float(rng.uniform(0, 360))).T + rng.uniform(50, 120, 2)
    return np.asarray(np.round(turned, 2), dtype=np.float32)


def _intersection(a: NDArray[np.float32], b: NDArray[np.float32]) -> dict[str, Any]:
    area = shapely.intersection(shapely.Polygon(a), shapely.Polygon(b)).area
    return {"a": _rounded(a), "b": _rounded(b), "area": round(float(area), 4)}


def _rotation(degrees: float) -> NDArray[np.float64]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


def _rounded(points: NDArray[np.float32]) -> list[list[float]]:
    return [[round(float(x), 4), round(float(y), 4)] for x, y in points]


if __name__ == "__main__":
    main()
