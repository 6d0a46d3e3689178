"""A few lines before all are found: which band is looked at, and that it changes nothing about the page."""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from PIL import Image

from py_ocr.detection import TextDetector
from py_ocr.engine import EngineParams, OcrEngine, OcrOptions
from py_ocr.errors import OptionError
from py_ocr.first_look import FirstLookParams, inked_band, match_quads
from py_ocr.session import Batching, EngineSessions, Tensor
from py_ocr.types import LineDraft, LinesRead, OcrPage, TextRegion
from tests.unit.drawing import quad_of
from tests.unit.fakes import (
    CHARSET,
    PHRASES,
    PROFILE,
    FakeDetector,
    FakeModels,
    FakeRecognizer,
    blank_page,
    draw_bar,
    rgba_of,
)

PARAMS = FirstLookParams(rows_px=224)


def page_of(tops: Sequence[int], height: int = 1400) -> Tensor:
    page = blank_page(1000, height)
    for top, phrase in zip(tops, PHRASES * 3, strict=False):
        draw_bar(page, phrase, (60, top, 600, top + 40))
    return rgba_of(page)


def engine(models: FakeModels, *, first_look: bool = True) -> OcrEngine:
    sessions = EngineSessions(
        models.detector, models.recognizer, models.classifier, batching=Batching(first_look=first_look)
    )
    return OcrEngine(sessions, PROFILE, {"recognizer": CHARSET}, EngineParams(first_look=PARAMS))


def streamed(rgba: Tensor, models: FakeModels | None = None) -> tuple[list[LinesRead], OcrPage]:
    async def run() -> list[LinesRead | OcrPage]:
        return [item async for item in engine(models or FakeModels()).stream(rgba)]

    *told, page = asyncio.run(run())
    assert isinstance(page, OcrPage)
    return [each for each in told if isinstance(each, LinesRead)], page


def texts(drafts: Sequence[LineDraft]) -> list[str]:
    return [draft.line.text for draft in drafts]


TOPS = range(100, 1300, 100)


def test_the_top_lines_come_before_the_page_is_searched_and_keep_their_ids() -> None:
    models = FakeModels()
    told, page = streamed(page_of(TOPS), models)
    first, *rest = told
    assert texts(first.lines)[0] == PHRASES[0]
    assert len(first.lines) < 4
    assert all(draft.provisional for draft in first.lines)
    band, whole = models.detector.shapes
    assert (band[1], band[2]) == (PARAMS.rows_px, whole[2])
    again = {draft.id: draft for each in rest for draft in each.lines}
    assert len(again) == len(page.lines) == len(TOPS)
    for draft in first.lines:
        assert again[draft.id].line.text == draft.line.text
        assert not again[draft.id].provisional
    assert [each.withdrawn for each in told if each.withdrawn] == []


def test_the_page_is_that_of_a_reading_without_it() -> None:
    rgba = page_of(TOPS)
    _, page = streamed(rgba)
    plain = asyncio.run(engine(FakeModels(), first_look=False).recognize(rgba))
    assert [line.text for line in page.lines] == [line.text for line in plain.lines]
    assert [line.quad.tolist() for line in page.lines] == [line.quad.tolist() for line in plain.lines]


def test_who_does_not_wait_for_lines_pays_nothing_for_it() -> None:
    models = FakeModels()
    asyncio.run(engine(models).recognize(page_of(TOPS)))
    assert len(models.detector.shapes) == 1


def test_a_small_page_is_searched_at_once() -> None:
    models = FakeModels()
    streamed(page_of(TOPS[:3], height=500), models)
    assert len(models.detector.shapes) == 1


def test_a_page_on_its_head_shows_nothing_of_it() -> None:
    told, page = streamed(np.ascontiguousarray(page_of(TOPS)[::-1, ::-1]))
    assert "?" not in [text for each in told for text in texts(each.lines)]
    assert len(page.lines) == len(TOPS)


def test_what_is_no_line_after_all_is_withdrawn() -> None:
    class SeesMoreInBands(FakeDetector):
        """Takes the first line of a band for text, which is none on the whole page."""

        def answer(self, image_nhwc: Tensor, feeds: dict[str, Tensor]) -> dict[str, Tensor]:  # type: ignore[override]
            outputs = dict(super().answer(image_nhwc, feeds))
            if image_nhwc.shape[1] > PARAMS.rows_px:
                outputs["probability"][:, :, :160] = 0
            return outputs

    told, page = streamed(page_of(TOPS), FakeModels(detector=SeesMoreInBands()))
    first = told[0]
    assert texts(first.lines)[0] == PHRASES[0]
    assert [each.withdrawn for each in told if each.withdrawn] == [(first.lines[0].id,)]
    assert len(page.lines) == len(TOPS) - 1


