"""What a caller hears while a page is read."""

import asyncio
import time

from PIL import Image

from tests.unit.fakes import PHRASES, FakeModels, blank_page, draw_bar, rgba_of


def heard(page: Image.Image) -> list[tuple[str, int, int]]:
    """Return what is told while a page is read."""
    told: list[tuple[str, int, int]] = []
    asyncio.run(FakeModels().engine().recognize(rgba_of(page), on_progress=lambda *said: told.append(said)))
    return told


def test_each_stage_after_decoding_is_told_when_it_begins_and_when_it_ends() -> None:
    page = blank_page()
    draw_bar(page, PHRASES[0], (60, 80, 400, 110))
    draw_bar(page, PHRASES[1], (60, 200, 400, 230))
    told = heard(page)
    for stage, steps in {"detect": 1, "crop": 1, "orient": 1, "recognize": 2, "layout": 1}.items():
        of_stage = [(done, total) for name, done, total in told if name == stage]
        assert of_stage[0] == (0, steps)
        assert of_stage[-1] == (steps, steps)
    assert [name for name, done, _ in told if done == 0] == [
        "detect",
        "crop",
        "orient",
        "recognize",
        "layout",
    ]


def test_the_recognition_of_nothing_is_not_told() -> None:
    assert {name for name, _, _ in heard(blank_page())} == {"detect", "crop", "orient", "layout"}


def test_the_time_of_the_stages_is_that_of_the_reading_in_milliseconds() -> None:
    page = blank_page()
    draw_bar(page, PHRASES[0], (60, 80, 400, 110))
    started = time.perf_counter()
    read = asyncio.run(FakeModels().engine().recognize(rgba_of(page)))
    elapsed_ms = (time.perf_counter() - started) * 1000
    assert set(read.timings_ms) == {"decode", "detect", "crop", "orient", "recognize", "layout"}
    assert min(read.timings_ms.values()) > 0
    assert 0.6 * elapsed_ms < sum(read.timings_ms.values()) <= elapsed_ms
