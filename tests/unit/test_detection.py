"""How large the detector looks at a page, when it looks again, and what it finds."""

import asyncio
from collections.abc import Mapping

import numpy as np
import pytest

from py_ocr.detection import DetectionParams, TextDetector, closer_look, farther_look, merge_looks, working_size
from py_ocr.errors import OptionError
from py_ocr.session import Tensor
from py_ocr.types import TextRegion
from tests.unit.drawing import overlap, quad_of
from tests.unit.fakes import PROFILE, FakeDetector, blank_page, draw_bar, grown

PARAMS = DetectionParams()
SPEC = PROFILE.detector


@pytest.mark.parametrize("size", [(1, 1), (30, 2000), (640, 480), (736, 736), (5000, 3000), (20_000, 40), (120, 90)])
def test_the_detector_sees_multiples_within_its_limits(size: tuple[int, int]) -> None:
    width, height = working_size(*size, SPEC, PARAMS)
    assert width % SPEC.side_multiple == height % SPEC.side_multiple == 0
    assert min(width, height) >= SPEC.side_multiple
    assert max(width, height) <= PARAMS.long_side_px + SPEC.side_multiple


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        ((800, 960), (960, 1152)),
        ((600, 900), (896, 1344)),
        ((320, 640), (480, 960)),
        ((318, 640), (640, 1280)),
        ((4000, 2000), (1600, 800)),
        ((1280, 960), (1280, 960)),
    ],
    ids=["small", "blurred if larger", "no longer tiny", "tiny", "large", "right as it is"],
)
def test_how_large_the_detector_sees_a_page(size: tuple[int, int], seen: tuple[int, int]) -> None:
    assert working_size(*size, SPEC, PARAMS) == seen


@pytest.mark.parametrize("size", [(640, 480), (1240, 1754), (3000, 2000)])
def test_the_detector_sees_a_page_in_about_its_proportions(size: tuple[int, int]) -> None:
    width, height = working_size(*size, SPEC, PARAMS)
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


LOOK = (1600, 1216)
"""The size of a first look, whose text the following cases make up."""


def closer(text_px: float | None, scale: float, params: DetectionParams = PARAMS) -> tuple[int, int] | None:
    """Return the closer look at a page of which LOOK is a view scaled by that, with text so high there, or without."""
    page_size = (round(LOOK[0] / scale), round(LOOK[1] / scale))
    regions = [] if text_px is None else [region_of(0, 50 * row, 300, text_px / scale) for row in range(3)]
    return closer_look(regions, page_size, LOOK, SPEC, params)


def region_of(x: float, y: float, width: float, height: float) -> TextRegion:
    return TextRegion(quad_of(x, y, width, height), 0.9)


def test_small_text_is_looked_at_so_large_that_it_can_be_read() -> None:
    assert closer(10, scale=0.25) == (2 * LOOK[0], 2 * LOOK[1])
    assert PARAMS.closer_text_px == 2 * 10


def test_a_closer_look_shows_no_more_than_the_page_has() -> None:
    assert closer(4, scale=0.5) == (2 * LOOK[0], 2 * LOOK[1])


@pytest.mark.parametrize(("text_px", "needed"), [(11.9, True), (12, False), (30, False)])
def test_text_that_is_large_enough_is_not_looked_at_again(text_px: float, needed: bool) -> None:
    assert (closer(text_px, scale=0.25) is not None) is needed


def test_the_median_decides_and_not_one_small_line() -> None:
    regions = [region_of(0, 50 * row, 300, height) for row, height in enumerate((20, 80, 80))]
    assert closer_look(regions, (6400, 4864), LOOK, SPEC, PARAMS) is None


@pytest.mark.parametrize(("scale", "taken"), [(0.75, True), (0.79, False), (1.0, False)])
def test_a_look_that_is_hardly_closer_is_not_taken(scale: float, taken: bool) -> None:
    assert (closer(8, scale) is not None) is taken


@pytest.mark.parametrize(("scale", "ratio"), [(0.25, 2), (0.49, 2), (0.5, None), (1.0, None)])
def test_a_page_without_text_is_looked_at_again_where_it_was_shrunk_much(scale: float, ratio: int | None) -> None:
    assert closer(None, scale) == (None if ratio is None else (ratio * LOOK[0], ratio * LOOK[1]))


