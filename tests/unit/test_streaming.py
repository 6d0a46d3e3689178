"""Text while you wait: what is told of a page's lines before the page is done."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from py_ocr.engine import OcrEngine
from py_ocr.errors import BackendError
from py_ocr.session import EngineSessions, LateSession, Tensor
from py_ocr.types import LinesRead, OcrPage
from tests.unit.fakes import CHARSET, PHRASES, PROFILE, FakeModels, FakeRecognizer, blank_page, draw_bar, rgba_of

TALL = PHRASES * 2


def tall_page(phrases: Sequence[str] = TALL) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return a page with a line of each phrase, the first at the top, of several widths."""
    page = blank_page(800, 1200)
    for row, phrase in enumerate(phrases):
        draw_bar(page, phrase, (60, 60 + 90 * row, 460 + 60 * (row % 3), 95 + 90 * row))
    return rgba_of(page)


async def streamed(engine: OcrEngine, rgba: Tensor) -> tuple[list[LinesRead], OcrPage]:
    """Return what a stream gives: lines, and the page, which comes last."""
    items = [item async for item in engine.stream(rgba)]
    *lines, page = items
    assert isinstance(page, OcrPage)
    told = [item for item in lines if isinstance(item, LinesRead)]
    assert len(told) == len(lines)
    return told, page


def test_lines_come_from_the_top_and_the_page_is_that_of_a_reading_without_them() -> None:
    told, page = asyncio.run(streamed(FakeModels().engine(), tall_page()))
    whole = asyncio.run(FakeModels().engine().recognize(tall_page()))
    assert [line.text for line in page.lines] == [line.text for line in whole.lines] == list(TALL)
    assert len(told) > 2
    assert told[0].lines[0].line.text == TALL[0]
    tops = [min(float(draft.line.quad[:, 1].min()) for draft in each.lines) for each in told]
    assert tops == sorted(tops)
    drafts = [draft for each in told for draft in each.lines]
    assert len({draft.id for draft in drafts}) == len(drafts) == len(TALL)
    assert not any(draft.provisional for draft in drafts)
    by_top = sorted(drafts, key=lambda draft: float(draft.line.quad[0, 1]))
    for draft, line in zip(by_top, page.lines, strict=True):
        assert draft.line.text == line.text
        assert draft.line.quad.tolist() == line.quad.tolist()


class TakesTurns(FakeRecognizer):
    """Lets others have their turn while it computes, as a model that runs elsewhere does."""

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        for _ in range(3):
            await asyncio.sleep(0)
        return await super().run(feeds)


def test_the_first_lines_are_there_while_the_others_are_not_begun() -> None:
    async def first_of() -> list[int]:
        models = FakeModels(recognizer=TakesTurns())
        stream = models.engine().stream(tall_page())
        first = await anext(stream)
        assert isinstance(first, LinesRead)
        assert first.lines
        read = sum(shape[0] for shape in models.recognizer.shapes)
        await stream.aclose()
        return [read, sum(shape[0] for shape in models.recognizer.shapes)]

    at_first, after_leaving = asyncio.run(first_of())
    assert at_first <= 6
    assert after_leaving < len(TALL), "who leaves ends the reading"


def test_lines_that_read_badly_are_not_told() -> None:
    page = np.ascontiguousarray(tall_page()[::-1, ::-1])  # on its head, where the fake reads a weak "?"
    told, read = asyncio.run(streamed(FakeModels().engine(), page))
    assert [line.text for line in read.lines] == list(TALL)
    assert "?" not in [draft.line.text for each in told for draft in each.lines]
    assert told[0].lines[0].line.text in TALL


def test_a_page_without_text_tells_of_no_lines() -> None:
    told, page = asyncio.run(streamed(FakeModels().engine(), rgba_of(blank_page())))
    assert (told, page.lines) == ([], ())


def test_the_error_of_a_reading_comes_out_of_its_stream() -> None:
    models = FakeModels()
    models.detector.error = BackendError("backend_lost", "Lost.", "Try again.", stage="detect")
    with pytest.raises(BackendError, match="Lost"):
        asyncio.run(streamed(models.engine(), tall_page()))


@dataclass
class Unsure(FakeRecognizer):
    """Reads as the other does, with this score."""

    score: float = 0.9
    words: Mapping[str, str] = field(default_factory=dict)

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        outputs = super().answer(image_nhwc, feeds)
        return {**outputs, "scores": np.where(outputs["labels"] > 0, self.score, 0.99).astype(np.float32)}


def cascade(quick_score: float, sure_score: float) -> OcrEngine:
    models = FakeModels()

    async def load() -> Unsure:
        return Unsure(score=sure_score)

    sessions = EngineSessions(
        models.detector, Unsure(score=quick_score), models.classifier, sure_recognizer=LateSession(load)
    )
    profile = replace(PROFILE, sure_recognizer=replace(PROFILE.recognizer, id="sure"))
    return OcrEngine(sessions, profile, {"recognizer": CHARSET, "sure_recognizer": CHARSET})


def test_a_doubtful_line_is_provisional_and_comes_again_when_it_was_read_again() -> None:
    told, page = asyncio.run(streamed(cascade(0.9, 0.99), tall_page(PHRASES[:4])))
    drafts = [(draft.id, draft.provisional, draft.line.recognizer) for each in told for draft in each.lines]
    first, again = drafts[:4], drafts[4:]
    assert {(provisional, by) for _, provisional, by in first} == {(True, "fake-rec")}
    assert {(provisional, by) for _, provisional, by in again} == {(False, "sure")}
    assert {line_id for line_id, _, _ in first} == {line_id for line_id, _, _ in again}
    assert {line.recognizer for line in page.lines} == {"sure"}


def test_a_line_that_the_sure_recogniser_does_not_see_is_withdrawn() -> None:
    told, page = asyncio.run(streamed(cascade(0.9, 0.3), tall_page(PHRASES[:2])))
    shown = {draft.id for each in told for draft in each.lines}
    assert len(shown) == 2
    assert {line_id for each in told for line_id in each.withdrawn} == shown
    assert page.lines == ()


def test_progress_goes_on_during_the_second_reading() -> None:
    progress: list[tuple[int, int]] = []

    async def read() -> None:
        await cascade(0.9, 0.99).recognize(
            tall_page(), on_progress=lambda stage, *extent: progress.append(extent) if stage == "recognize" else None
        )

    asyncio.run(read())
    done = [each for each, _ in progress]
    assert {total for _, total in progress} == {len(TALL)}
    assert done == sorted(done)
    # Nothing is read for good before the sure one has read it.
    assert done.count(0) > 3
    assert len(set(done)) > 3
