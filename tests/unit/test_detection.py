"""From a probability map to regions, and how large the detector sees a page."""

import asyncio

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from py_ocr.detection import DetectionParams, TextDetector, join_stacks, regions_from_map, working_size
from py_ocr.geometry import intersection_area, polygon_area, quad_angle, quad_size
from py_ocr.types import Quad, TextRegion
from tests.unit.drawing import quad_of, tilted
from tests.unit.fakes import FAMILY, FakeDetector, blank_page, draw_bar

PARAMS = DetectionParams()
SPEC = FAMILY.detector


def probability_of(*quads: Quad, value: float = 0.9, size: tuple[int, int] = (320, 256)) -> NDArray[np.float32]:
    """Return a map of (width, height) that is `value` inside the quads."""
    drawn = Image.new("F", size, 0.01)
    for quad in quads:
        ImageDraw.Draw(drawn).polygon([(x, y) for x, y in (quad - 0.5).tolist()], fill=value)
    return np.asarray(drawn, dtype=np.float32)


def regions(probability_hw: NDArray[np.float32], scale: tuple[float, float] = (1, 1)) -> tuple[TextRegion, ...]:
    return regions_from_map(probability_hw, scale, SPEC, PARAMS)


def overlap(a: Quad, b: Quad) -> float:
    """Return intersection over union."""
    shared = intersection_area(a, b)
    return shared / (polygon_area(a) + polygon_area(b) - shared)


def grown(quad: Quad) -> Quad:
    """Return the quad as the paper grows it: by area x ratio / perimeter on every side."""
    width, height = quad_size(quad)
    margin = width * height * SPEC.unclip_ratio / (2 * (width + height))
    centre = quad.mean(axis=0)
    u, v = (quad[1] - quad[0]) / width, (quad[3] - quad[0]) / height
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2 + margin, height / 2 + margin]
    return np.asarray(centre + half[:, :1] * u + half[:, 1:] * v, dtype=np.float32)


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
    assert nominal > PARAMS.full_margin_px
    margin = (quad_size(region.quad)[1] - 100) / 2
    expected = PARAMS.full_margin_px + (nominal - PARAMS.full_margin_px) * PARAMS.large_margin_share
    assert margin == pytest.approx(expected, abs=1.5)


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


@pytest.mark.parametrize("size", [(1, 1), (30, 2000), (640, 480), (736, 736), (5000, 3000), (20_000, 40), (120, 90)])
def test_the_detector_sees_multiples_within_its_limits(size: tuple[int, int]) -> None:
    width, height = working_size(*size, SPEC.side_multiple, PARAMS)
    assert width % SPEC.side_multiple == height % SPEC.side_multiple == 0
    assert min(width, height) >= SPEC.side_multiple
    assert max(width, height) <= PARAMS.long_side_px + SPEC.side_multiple


@pytest.mark.parametrize("size", [(640, 480), (1240, 1754), (3000, 2000)])
def test_the_detector_sees_a_page_in_about_its_proportions(size: tuple[int, int]) -> None:
    width, height = working_size(*size, SPEC.side_multiple, PARAMS)
    assert width / height == pytest.approx(size[0] / size[1], rel=0.05)


def test_the_detector_finds_a_bar_where_it_was_drawn() -> None:
    page = blank_page(500, 400)
    draw_bar(page, "alpha", (100, 200, 340, 230))
    model = FakeDetector()
    (region,) = asyncio.run(TextDetector(model, SPEC).detect(page))
    assert overlap(region.quad, grown(quad_of(100, 200, 240, 30))) > 0.85
    assert len(model.shapes) == 1


def region_of(x: float, y: float, width: float, height: float) -> TextRegion:
    return TextRegion(quad_of(x, y, width, height), 0.9)


def test_characters_that_touch_one_below_the_other_are_one_vertical_line() -> None:
    stack = [region_of(50, 100 + 20 * index, 18, 20) for index in range(6)]
    row = region_of(200, 100, 150, 20)
    joined = join_stacks([*stack, row], PARAMS)
    assert len(joined) == 2
    column = next(region for region in joined if region is not row)
    assert overlap(column.quad, quad_of(50, 100, 18, 120)) > 0.99


@pytest.mark.parametrize("gap", [12, 40])
def test_the_cells_of_a_table_stay_apart(gap: float) -> None:
    cells = [region_of(50, 100 + (20 + gap) * index, 22, 20) for index in range(6)]
    assert len(join_stacks(cells, PARAMS)) == len(cells)


def test_text_that_is_tiny_on_a_large_page_is_found_all_the_same() -> None:
    page = blank_page(3200, 2400)
    boxes = [(400, 300 + 60 * row, 520, 312 + 60 * row) for row in range(8)]
    for box in boxes:
        draw_bar(page, "alpha", box)
    found = asyncio.run(TextDetector(FakeDetector(), SPEC).detect(page))
    assert len(found) == len(boxes)
    for x0, y0, x1, y1 in boxes:
        expected = grown(quad_of(x0, y0, x1 - x0, y1 - y0))
        assert max(overlap(region.quad, expected) for region in found) > 0.7
