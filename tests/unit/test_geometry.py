"""Plane geometry, against OpenCV's and Shapely's answers and against itself."""

from typing import Any

import numpy as np
import pytest

from py_ocr.geometry import (
    bounding_quad,
    clip_quad,
    convex_hull,
    expand_rectangle,
    intersection_area,
    min_area_rect,
    polygon_area,
    quad_angle,
    quad_size,
    reading_order,
)
from py_ocr.image import MAX_PIXELS
from py_ocr.types import Quad
from tests.unit.drawing import quad_of, tilted
from tests.unit.references import cases


def test_hull_keeps_the_outermost_corners_only() -> None:
    points = np.array([[0, 0], [4, 0], [4, 3], [0, 3], [2, 1], [2, 0], [4, 0]], dtype=np.float32)
    assert sorted(convex_hull(points).tolist()) == [[0, 0], [0, 3], [4, 0], [4, 3]]


@pytest.mark.parametrize("points", [[[1, 2]], [[1, 2], [1, 2]], [[1, 2], [5, 2]]])
def test_hull_of_fewer_than_three_points_is_those_points(points: list[list[float]]) -> None:
    assert convex_hull(np.array(points, dtype=np.float32)).tolist() == sorted(map(list, set(map(tuple, points))))


def test_hull_of_collinear_points_is_their_ends() -> None:
    points = np.array([[0, 0], [1, 1], [2, 2], [3, 3]], dtype=np.float32)
    assert sorted(convex_hull(points).tolist()) == [[0, 0], [3, 3]]


def test_hull_of_three_points_on_a_line_is_two_of_them() -> None:
    assert convex_hull(np.array([[0, 0], [1, 1], [2, 2]], dtype=np.float32)).tolist() == [[0, 0], [2, 2]]


def test_hull_begins_at_the_left_and_goes_on_where_y_is_smaller() -> None:
    # Sides of less than a pixel are corners as good as any.
    points = np.array([[0.5, 0.5], [0, 0], [0.5, 0], [0, 0.5]], dtype=np.float32)
    assert convex_hull(points).tolist() == [[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]]


@pytest.mark.parametrize("case", cases("min_area_rect"))
def test_min_area_rect_is_the_one_that_opencv_finds(case: dict[str, Any]) -> None:
    expected = np.array(case["corners"], dtype=np.float32)
    actual = min_area_rect(np.array(case["points"], dtype=np.float32))
    area = polygon_area(expected)
    assert polygon_area(actual) == pytest.approx(area, rel=2e-3)
    assert intersection_area(actual, expected) == pytest.approx(area, rel=5e-3)


@pytest.mark.parametrize("case", cases("min_area_rect"))
def test_min_area_rect_holds_every_point(case: dict[str, Any]) -> None:
    points = np.array(case["points"], dtype=np.float32)
    rectangle = min_area_rect(points)
    u, v = rectangle[1] - rectangle[0], rectangle[3] - rectangle[0]
    offsets = points - rectangle[0]
    for side in (u, v):
        length = float(np.hypot(*side))
        along = offsets @ side / length
        assert along.min() > -0.01
        assert along.max() < length + 0.01


def test_min_area_rect_of_one_point_and_of_two_has_no_area() -> None:
    assert min_area_rect(np.array([[3, 4]], dtype=np.float32)).tolist() == [[3, 4]] * 4
    line = min_area_rect(np.array([[0, 0], [6, 0]], dtype=np.float32))
    assert quad_size(line) == (6, 0)


@pytest.mark.parametrize("degrees", [-44, -20, 0, 20, 44])
def test_reading_starts_at_the_top_left_of_tilted_horizontal_text(degrees: float) -> None:
    text = tilted(quad_of(10, 20, 100, 12), degrees)
    for shift in range(4):
        assert reading_order(np.roll(text, shift, axis=0)).tolist() == text.tolist()
        assert reading_order(np.roll(text[::-1], shift, axis=0)).tolist() == text.tolist()


def test_a_rectangle_of_less_than_a_pixel_is_read_clockwise_as_well() -> None:
    speck = quad_of(3, 4, 0.5, 0.25)
    assert reading_order(np.roll(speck, 1, axis=0)).tolist() == speck.tolist()
    assert reading_order(speck[::-1]).tolist() == speck.tolist()


