"""Connected components, against OpenCV's labelling."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from py_ocr.components import Components, find_components
from tests.unit.drawing import noise
from tests.unit.references import cases

CASES = cases("components")


def mask_of(rows: list[str]) -> NDArray[np.bool_]:
    return np.array([[character == "#" for character in row] for row in rows])


def labels_of(components: Components, shape: tuple[int, ...]) -> NDArray[np.int64]:
    labels = np.zeros(shape, dtype=np.int64)
    for component in range(len(components)):
        for run in range(components.offsets[component], components.offsets[component + 1]):
            labels[components.rows[run], components.starts[run] : components.stops[run]] = component + 1
    return labels


@pytest.mark.parametrize("case", CASES)
def test_pixels_belong_together_as_opencv_says(case: dict[str, Any]) -> None:
    mask = mask_of(case["rows"])
    expected = np.array(case["labels"])
    actual = labels_of(find_components(mask), mask.shape)
    assert (actual > 0).tolist() == mask.tolist()
    pairs = set(zip(actual.ravel().tolist(), expected.ravel().tolist(), strict=True)) - {(0, 0)}
    # One to one: no label of ours meets two of OpenCV's, and none of OpenCV's two of ours.
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(case["areas"])


@pytest.mark.parametrize("case", CASES)
def test_areas_and_boxes_are_those_of_opencv(case: dict[str, Any]) -> None:
    mask = mask_of(case["rows"])
    components = find_components(mask)
    if not len(components):
        assert case["areas"] == []
        return
    areas = components.sums(np.ones(mask.shape, dtype=np.float32))
    ours = sorted(zip(components.boxes().tolist(), areas.tolist(), strict=True))
    assert ours == sorted(zip(case["boxes"], case["areas"], strict=True))


@pytest.mark.parametrize("case", [case for case in CASES if case["areas"]])
def test_sums_and_outlines_are_those_of_the_pixels(case: dict[str, Any]) -> None:
    mask = mask_of(case["rows"])
    values = np.asarray(noise(*mask.shape) / 255, dtype=np.float32)
    components = find_components(mask)
    labels = labels_of(components, mask.shape)
    sums = components.sums(values)
    for component in range(len(components)):
        own = labels == component + 1
        assert sums[component] == pytest.approx(values[own].sum(), rel=1e-5)
        expected = set()
        for row in np.flatnonzero(own.any(axis=1)):
            columns = np.flatnonzero(own[row])
            expected |= {(columns[0] + 0.5, row + 0.5), (columns[-1] + 0.5, row + 0.5)}
        points, offsets = components.outlines(np.array([component], dtype=np.intp))
        assert offsets.tolist() == [0, len(points)]
        assert set(map(tuple, points.tolist())) == expected


def test_components_come_in_the_order_of_their_first_pixel() -> None:
    components = find_components(mask_of(["..#.", "#.#.", "#..#"]))
    assert [tuple(box[:2]) for box in components.boxes().tolist()] == [(2, 0), (0, 1)]


def test_touching_the_right_edge_and_the_left_edge_of_the_next_row_is_not_touching() -> None:
    assert len(find_components(mask_of(["...#", "#...", "...#"]))) == 3


def test_an_empty_map_has_no_components() -> None:
    assert len(find_components(np.zeros((4, 5), dtype=bool))) == 0


def test_components_that_meet_only_far_below_are_one() -> None:
    comb = mask_of(["#.#.#.#.#.#.#.#", "#.#.#.#.#.#.#.#", "#.#.#.#.#.#.#.#", "###############"])
    assert len(find_components(comb)) == 1
    assert find_components(comb).boxes().tolist() == [[0, 0, 15, 4]]


def test_a_spiral_is_one_component() -> None:
    spiral = mask_of(["#######", "......#", "#####.#", "#...#.#", "#.###.#", "#.....#", "#######"])
    assert find_components(spiral).boxes().tolist() == [[0, 0, 7, 7]]
