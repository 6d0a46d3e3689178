"""The sure recogniser comes late, and may not come at all: the page is read without it, and says so."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np
import pytest

from py_ocr.backends.backend import Device, OpenSessions
from py_ocr.backends.kernels import KernelFallback
from py_ocr.backends.policy import BackendPolicy
from py_ocr.backends.running import RunningEngine
from py_ocr.engine import OcrEngine, OcrOptions
from py_ocr.errors import BackendError, ModelError
from py_ocr.session import EngineSessions, LateSession, Role, Tensor
from py_ocr.types import BackendUse, OcrPage
from tests.unit.fakes import (
    CHARSET,
    PROFILE,
    FakeClassifier,
    FakeDetector,
    FakeRecognizer,
    blank_page,
    draw_bar,
    rgba_of,
)

UNREACHABLE: Final = ModelError("asset_unreachable", "The file cannot be had.", "Check the connection.")
WRONG: Final = BackendError("self_check_failed", "Labels are wrong.", "Use another.")
CHARSETS: Final[Mapping[Role, tuple[str, ...]]] = {"recognizer": CHARSET, "sure_recognizer": (*CHARSET, "ș")}
CASCADE: Final = replace(
    PROFILE, sure_recognizer=replace(PROFILE.recognizer, id="sure", classes=len(CHARSETS["sure_recognizer"]))
)


class Quick(FakeRecognizer):
    """Reads right, and is not sure of it."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        outputs = super().answer(image_nhwc, feeds)
        return {**outputs, "scores": np.full_like(outputs["scores"], 0.9)}


class Sure(FakeRecognizer):
    """Reads as the other does, with the characters of the sure one."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        return super().answer(image_nhwc, {**feeds, "class_mask": feeds["class_mask"][: len(CHARSET)]})


@dataclass
class Wasm:
    """A backend whose sure recogniser fails to load with the kernels named, with this error."""

    error: ModelError | BackendError
    fails_with: frozenset[str]
    kernels: str = "relaxed-simd"
    refusal: str | None = None
    remembers: bool = False
    journal: list[str] = field(default_factory=list)
    name: str = "wasm"

    async def probe(self) -> Device:
        return Device("2 threads", "key", self.kernels, self.refusal)

    async def open(self, device: Device) -> OpenSessions:
        self.journal.append(f"open {device.kernels}")
        if self.remembers and self.kernels != "stock":  # which needs no self-check
            raise WRONG

        async def load() -> FakeRecognizer:
            self.journal.append(f"load {self.kernels}")
            if self.kernels in self.fails_with:
                self.remembers = isinstance(self.error, BackendError)
                raise self.error
            return Sure()

        sessions = EngineSessions(FakeDetector(), Quick(), FakeClassifier(), LateSession(load))
        return OpenSessions(sessions, device=await self.probe())

    async def close(self) -> None:
        pass

    def refuse(self, reason: str) -> None:
        self.kernels, self.refusal = "stock", reason


def a_page() -> Tensor:
    page = blank_page()
    draw_bar(page, "alpha", (80, 100, 400, 140))
    draw_bar(page, "gamma", (80, 200, 400, 240))
    return rgba_of(page)


def read(wasm: Wasm, *, pages: int = 1, languages: tuple[str, ...] = ()) -> tuple[list[OcrPage], BackendUse]:
    async def run() -> tuple[list[OcrPage], BackendUse]:
        policy = BackendPolicy("auto", [KernelFallback(wasm, wasm.refuse)])
        engine = await RunningEngine.start(policy, partial(OcrEngine, profile=CASCADE, charsets=CHARSETS))
        options = OcrOptions(languages=languages)
        return [await engine.recognize(a_page(), options, lambda *_: None) for _ in range(pages)], engine.use

    return asyncio.run(run())


def read_by(page: OcrPage) -> list[tuple[str, str]]:
    return [(line.text, line.recognizer) for line in page.lines]


QUICKLY: Final = [("alpha", "fake-rec"), ("gamma", "fake-rec")]
SURELY: Final = [("alpha", "sure"), ("gamma", "sure")]


def test_a_sure_recogniser_whose_file_cannot_be_had_leaves_the_quick_text_and_a_notice() -> None:
    wasm = Wasm(UNREACHABLE, frozenset({"relaxed-simd"}))
    (page,), _ = read(wasm)
    assert read_by(page) == QUICKLY
    (notice,) = page.notices
    assert notice.code == "sure_recognizer_missing"
    assert notice.message.endswith("The file cannot be had. Check the connection.")


def test_it_is_tried_again_for_the_next_page() -> None:
    wasm = Wasm(UNREACHABLE, frozenset({"relaxed-simd"}))
    pages, use = read(wasm, pages=2)
    assert [len(page.notices) for page in pages] == [1, 1]
    assert wasm.journal == ["open relaxed-simd", "load relaxed-simd", "load relaxed-simd"]
    assert use.kernels == "relaxed-simd"


def test_a_page_that_needs_no_second_reading_has_no_notice() -> None:
    (page,), _ = read(Wasm(UNREACHABLE, frozenset()))
    assert read_by(page) == SURELY
    assert page.notices == ()


def test_a_language_that_only_the_sure_recogniser_writes_is_an_error_without_it() -> None:
    with pytest.raises(ModelError, match="cannot be had"):
        read(Wasm(UNREACHABLE, frozenset({"relaxed-simd"})), languages=("ro",))


def test_a_sure_recogniser_that_our_kernels_compute_wrongly_is_computed_by_the_stock_ones() -> None:
    wasm = Wasm(WRONG, frozenset({"relaxed-simd"}))
    pages, use = read(wasm, pages=2)
    assert [read_by(page) for page in pages] == [SURELY] * 2
    assert [page.notices for page in pages] == [()] * 2
    assert (use.used, use.kernels) == ("wasm", "stock")
    assert wasm.journal == ["open relaxed-simd", "load relaxed-simd", "open relaxed-simd", "open stock", "load stock"]


def test_a_sure_recogniser_that_no_kernels_compute_rightly_leaves_the_quick_text_and_is_not_tried_again() -> None:
    wasm = Wasm(WRONG, frozenset({"relaxed-simd", "stock"}))
    pages, use = read(wasm, pages=3)
    assert [read_by(page) for page in pages] == [QUICKLY] * 3
    assert {notice.code for page in pages for notice in page.notices} == {"sure_recognizer_missing"}
    assert all("Labels are wrong" in page.notices[0].message for page in pages)
    assert (use.used, use.kernels) == ("wasm", "stock")
    assert wasm.journal.count("load stock") == 1