def test_a_closer_look_stays_within_the_memory_that_there_is() -> None:
    size = closer(1, scale=0.02)
    assert size is not None
    assert size[0] * size[1] == pytest.approx(24_000_000, rel=0.02)


def test_a_look_that_is_just_enough_closer_is_taken() -> None:
    params = DetectionParams(closer_min_ratio=2)
    assert closer(4, scale=0.5, params=params) == (2 * LOOK[0], 2 * LOOK[1])


def test_what_is_less_than_a_pixel_high_is_looked_at_as_if_it_were_one() -> None:
    specks = [region_of(0, 500 * row, 3000, 50) for row in range(3)]
    assert closer_look(specks, (9600, 9600), (96, 96), SPEC, PARAMS) == (1920, 1920)


@pytest.mark.parametrize("wrong", [{"short_side_px": 31}, {"tile_px": 128}, {"tile_overlap_px": 1632}])
def test_sizes_at_which_nothing_can_be_seen_and_tiles_that_never_end_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(OptionError) as caught:
        DetectionParams(**wrong)
    assert next(iter(wrong)) in caught.value.cause


def test_tiles_may_overlap_by_almost_all_that_they_are() -> None:
    assert DetectionParams(tile_px=160, tile_overlap_px=128).tile_px == 160


@pytest.mark.parametrize(("width", "tiles"), [(1600, 1), (1632, 2), (3072, 2), (3104, 3)])
def test_tiles_of_1600_pixels_overlap_by_128(width: int, tiles: int) -> None:
    page = blank_page(width, 960)
    draw_bar(page, "alpha", (400, 300, 900, 340))
    model = FakeDetector()
    asyncio.run(TextDetector(model, SPEC, DetectionParams(long_side_px=4000)).detect(page))
    assert len(model.shapes) == tiles


class BlindAtFirst(FakeDetector):
    """Sees nothing at the first look."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        probability = super().answer(image_nhwc, feeds)["probability"]
        return {"probability": probability * np.float32(len(self.shapes) > 1)}


def test_text_that_only_a_closer_look_shows_is_found() -> None:
    page = blank_page(3600, 2400)
    draw_bar(page, "alpha", (400, 300, 520, 312))
    model = BlindAtFirst()
    (region,) = asyncio.run(TextDetector(model, SPEC).detect(page))
    assert overlap(region.quad, grown(quad_of(400, 300, 120, 12))) > 0.7
    assert len(model.shapes) > 2  # the first look, and the tiles of the second


def test_a_page_with_text_of_a_good_size_is_looked_at_once() -> None:
    page = blank_page(3600, 2400)
    draw_bar(page, "alpha", (400, 300, 900, 360))
    model = FakeDetector()
    assert len(asyncio.run(TextDetector(model, SPEC).detect(page))) == 1
    assert len(model.shapes) == 1


def test_short_words_one_below_the_other_are_found_one_by_one() -> None:
    page = blank_page(960, 960)
    for row in range(6):
        draw_bar(page, "ok", (400, 200 + 36 * row, 420, 220 + 36 * row))
    found = asyncio.run(TextDetector(FakeDetector(), SPEC).detect(page))
    tops = sorted(float(region.quad[:, 1].min()) for region in found)
    assert tops == pytest.approx([192 + 36 * row for row in range(6)], abs=4)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((960, 1280), (960, 1280)),
        ((800, 800), (960, 960)),  # to 960 for the shorter side
        ((400, 640), (608, 960)),  # by 1.5 at most
        ((320, 400), (480, 608)),
        ((319, 400), (640, 800)),  # a tiny image by 2
        ((100, 200), (192, 384)),
        ((2000, 3000), (1056, 1600)),  # to 1600 for the longer side
        ((200, 1500), (224, 1600)),
        ((1000, 1000), (992, 992)),
    ],
)
def test_a_page_is_seen_the_same_lying_or_standing(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert working_size(*size, SPEC, PARAMS) == expected
    assert working_size(*size[::-1], SPEC, PARAMS) == expected[::-1]


def farther(*regions: TextRegion) -> tuple[int, int] | None:
    """Return the farther look at a page of 1600 x 960 that was seen as it is."""
    return farther_look(regions, (1600, 960), (1600, 960), SPEC, PARAMS)


@pytest.mark.parametrize(("height", "needed"), [(240, False), (241, True)])
def test_text_taller_than_a_fourth_of_the_page_is_looked_at_from_farther_away(height: float, needed: bool) -> None:
    small = region_of(0, 800, 300, 20)
    assert farther(small, region_of(0, 0, 900, height)) == ((320, 192) if needed else None)


def test_a_page_without_text_is_looked_at_from_farther_away() -> None:
    assert farther() == (320, 192)


def test_how_tall_text_is_counts_as_the_detector_saw_it() -> None:
    letters = region_of(0, 0, 600, 150)
    assert farther_look([letters], (800, 480), (800, 480), SPEC, PARAMS) is not None
    assert farther_look([letters], (1600, 960), (800, 480), SPEC, PARAMS) is None


class BlindNearby(FakeDetector):
    """Sees large letters from far away only."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        probability = super().answer(image_nhwc, feeds)["probability"]
        return {"probability": probability * np.float32(image_nhwc.shape[1] < 400)}


