"""What holds for any input: searched by hypothesis, which has no build for Pyodide."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from py_ocr.batches import make_batches
from py_ocr.components import find_components
from py_ocr.ctc import decode_best_paths
from py_ocr.geometry import convex_hull, intersection_area, min_area_rect, polygon_area, reading_order
from py_ocr.layout import analyze_layout
from py_ocr.session import Batching
from py_ocr.types import Quad
from tests.unit.drawing import quad_of, text_line, tilted
from tests.unit.fakes import line_crop

coordinate = st.floats(-2000, 2000, width=32)
point_sets = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=30).map(
    lambda points: np.array(points, dtype=np.float32)
)
labels = st.lists(st.integers(0, 5), max_size=60).map(lambda values: np.array(values, dtype=np.int32))
rectangles = st.builds(
    lambda x, y, w, h, degrees: tilted(quad_of(x, y, w, h), degrees),
    st.floats(0, 500),
    st.floats(0, 500),
    st.floats(2, 300),
    st.floats(2, 300),
    st.floats(-180, 180),
)


@given(point_sets)
def test_hull_and_smallest_rectangle_hold_every_point(points: NDArray[np.float32]) -> None:
    hull, rectangle = convex_hull(points), min_area_rect(points).astype(np.float64)
    assert set(map(tuple, hull.tolist())) <= set(map(tuple, points.tolist()))
    low, high = rectangle.min(axis=0) - 0.1, rectangle.max(axis=0) + 0.1
    assert ((points >= low) & (points <= high)).all()
    box = np.ptp(points.astype(np.float64), axis=0)
    assert polygon_area(rectangle.astype(np.float32)) <= box[0] * box[1] * 1.001 + 1


@given(rectangles, st.integers(0, 3), st.booleans())
def test_reading_order_depends_on_the_rectangle_only(rectangle: Quad, shift: int, mirrored: bool) -> None:
    given_as = np.roll(rectangle[::-1] if mirrored else rectangle, shift, axis=0)
    expected = reading_order(rectangle)
    sides = np.abs(np.diff(np.sort(np.abs(expected[1] - expected[0]))))
    if sides.min() > 1e-2:  # at 45 degrees exactly both answers are right
        assert reading_order(given_as).tolist() == expected.tolist()


@given(rectangles, rectangles)
def test_the_shared_area_is_symmetric_and_no_more_than_either(a: Quad, b: Quad) -> None:
    shared = intersection_area(a, b)
    assert abs(shared - intersection_area(b, a)) < 1
    assert 0 <= shared <= min(polygon_area(a), polygon_area(b)) + 100


@given(st.integers(1, 25), st.integers(1, 25), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_components_partition_the_set_pixels(height: int, width: int, seed: int, density: float) -> None:
    mask = np.random.default_rng(seed).random((height, width)) < density
    components = find_components(mask)
    covered = np.zeros(mask.shape, dtype=np.int32)
    for row, start, stop in zip(components.rows, components.starts, components.stops, strict=True):
        covered[row, start:stop] += 1
    assert (covered == mask).all()
    if len(components):
        areas = components.sums(np.ones(mask.shape, dtype=np.float32))
        assert areas.sum() == mask.sum()
        assert areas.min() >= 1


@given(labels)
def test_ctc_is_collapsing_repeats_then_dropping_blanks(line: NDArray[np.int32]) -> None:
    scores = np.linspace(0.1, 1, len(line), dtype=np.float32)
    (steps,) = decode_best_paths(line[None], scores[None], np.array([float(len(line))]))
    values = line.tolist()
    expected = [b for a, b in zip([None, *values], values, strict=False) if b not in (a, 0)]
    assert [step.label for step in steps] == expected
    positions = [step.position for step in steps]
    assert positions == sorted(positions)
    assert all(line[round(position)] == step.label for position, step in zip(positions, steps, strict=True))


@given(st.lists(st.integers(1, 3000), max_size=40), st.integers(1, 16), st.integers(32, 9000))
def test_batches_hold_every_line_once(widths: list[int], lines: int, columns: int) -> None:
    batching = Batching(lines=lines, width_px=columns)
    batches = make_batches([line_crop(width, height=1) for width in widths], batching, min_width_px=32)
    assert sorted(index for batch in batches for index in batch.indices) == list(range(len(widths)))


@given(
    st.lists(
        st.tuples(st.floats(0, 900), st.floats(0, 900), st.floats(10, 400), st.floats(8, 40)), min_size=1, max_size=25
    )
)
def test_layout_loses_no_line_and_repeats_none(boxes: list[tuple[float, float, float, float]]) -> None:
    lines = [text_line(f"line {index}", *box) for index, box in enumerate(boxes)]
    ordered, blocks = analyze_layout(lines)
    assert sorted(line.text for line in ordered) == sorted(line.text for line in lines)
    assert [index for block in blocks for index in block.line_indices] == list(range(len(lines)))