def test_of_a_band_the_top_lines_are_read_and_no_more_than_so_many() -> None:
    page = blank_page(1000, 1400)
    for row in range(12):
        # The lower, the further to the left.
        left = 700 - 50 * row
        draw_bar(page, PHRASES[row % 6], (left, 20 + 22 * row, left + 200, 34 + 22 * row))
    models = FakeModels()
    sessions = EngineSessions(models.detector, models.recognizer, models.classifier, batching=Batching(first_look=True))
    params = EngineParams(first_look=FirstLookParams(rows_px=224, lines=3))
    reader = OcrEngine(sessions, PROFILE, {"recognizer": CHARSET}, params)

    async def first() -> LinesRead | OcrPage:
        async for item in reader.stream(rgba_of(page)):
            return item
        raise AssertionError

    told = asyncio.run(first())
    assert isinstance(told, LinesRead)
    tops = [float(draft.line.quad[0, 1]) for draft in told.lines]
    assert len(tops) == 3
    assert tops == sorted(tops)
    assert tops[-1] < 100


def test_a_line_that_reads_with_some_doubt_is_not_shown_at_first() -> None:
    class Doubts(FakeRecognizer):
        def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
            outputs = super().answer(image_nhwc, feeds)
            return {**outputs, "scores": np.full_like(outputs["scores"], 0.89)}

    told, _ = streamed(page_of(TOPS), FakeModels(recognizer=Doubts()))
    assert told
    assert not any(draft.provisional for each in told for draft in each.lines)


def test_edges_count_in_every_part_of_a_wide_page() -> None:
    page = blank_page(2000, 1200)
    for left in range(1500, 1900, 24):
        draw_bar(page, PHRASES[0], (left, 900, left + 12, 940))
    # The bars lie in rows 720 to 752 of the map.
    assert 720 - PARAMS.rows_px < inked_band(page, (1600, 960), PARAMS) < 752


def test_a_language_that_there_is_not_is_an_error_here_as_well() -> None:
    with pytest.raises(OptionError):
        asyncio.run(
            engine(FakeModels()).recognize(page_of(TOPS), OcrOptions(languages=("xx",)), on_lines=lambda _: None)
        )


def test_the_band_is_the_topmost_with_much_text_and_grain_is_none() -> None:
    page = blank_page(800, 1600)
    for top in (20, *range(600, 1500, 40)):
        for left in range(60, 700 if top > 20 else 100, 24):
            draw_bar(page, PHRASES[0], (left, top, left + 12, top + 20))
    grain = np.arange(1600 * 800, dtype=np.int64).reshape(1600, 800, 1) * 7919 % 13
    grainy = np.asarray(page).astype(np.int32) - grain

    top = inked_band(Image.fromarray(np.clip(grainy, 0, 255).astype(np.uint8)), (800, 1600), PARAMS)
    assert 600 - PARAMS.rows_px < top < 600
    assert inked_band(blank_page(800, 1600), (800, 1600), PARAMS) == 0


def test_quads_that_share_most_of_their_area_are_one_line() -> None:
    first = [quad_of(0, 0, 100, 20), quad_of(0, 40, 100, 20), quad_of(0, 80, 100, 20)]
    whole = [quad_of(0, 82, 100, 20), quad_of(5, 0, 100, 22), quad_of(0, 40, 220, 20)]
    assert match_quads(first, whole) == {0: 1, 2: 0}
    assert match_quads([first[0], replace_corner(first[0])], whole) == {0: 1}
    assert match_quads([], whole) == match_quads(first, []) == {}


def replace_corner(quad: Tensor) -> Tensor:
    return quad + np.float32(1)


def test_the_rows_of_a_band_give_the_regions_that_lie_whole_in_them_where_the_whole_page_has_them() -> None:
    page = blank_page(1010, 1100)
    for top in (2, 130, 290, 420, 1058):
        draw_bar(page, PHRASES[0], (60, top, 600, top + 40))
    detector = TextDetector(FakeDetector(), PROFILE.detector)
    width, height = detector.working_size(page)

    async def seen() -> tuple[list[Tensor], list[list[Tensor]]]:
        whole = await detector.detect(page)
        bands = [await detector.detect_rows(page, top, top + 320) for top in (0, 96, height - 320)]
        return by_top(whole), [by_top(band) for band in bands]

    whole, (head, middle, foot) = asyncio.run(seen())
    assert width / page.width != pytest.approx(height / page.height, rel=1e-3)
    for band, expected in ((head, whole[:2]), (middle, whole[1:3]), (foot, whole[4:])):
        assert len(band) == len(expected)
        for quad, other in zip(band, expected, strict=True):
            assert np.abs(quad - other).max() < 2


def by_top(regions: Sequence[TextRegion]) -> list[Tensor]:
    return [region.quad for region in sorted(regions, key=lambda region: float(region.quad[0, 1]))]
