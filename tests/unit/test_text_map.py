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
