"""From a probability map to regions."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from py_ocr.geometry import quad_angle, quad_size
from py_ocr.text_map import TextMapParams, regions_from_map
from py_ocr.types import Quad, TextRegion
from tests.unit.drawing import overlap, quad_of, tilted
from tests.unit.fakes import PROFILE, grown

PARAMS = TextMapParams()
SPEC = PROFILE.detector


def probability_of(*quads: Quad, value: float = 0.9, size: tuple[int, int] = (320, 256)) -> NDArray[np.float32]:
    """Return a map of (width, height) that is `value` inside the quads."""
    drawn = Image.new("F", size, 0.01)
    for quad in quads:
        ImageDraw.Draw(drawn).polygon([(x, y) for x, y in (quad - 0.5).tolist()], fill=value)
    return np.asarray(drawn, dtype=np.float32)


def regions(probability_hw: NDArray[np.float32], scale: tuple[float, float] = (1, 1)) -> tuple[TextRegion, ...]:
    return regions_from_map(probability_hw, scale, SPEC, PARAMS)


@pytest.mark.parametrize("degrees", [0, 15, -30])
def test_a_shrunk_kernel_becomes_the_whole_line_again(degrees: float) -> None:
    kernel = tilted(quad_of(80, 110, 150, 14), degrees)
    (region,) = regions(probability_of(kernel))
    # A kernel is drawn, and may be thickened, to whole pixels: one on each side is a tenth of so thin a line.
    assert overlap(region.quad, grown(kernel)) > 0.75
    assert quad_angle(region.quad) == pytest.approx(degrees, abs=1.5)


def test_large_text_is_grown_by_less_than_the_paper_says() -> None:
    kernel = quad_of(80, 78, 160, 100)
    (region,) = regions(probability_of(kernel))
    nominal = 160 * 100 * SPEC.unclip_ratio / (2 * (160 + 100))
    assert nominal == pytest.approx(49.2, abs=0.1)
    margin = (quad_size(region.quad)[1] - 100) / 2
    assert margin == pytest.approx(20 + 29.2 * 0.7, abs=1.5)


def test_the_score_is_about_the_probability_inside() -> None:
    (region,) = regions(probability_of(quad_of(60, 100, 180, 20), value=0.8))
    assert region.score == pytest.approx(0.8, abs=0.1)


def test_lines_apart_are_regions_apart() -> None:
    quads = [quad_of(30, 30 + 60 * row, 200, 14) for row in range(3)]
    found = regions(probability_of(*quads))
    assert len(found) == 3
    for quad in quads:
        assert max(overlap(region.quad, grown(quad)) for region in found) > 0.8


def test_specks_and_weak_places_are_not_text() -> None:
    specks = np.full((128, 128), 0.01, dtype=np.float32)
    specks[::9, ::9] = 0.9
    assert regions(specks) == ()
    assert regions(probability_of(quad_of(50, 50, 100, 20), value=SPEC.box_threshold - 0.15)) == ()


def test_what_is_two_pixels_wide_and_high_is_a_speck() -> None:
    exact = replace(SPEC, dilate=False)
    for size, found in ((2, 0), (3, 1)):
        square = np.zeros((64, 64), dtype=np.float32)
        square[30 : 30 + size, 30 : 30 + size] = 0.9
        assert len(regions_from_map(square, (1, 1), exact, PARAMS)) == found


@pytest.mark.parametrize(("dilate", "count"), [(True, 1), (False, 2)])
def test_a_map_is_thickened_over_gaps_of_a_pixel_where_the_model_asks_for_it(dilate: bool, count: int) -> None:
    parted = probability_of(quad_of(50, 100, 40, 20), quad_of(92, 100, 40, 20))
    gap = parted[110, 80:100] < SPEC.binary_threshold
    assert gap.sum() == 1
    assert len(regions_from_map(parted, (1, 1), replace(SPEC, dilate=dilate), PARAMS)) == count


def test_an_empty_map_has_no_regions() -> None:
    assert regions(np.zeros((64, 64), dtype=np.float32)) == ()


def test_regions_stay_on_the_map() -> None:
    (region,) = regions(probability_of(quad_of(0, 0, 320, 20)))
    assert region.quad.min() >= 0
    assert region.quad[:, 0].max() <= 320


def test_regions_are_in_the_pixels_of_the_page() -> None:
    small = regions(probability_of(quad_of(60, 100, 180, 20)))
    large = regions(probability_of(quad_of(60, 100, 180, 20)), (2.5, 3))
    assert large[0].quad == pytest.approx(small[0].quad * [2.5, 3], rel=1e-5)


BARE = replace(SPEC, dilate=False)


def block(width: int, height: int, value: float = 0.9, x: int = 100, y: int = 60) -> NDArray[np.float32]:
    """Return a map with a block of pixels, whose outermost centres are `width` - 1 and `height` - 1 apart."""
    probability_hw = np.full((256, 320), 0.01, dtype=np.float32)
    probability_hw[y : y + height, x : x + width] = value
    return probability_hw


@pytest.mark.parametrize(
    ("width", "height", "found"),
    [(3, 3, True), (2, 2, False), (3, 2, False), (2, 3, False), (9, 2, False), (9, 3, True)],
)
def test_what_is_less_than_three_pixels_high_or_wide_is_a_speck(width: int, height: int, found: bool) -> None:
    assert (len(regions_from_map(block(width, height), (1, 1), BARE, PARAMS)) == 1) is found


@pytest.mark.parametrize(
    ("width", "height", "margin"),
    [
        (21, 11, 20 * 10 * 1.6 / 60),
        (101, 51, 20 + (100 * 50 * 1.6 / 300 - 20) * 0.7),
        (161, 101, 20 + (160 * 100 * 1.6 / 520 - 20) * 0.7),
    ],
)
def test_a_box_is_grown_by_what_its_kernel_was_shrunk(width: int, height: int, margin: float) -> None:
    (region,) = regions_from_map(block(width, height), (1, 1), BARE, PARAMS)
    expected = quad_of(100.5 - margin, 60.5 - margin, width - 1 + 2 * margin, height - 1 + 2 * margin)
    assert region.quad == pytest.approx(expected, abs=1e-3)


def test_a_box_is_cut_off_at_the_edges_of_the_map_and_then_scaled() -> None:
    (region,) = regions_from_map(block(320, 11, x=0, y=0), (2, 3), BARE, PARAMS)
    margin = 319 * 10 * 1.6 / (2 * 329)
    assert region.quad == pytest.approx(quad_of(0, 0, 640, 3 * (10.5 + margin)), abs=1e-3)


def test_the_score_counts_all_of_the_rectangle() -> None:
    probability_hw = block(20, 10, 0.75)
    (region,) = regions_from_map(probability_hw, (1, 1), BARE, PARAMS)
    assert region.score == pytest.approx(0.75)
    probability_hw[63:67, 103:117] = 0  # 56 of 200 pixels
    (hollow,) = regions_from_map(probability_hw, (1, 1), BARE, PARAMS)
    assert hollow.score == pytest.approx(0.75 * 144 / 200)


@pytest.mark.parametrize(("value", "found"), [(0.5, True), (0.4921875, False)])
def test_a_box_is_text_from_its_threshold_on(value: float, found: bool) -> None:
    assert BARE.box_threshold == 0.5
    assert (len(regions_from_map(block(20, 10, value), (1, 1), BARE, PARAMS)) == 1) is found


def test_a_pixel_is_text_above_its_threshold() -> None:
    spec = replace(BARE, binary_threshold=0.25)
    probability_hw = block(20, 10, 0.25)
    probability_hw[62:68, 104:116] = 0.9
    (region,) = regions_from_map(probability_hw, (1, 1), spec, PARAMS)
    assert region.score == pytest.approx(0.9)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(("gap", "dilate", "count"), [(1, True, 1), (2, True, 2), (1, False, 2)])
def test_thickening_closes_gaps_of_one_pixel(axis: int, gap: int, dilate: bool, count: int) -> None:
    probability_hw = np.maximum(block(20, 20), np.roll(block(20, 20), 20 + gap, axis))
    assert len(regions_from_map(probability_hw, (1, 1), replace(SPEC, dilate=dilate), PARAMS)) == count


def test_thickening_is_by_a_pixel_to_the_right_and_downwards() -> None:
    (region,) = regions_from_map(block(20, 10), (1, 1), SPEC, PARAMS)
    margin = 20 * 10 * 1.6 / 60  # the outermost centres are 20 and 10 apart
    assert region.quad == pytest.approx(
        quad_of(100.5 - margin, 60.5 - margin, 20 + 2 * margin, 10 + 2 * margin), abs=1e-3
    )
    assert region.score == pytest.approx((0.9 * 200 + 0.01 * 31) / (21 * 11), rel=1e-4)
