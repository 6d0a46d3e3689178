"""Reading in rounds: how far it says it is, and what it does when the rounds show nothing."""

import asyncio
from collections.abc import Sequence

from py_ocr.crop import CropParams, LineCrop, crop_line
from py_ocr.orientation import OrientationParams, ReadingPlan, plan_reading
from py_ocr.reading import LineReader
from py_ocr.recognition import RecognitionParams, TextRecognizer
from tests.unit.drawing import quad_of
from tests.unit.fakes import CHARSET, PHRASES, PROFILE, FakeRecognizer, blank_page, draw_bar, line_crop


def progress_of(upside_down: float) -> list[tuple[int, int]]:
    """Return what is said while six lines are read, two at a time, of which the classifier says this."""
    page = blank_page()
    for row, phrase in enumerate(PHRASES):
        draw_bar(page, phrase, (20, 20 + 100 * row, 420, 60 + 100 * row))
    crops = [crop_line(page, quad_of(20, 20 + 100 * row, 400, 40), 48, CropParams()) for row in range(len(PHRASES))]
    progress: list[tuple[int, int]] = []
    asyncio.run(
        reader().read(crops, plans(crops, upside_down), (), lambda step: progress.append((step.done, step.total)))
    )
    return progress


def reader() -> LineReader:
    return LineReader(TextRecognizer(FakeRecognizer(), PROFILE.recognizer, CHARSET, RecognitionParams(batch_lines=2)))


def plans(crops: Sequence[LineCrop], upside_down: float) -> tuple[ReadingPlan, ...]:
    return plan_reading(crops, dict.fromkeys(range(len(crops)), upside_down), 0.9, OrientationParams())


def test_lines_that_are_read_once_are_counted_one_by_one() -> None:
    assert progress_of(0.01) == [(2, 6), (4, 6), (6, 6)]


def test_lines_that_are_read_both_ways_are_never_more_than_there_are() -> None:
    progress = progress_of(0.99)
    assert len(progress) > 3
    assert all(done <= total == 6 for done, total in progress)
    assert progress[0] == (1, 6), "the first line, both ways"
    assert progress[-1] == (6, 6)


def test_a_page_whose_probes_read_as_well_both_ways_is_left_as_it_is() -> None:
    crops = [line_crop(300, value=255)] * 4
    readings = asyncio.run(reader().read(crops, plans(crops, 0.99), ()))
    assert [reading.crop.quad.tolist() for reading in readings] == [crops[0].quad.tolist()] * 4