def test_a_poster_that_only_a_farther_look_shows_is_found() -> None:
    page = blank_page(1280, 960)
    draw_bar(page, "alpha", (200, 300, 1080, 660))
    model = BlindNearby()
    (region,) = asyncio.run(TextDetector(model, SPEC).detect(page))
    assert overlap(region.quad, grown(quad_of(200, 300, 880, 360))) > 0.85
    assert len(model.shapes) == 2


def test_what_both_looks_see_is_found_once() -> None:
    page = blank_page(1280, 960)
    draw_bar(page, "alpha", (200, 200, 1080, 560))
    draw_bar(page, "ok", (200, 860, 600, 900))
    model = FakeDetector()
    found = asyncio.run(TextDetector(model, SPEC).detect(page))
    assert len(model.shapes) == 2
    assert len(found) == 2


# A word of four letters, each 100 x 200, as two looks see it.
WORD = region_of(0, 0, 800, 200)


def letters(width: float) -> list[TextRegion]:
    return [region_of(200 * index, 0, width, 200) for index in range(4)]


def test_a_word_that_was_seen_in_letters_with_gaps_is_taken_whole() -> None:
    small = region_of(0, 400, 300, 20)
    assert merge_looks([*letters(100), small], [WORD]) == (small, WORD)


def test_a_word_that_the_near_look_saw_well_stays_as_it_saw_it() -> None:
    near = letters(130)
    assert merge_looks(near, [WORD]) == tuple(near)
    assert merge_looks([WORD], [region_of(10, 10, 780, 180)]) == (WORD,)


def test_what_only_the_far_look_saw_is_added() -> None:
    other = region_of(0, 400, 800, 200)
    assert merge_looks([WORD], [other]) == (WORD, other)
    assert merge_looks([], [WORD, other]) == (WORD, other)


def test_a_part_of_what_the_near_look_saw_is_not_added() -> None:
    assert merge_looks([WORD], [region_of(300, 0, 200, 200)]) == (WORD,)


@pytest.mark.parametrize(("x", "added"), [(490, True), (470, False)])
def test_what_is_mostly_covered_is_not_new(x: float, added: bool) -> None:
    # 800 wide; 310 of it, or 330, are covered: two fifths are 320. Of the near region it covers less than six tenths.
    region = region_of(x, 0, 800, 200)
    assert (len(merge_looks([WORD], [region])) == 2) is added


class BlindFarAway(FakeDetector):
    """Sees nothing from far away."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        probability = super().answer(image_nhwc, feeds)["probability"]
        return {"probability": probability * np.float32(image_nhwc.shape[1] > 400)}


def test_what_was_seen_nearby_stays_where_a_farther_look_shows_nothing() -> None:
    page = blank_page(1280, 960)
    draw_bar(page, "alpha", (200, 300, 1080, 660))
    model = BlindFarAway()
    assert len(asyncio.run(TextDetector(model, SPEC).detect(page))) == 1
    assert len(model.shapes) == 2
