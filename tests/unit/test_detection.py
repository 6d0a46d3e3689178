"""How large the detector looks at a page, when it looks again, and what it finds."""

import asyncio

import pytest

from py_ocr.detection import DetectionParams, TextDetector, working_size
from tests.unit.drawing import overlap, quad_of
from tests.unit.fakes import FAMILY, FakeDetector, blank_page, draw_bar, grown

PARAMS = DetectionParams()
SPEC = FAMILY.detector


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