@pytest.mark.parametrize("shift", range(4))
def test_reading_a_line_without_height_starts_at_its_left(shift: int) -> None:
    line = quad_of(0, 5, 6, 0)
    assert reading_order(np.roll(line, shift, axis=0)).tolist() == line.tolist()


@pytest.mark.parametrize("degrees", [-30, -10, 0, 10, 30])
def test_a_tilted_vertical_column_keeps_its_own_top_edge_first(degrees: float) -> None:
    column = tilted(quad_of(50, 10, 12, 100), degrees)
    assert reading_order(np.roll(column, 2, axis=0)).tolist() == column.tolist()


def test_quad_size_and_angle_are_those_of_the_text() -> None:
    quad = tilted(quad_of(10, 20, 100, 12), 30)
    assert quad_size(quad) == pytest.approx((100, 12), abs=1e-3)
    assert quad_angle(quad) == pytest.approx(30, abs=1e-3)
    assert quad_angle(np.roll(quad, -2, axis=0)) == pytest.approx(-150, abs=1e-3)


def test_the_angle_is_the_mean_of_what_the_top_and_the_bottom_say() -> None:
    quad = np.array([[0, 0], [10, 0], [10, 10], [0, 30]], dtype=np.float32)
    assert quad_angle(quad) == pytest.approx(-45)


def test_a_rectangle_grows_along_its_own_axes() -> None:
    grown = expand_rectangle(tilted(quad_of(10, 20, 100, 12), 30), along=5, across=2)
    assert quad_size(grown) == pytest.approx((110, 16), abs=1e-3)
    assert grown.mean(axis=0) == pytest.approx(quad_of(10, 20, 100, 12).mean(axis=0), abs=1e-3)
    assert quad_angle(grown) == pytest.approx(30, abs=1e-3)


def test_clipping_moves_corners_into_the_page() -> None:
    assert clip_quad(quad_of(-5, -5, 200, 20), 100, 50).tolist() == [[0, 0], [100, 0], [100, 15], [0, 15]]


def test_bounding_quad_is_around_all_quads() -> None:
    around = bounding_quad([quad_of(10, 20, 5, 5), quad_of(0, 30, 50, 4)])
    assert around.tolist() == [[0, 20], [50, 20], [50, 34], [0, 34]]


@pytest.mark.parametrize("case", cases("intersection_area"))
def test_shared_area_is_what_shapely_computes(case: dict[str, Any]) -> None:
    a, b = np.array(case["a"], dtype=np.float32), np.array(case["b"], dtype=np.float32)
    # Clipper works on a grid of 1/16 px: an error of about perimeter / 32.
    tolerance = 0.05 + _perimeter(a) / 32
    assert intersection_area(a, b) == pytest.approx(case["area"], abs=tolerance)
    assert intersection_area(b, a) == pytest.approx(case["area"], abs=tolerance)


def test_polygons_apart_and_those_without_area_share_nothing() -> None:
    box = quad_of(0, 0, 10, 10)
    assert intersection_area(box, quad_of(10, 0, 10, 10)) == 0
    assert intersection_area(box, quad_of(0, -30, 10, 10)) == 0
    assert intersection_area(box, quad_of(30, 30, 10, 10)) == 0
    assert intersection_area(box, quad_of(5, 5, 0, 0)) == 0


def test_shared_area_is_exact_to_a_sixteenth_of_a_pixel() -> None:
    assert intersection_area(quad_of(0, 0, 1, 1), quad_of(1 / 16, 0, 1, 1)) == 15 / 16


def test_shared_area_is_right_at_the_far_end_of_the_longest_page() -> None:
    far = MAX_PIXELS - 64
    assert intersection_area(quad_of(far, 0, 64, 1), quad_of(far - 64, 0, 96, 1)) == 32


@pytest.mark.parametrize("value", [1e30, float("inf"), float("nan")])
def test_coordinates_beyond_any_image_do_not_end_the_interpreter(value: float) -> None:
    broken = np.array([[0, 0], [value, 0], [value, value], [0, value]], dtype=np.float32)
    assert intersection_area(broken, quad_of(0, 0, 10, 10)) >= 0


def _perimeter(polygon: Quad) -> float:
    return float(np.hypot(*(np.roll(polygon, -1, axis=0) - polygon).T).sum())
