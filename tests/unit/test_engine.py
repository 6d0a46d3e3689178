"""The whole pipeline on fakes: known bars in, known text out; progress, cancellation and errors on the way."""

import asyncio

import numpy as np
import pytest
from PIL import Image

from py_ocr.alternatives import AlternativesParams
from py_ocr.engine import EngineParams, OcrOptions
from py_ocr.errors import BackendError, ImageError, OptionError
from py_ocr.export.text import to_text
from py_ocr.geometry import intersection_area, polygon_area, quad_angle
from py_ocr.rejection import RejectionParams
from py_ocr.types import OcrPage
from tests.unit.drawing import quad_of
from tests.unit.fakes import PHRASES, PROFILE, FakeModels, blank_page, draw_bar, rgba_of

BARS = {
    phrase: (60 + 40 * (row % 2), 80 + 110 * row, 380 + 40 * (row % 2), 110 + 110 * row)
    for row, phrase in enumerate(PHRASES)
}


def page_with(*phrases: str) -> Image.Image:
    page = blank_page(600, 800)
    for phrase in phrases:
        draw_bar(page, phrase, BARS[phrase])
    return page


def read(page: Image.Image, models: FakeModels | None = None) -> OcrPage:
    return asyncio.run((models or FakeModels()).engine().recognize(rgba_of(page)))


def test_known_lines_become_known_text_in_reading_order() -> None:
    page = read(page_with(*PHRASES))
    assert [line.text for line in page.lines] == list(PHRASES)
    assert [line for line in to_text(page).splitlines() if line] == list(PHRASES)


def test_lines_lie_where_they_were_drawn() -> None:
    page = read(page_with("alpha", "gamma"))
    assert (page.width, page.height) == (600, 800)
    for line in page.lines:
        x0, y0, x1, y1 = BARS[line.text]
        bar = quad_of(x0, y0, x1 - x0, y1 - y0)
        assert intersection_area(line.quad, bar) > 0.97 * polygon_area(bar)
        assert polygon_area(line.quad) < 3 * polygon_area(bar)
        assert line.quad[0, 0] < line.quad[1, 0]


def test_words_are_those_of_the_line_and_lie_in_it() -> None:
    (line,) = read(page_with("beta two")).lines
    assert [word.text for word in line.words] == ["beta", "two"]
    left, right = (word.quad[:, 0] for word in line.words)
    assert line.quad[:, 0].min() <= left.min() < left.max() <= right.min() < right.max() <= line.quad[:, 0].max()


def test_the_page_names_models_and_times_every_stage() -> None:
    page = read(page_with("alpha"))
    assert dict(page.models) == {
        "profile": PROFILE.name,
        "detector": PROFILE.detector.id,
        "recognizer": PROFILE.recognizer.id,
        "classifier": PROFILE.classifier.id,
    }
    assert {"decode", "detect", "crop", "orient", "recognize", "layout"} <= set(page.timings_ms)
    assert all(value >= 0 for value in page.timings_ms.values())


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_is_read_and_its_quads_are_those_of_the_page_as_given(turns: int) -> None:
    upright = page_with("alpha", "gamma", "delta")
    turned = upright.rotate(-90 * turns, expand=True)  # Pillow turns counter-clockwise
    page = read(turned)
    assert sorted(line.text for line in page.lines) == ["alpha", "delta", "gamma"]
    assert (page.width, page.height) == turned.size
    for line in page.lines:
        assert line.orientation_degrees == 90 * turns
        assert quad_angle(line.quad) % 360 == pytest.approx(90 * turns, abs=3)
        x0, y0, x1, y1 = BARS[line.text]
        bar = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float32)
        for _ in range(turns):
            bar = np.stack([upright.height - bar[:, 1], bar[:, 0]], axis=1).astype(np.float32)
            upright = upright.rotate(-90, expand=True)
        upright = page_with("alpha", "gamma", "delta")
        assert intersection_area(line.quad, bar) > 0.97 * polygon_area(bar)


def test_a_blank_page_has_no_lines_and_runs_no_recogniser() -> None:
    models = FakeModels()
    page = read(blank_page(), models)
    assert (page.lines, page.blocks) == ((), ())
    assert models.recognizer.shapes == []


