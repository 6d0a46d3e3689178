"""Which images are photographs, and which parts of them are looked at closely."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from py_ocr.detection import TextDetector
from py_ocr.glance import GlanceParams, is_photograph, promising_parts
from py_ocr.tiles import Tile
from tests.unit.drawing import overlap, quad_of
from tests.unit.fakes import PHRASES, PROFILE, FakeDetector, blank_page, draw_bar, grown

PARAMS = GlanceParams()
SPEC = PROFILE.detector
SIZE = (1600, 896)
GLANCE = (448, 800)
"""Half of SIZE, as rows and columns: 28 x 50 cells of 16 pixels, each 32 pixels of SIZE wide and high."""


def glance(*places: tuple[int, int], value: float = 0.9) -> NDArray[np.float32]:
    """Return a map that shows text in the cells (column, row)."""
    glance_hw = np.full(GLANCE, 0.01, dtype=np.float32)
    for column, row in places:
        glance_hw[16 * row + 5, 16 * column + 3] = value
    return glance_hw


def parts(glance_hw: NDArray[np.float32], params: GlanceParams = PARAMS) -> tuple[Tile, ...]:
    found = promising_parts(glance_hw, SIZE, SPEC.side_multiple, params)
    assert found is not None
    return found


def street(width: int, height: int) -> Image.Image:
    """Return an image of which no brightness makes up a fifth, and nothing is text to the fake detector."""
    pixels = np.full((height, width, 3), 255, dtype=np.uint8)
    pixels[..., 1:] = np.linspace(0, 255, width, dtype=np.uint8)[:, None]
    return Image.fromarray(pixels)


@pytest.mark.parametrize(("paper_rows", "expected"), [(0, True), (35, True), (45, False), (100, False)])
def test_a_photograph_has_little_of_the_same_brightness(paper_rows: int, expected: bool) -> None:
    pixels = np.asarray(street(512, 100)).copy()
    pixels[:paper_rows] = 200
    assert is_photograph(Image.fromarray(pixels)) is expected


def test_paper_may_be_uneven_by_half_of_its_levels() -> None:
    pixels = np.asarray(street(510, 100)).copy()
    pixels[:60] = np.linspace(180, 180 + 32, 510).round()[:, None]
    assert not is_photograph(Image.fromarray(pixels))
    pixels[:60] = np.linspace(80, 80 + 170, 510).round()[:, None]
    assert is_photograph(Image.fromarray(pixels))


def test_a_glance_that_shows_nothing_promises_nothing() -> None:
    assert parts(glance()) == ()


def test_a_place_is_looked_at_with_what_is_around_it() -> None:
    (part,) = parts(glance((20, 10)))
    assert part.seen == part.kept == (32 * 16, 32 * 6, 32 * 25, 32 * 15)
    (near,) = parts(glance((20, 10)), replace(PARAMS, reach_cells=1))
    assert near.seen == (32 * 19, 32 * 9, 32 * 22, 32 * 12)


def test_what_is_looked_at_ends_at_the_edges_of_the_page() -> None:
    (part,) = parts(glance((0, 27)))
    assert part.seen == (0, 32 * 23, 32 * 5, 896)


@pytest.mark.parametrize(("value", "count"), [(0.1, 1), (0.09, 0)])
def test_a_place_promises_text_from_a_small_probability_on(value: float, count: int) -> None:
    assert PARAMS.threshold == pytest.approx(0.1)
    assert len(parts(glance((20, 10), value=value))) == count


def test_places_far_from_each_other_are_looked_at_apart_and_near_ones_together() -> None:
    assert len(parts(glance((5, 5), (40, 20)))) == 2
    assert [part.seen for part in parts(glance((5, 5), (10, 7)))] == [(32, 32, 32 * 15, 32 * 12)]


def test_parts_do_not_overlap_even_where_the_boxes_of_others_meet_them() -> None:
    # The first two make a box, in whose corner the third one stands.
    found = parts(glance((5, 5), (13, 13), (5, 22)), replace(PARAMS, reach_cells=4))
    boxes = [part.kept for part in found]
    assert len(boxes) >= 1
    for index, (x0, y0, x1, y1) in enumerate(boxes):
        for u0, v0, u1, v1 in boxes[:index]:
            assert x1 <= u0 or u1 <= x0 or y1 <= v0 or v1 <= y0


def test_where_most_would_be_looked_at_all_of_it_is() -> None:
    everywhere = glance(*((column, row) for column in range(4, 50, 9) for row in range(4, 28, 9)))
    assert promising_parts(everywhere, SIZE, SPEC.side_multiple) is None
    half = glance(*((column, row) for column in range(4, 25, 9) for row in range(4, 28, 9)))
    assert sum((p.seen[2] - p.seen[0]) * (p.seen[3] - p.seen[1]) for p in parts(half)) < 0.6 * SIZE[0] * SIZE[1]


def test_what_is_seen_has_sides_that_the_detector_takes_and_holds_what_is_kept() -> None:
    size = (1408, 1056)
    found = promising_parts(glance((20, 10), (44, 3)), size, SPEC.side_multiple)
    assert found
    for part in found:
        assert all(side % SPEC.side_multiple == 0 for side in part.size)
        assert part.seen[:2] <= part.kept[:2]
        assert part.kept[2:] <= part.seen[2:]
        assert max(part.seen[2] - size[0], part.seen[3] - size[1]) <= 0


def test_of_a_photograph_the_detector_sees_little_and_finds_the_same() -> None:
    page = street(1280, 720)
    draw_bar(page, "alpha", (300, 200, 540, 230))
    draw_bar(page, PHRASES[1], (900, 500, 1000, 525))
    glancing, looking = FakeDetector(), FakeDetector()
    found = asyncio.run(TextDetector(glancing, SPEC).detect(page))
    whole = asyncio.run(TextDetector(looking, SPEC, glance=GlanceParams(max_paper_share=0)).detect(page))
    assert len(found) == len(whole) == 2
    for region in whole:
        assert max(overlap(region.quad, other.quad) for other in found) > 0.95
    assert len(looking.shapes) == 1
    assert sum(shape[1] * shape[2] for shape in glancing.shapes) < 0.5 * looking.shapes[0][1] * looking.shapes[0][2]


def test_documents_and_small_images_are_looked_at_at_once() -> None:
    document, small = blank_page(1280, 720), street(400, 300)
    for page in (document, small):
        draw_bar(page, "alpha", (100, 200, 340, 230))
        model = FakeDetector()
        (region,) = asyncio.run(TextDetector(model, SPEC).detect(page))
        assert overlap(region.quad, grown(quad_of(100, 200, 240, 30))) > 0.8
        assert len(model.shapes) == 1


@pytest.mark.parametrize(("max_share", "found"), [(0.0578, False), (0.0579, True)])
def test_how_much_would_be_looked_at_is_a_matter_of_area(max_share: float, found: bool) -> None:
    # 9 x 9 of 28 x 50 cells, far from where both axes begin.
    parts_or_all = promising_parts(glance((44, 20)), SIZE, 32, replace(PARAMS, max_share=max_share))
    assert (parts_or_all is not None) is found


def test_a_photograph_of_half_a_megapixel_is_glanced_at() -> None:
    page = street(600, 480)
    draw_bar(page, "alpha", (100, 200, 340, 230))
    model = FakeDetector()
    asyncio.run(TextDetector(model, SPEC).detect(page))
    assert model.shapes[0][1:3] == (352, 448)
    assert len(model.shapes) == 2
