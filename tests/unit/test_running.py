"""A running engine finishes the page in hand on the next backend, and says so."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest

from py_ocr.backends.backend import Device, OpenSessions
from py_ocr.backends.policy import BackendPolicy
from py_ocr.backends.running import RunningEngine
from py_ocr.engine import OcrEngine, OcrOptions
from py_ocr.errors import BackendError, Stage
from py_ocr.session import EngineSessions, Tensor
from py_ocr.types import BackendUse, Fallback, LinesRead, OcrPage
from tests.unit.fakes import CHARSET, PROFILE, FakeModels, FakeRecognizer, blank_page, draw_bar, rgba_of

LOST = BackendError("backend_lost", "The device was lost.", "Try again.", stage="recognize")


@dataclass
class FakeBackend:
    """A backend on fake models; `models` are those of the last opening."""

    name: str
    models: FakeModels = field(default_factory=FakeModels)

    async def probe(self) -> Device:
        return Device(self.name)

    async def open(self, device: Device) -> OpenSessions:  # noqa: ARG002  # the protocol's
        self.models = FakeModels()
        return OpenSessions(EngineSessions(self.models.detector, self.models.recognizer, self.models.classifier))

    async def close(self) -> None:
        pass


def a_page() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    page = blank_page()
    draw_bar(page, "alpha", (80, 100, 400, 140))
    draw_bar(page, "gamma", (80, 200, 400, 240))
    return rgba_of(page)


def text_of(page: OcrPage) -> list[str]:
    return [line.text for line in page.lines]


def ignore(_stage: Stage, _done: int, _total: int) -> None:
    pass


async def started(
    requested: str, heard: list[BackendUse] | None = None
) -> tuple[RunningEngine, FakeBackend, FakeBackend]:
    webgpu, wasm = FakeBackend("webgpu"), FakeBackend("wasm")
    policy = BackendPolicy(requested, [webgpu, wasm])
    on_backend = None if heard is None else heard.append
    return (
        await RunningEngine.start(
            policy, partial(OcrEngine, profile=PROFILE, charsets={"recognizer": CHARSET}), on_backend
        ),
        webgpu,
        wasm,
    )


def test_a_page_that_the_gpu_loses_is_finished_and_the_next_one_is_back_on_it() -> None:
    heard: list[BackendUse] = []

    async def pages() -> list[OcrPage]:
        engine, webgpu, _ = await started("auto", heard)
        read = [await engine.recognize(a_page(), OcrOptions(), ignore)]
        webgpu.models.recognizer.error = LOST
        return [*read, *[await engine.recognize(a_page(), OcrOptions(), ignore) for _ in range(2)]]

    read = asyncio.run(pages())
    assert [text_of(page) for page in read] == [["alpha", "gamma"]] * 3
    assert [page.backend.used for page in read] == ["webgpu", "wasm", "webgpu"]
    assert read[1].backend.fallbacks == (Fallback("webgpu", "wasm", "The device was lost."),)
    assert [(use.used, len(use.fallbacks)) for use in heard] == [("wasm", 1), ("webgpu", 0)]


def test_nothing_is_announced_while_nothing_changes() -> None:
    heard: list[BackendUse] = []

    async def pages() -> None:
        engine, _, _ = await started("auto", heard)
        for _ in range(3):
            await engine.recognize(a_page(), OcrOptions(), ignore)

    asyncio.run(pages())
    assert heard == []


def test_an_explicit_choice_that_fails_is_an_error_and_can_be_used_again() -> None:
    async def pages() -> OcrPage:
        engine, webgpu, _ = await started("webgpu")
        webgpu.models.detector.error = LOST
        with pytest.raises(BackendError, match=r"lost\."):
            await engine.recognize(a_page(), OcrOptions(), ignore)
        return await engine.recognize(a_page(), OcrOptions(), ignore)

    page = asyncio.run(pages())
    assert text_of(page) == ["alpha", "gamma"]
    assert (page.backend.used, page.backend.fallbacks) == ("webgpu", ())


def test_lines_of_a_backend_that_fails_are_withdrawn_and_come_again() -> None:
    async def told() -> list[LinesRead | OcrPage]:
        engine, webgpu, _ = await started("auto")
        recognizer = webgpu.models.recognizer

        class FailsAtTheSecond(FakeRecognizer):
            async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
                if self.shapes:
                    raise LOST
                return await super().run(feeds)

        recognizer.run = FailsAtTheSecond().run  # type: ignore[method-assign]
        page = blank_page()
        draw_bar(page, "alpha", (80, 100, 400, 140))
        draw_bar(page, "gamma", (80, 200, 600, 240))
        return [each async for each in engine.stream(rgba_of(page), OcrOptions(), ignore)]

    first, withdrawn, *again, page = asyncio.run(told())
    assert isinstance(page, OcrPage)
    assert text_of(page) == ["alpha", "gamma"]
    assert isinstance(first, LinesRead)
    assert [draft.line.text for draft in first.lines] == ["alpha"]
    assert isinstance(withdrawn, LinesRead)
    assert withdrawn.withdrawn == (first.lines[0].id,)
    texts = [draft.line.text for each in again if isinstance(each, LinesRead) for draft in each.lines]
    assert texts == ["alpha", "gamma"]