def test_lines_below_the_confidence_asked_for_are_left_out() -> None:
    params = EngineParams(rejection=RejectionParams(long_confidence=0.995, single_confidence=0.999))
    page = asyncio.run(FakeModels().engine(params).recognize(rgba_of(page_with("alpha"))))
    assert page.lines == ()


def test_progress_comes_stage_by_stage_and_ends_complete() -> None:
    events: list[tuple[str, int, int]] = []
    asyncio.run(
        FakeModels()
        .engine()
        .recognize(
            rgba_of(page_with(*PHRASES)), on_progress=lambda stage, done, total: events.append((stage, done, total))
        )
    )
    stages = list(dict.fromkeys(stage for stage, _, _ in events))
    assert stages == ["detect", "crop", "orient", "recognize", "layout"]
    for stage in stages:
        counts = [done for name, done, _ in events if name == stage]
        totals = {total for name, _, total in events if name == stage}
        assert counts == sorted(counts)
        assert totals == {counts[-1]}
    assert ("recognize", len(PHRASES), len(PHRASES)) in events


@pytest.mark.parametrize("model", ["detector", "classifier", "recognizer"])
def test_cancelling_ends_the_reading_and_leaves_the_engine_usable(model: str) -> None:
    async def scenario() -> None:
        models = FakeModels()
        engine = models.engine()
        blocked = getattr(models, model)
        blocked.gate, blocked.entered = asyncio.Event(), asyncio.Event()
        task = asyncio.ensure_future(engine.recognize(rgba_of(page_with("alpha"))))
        await blocked.entered.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        blocked.gate.set()
        page = await engine.recognize(rgba_of(page_with("gamma")))
        assert [line.text for line in page.lines] == ["gamma"]

    asyncio.run(scenario())


@pytest.mark.parametrize("model", ["detector", "classifier", "recognizer"])
def test_an_error_of_a_model_passes_through_unchanged(model: str) -> None:
    error = BackendError("backend_lost", "The device is gone.", "Use another.")
    models = FakeModels()
    getattr(models, model).error = error
    with pytest.raises(BackendError) as caught:
        read(page_with("alpha"), models)
    assert caught.value is error
    getattr(models, model).error = None
    assert [line.text for line in read(page_with("alpha"), models).lines] == ["alpha"]


def test_pixels_of_another_shape_are_a_typed_error() -> None:
    with pytest.raises(ImageError) as caught:
        asyncio.run(FakeModels().engine().recognize(np.zeros((10, 10, 3), dtype=np.uint8)))
    assert caught.value.code == "image_shape"
    assert set(caught.value.to_dict()) == {"code", "stage", "message", "cause", "remedy"}


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5)])
def test_tiny_images_are_read_as_having_no_text(size: tuple[int, int]) -> None:
    assert read(blank_page(*size)).lines == ()


def test_two_readings_at_once_do_not_mix() -> None:
    async def both() -> list[OcrPage]:
        engine = FakeModels().engine()
        return list(
            await asyncio.gather(*(engine.recognize(rgba_of(page_with(phrase))) for phrase in ("alpha", "gamma")))
        )

    assert [page.lines[0].text for page in asyncio.run(both())] == ["alpha", "gamma"]


def test_a_language_that_the_models_cannot_write_is_refused_before_anything_runs() -> None:
    models = FakeModels()
    with pytest.raises(OptionError, match="cannot write de: they lack") as caught:
        asyncio.run(models.engine().recognize(rgba_of(page_with("alpha")), OcrOptions(languages=("de",))))
    assert caught.value.code == "language_unwritable"
    assert not models.detector.shapes


def test_alternatives_are_told_of_a_page_only_when_they_are_asked_for() -> None:
    params = EngineParams(alternatives=AlternativesParams(doubtful_score=1))
    for asked in (False, True):
        models = FakeModels()
        options = OcrOptions(alternatives=asked)
        page = asyncio.run(models.engine(params).recognize(rgba_of(page_with("alpha")), options))
        assert [bool(word.doubtful) for line in page.lines for word in line.words] == [asked]
