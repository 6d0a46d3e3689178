"""A model that is loaded when it is first needed is checked and watched as those that are there from the start."""

import asyncio
from dataclasses import dataclass

import numpy as np
import pytest

from py_ocr.errors import BackendError
from py_ocr.golden import GoldenCase, golden_feeds
from py_ocr.session import LateSession, Tensor
from tests.unit.fakes import CHARSET, FakeRecognizer
from tests.unit.test_checked import SURE_PROFILE, Gpu, Store, Tensors, checked, opened


@dataclass
class OffRecognizer(FakeRecognizer):
    """Gives labels that are off by so many."""

    by: int = 1

    def answer(self, image_nhwc: Tensor, feeds: Tensors) -> Tensors:
        outputs = super().answer(image_nhwc, feeds)
        return {**outputs, "labels": outputs["labels"] + np.int32(self.by)}


def test_a_model_that_comes_later_is_loaded_and_checked_when_it_is_needed() -> None:
    gpu, store = Gpu(sure=FakeRecognizer()), Store()
    sure = opened(checked(gpu, store, SURE_PROFILE)).sessions.sure_recognizer
    assert sure is not None
    assert (gpu.loads, len(store)) == (0, 3)

    feeds = golden_feeds(GoldenCase("fake-sure", "", (1, 48, 160, 3), len(CHARSET), {}))
    asyncio.run(run_twice(sure, feeds))
    assert (gpu.loads, len(store)) == (1, 4)


def test_a_model_that_comes_later_and_computes_wrongly_is_refused_then_and_remembered() -> None:
    store = Store()
    sure = opened(checked(Gpu(sure=OffRecognizer()), store, SURE_PROFILE)).sessions.sure_recognizer
    assert sure is not None
    with pytest.raises(BackendError, match="fake-sure") as caught:
        asyncio.run(sure.loaded())
    assert caught.value.code == "self_check_failed"

    with pytest.raises(BackendError, match="fake-sure"):
        opened(checked(Gpu(sure=OffRecognizer()), store, SURE_PROFILE))


def test_a_model_that_comes_later_is_watched_as_well() -> None:
    sure = opened(
        checked(Gpu("wasm", sure=OffRecognizer(by=len(CHARSET))), Store(), SURE_PROFILE)
    ).sessions.sure_recognizer
    assert sure is not None
    feeds = golden_feeds(GoldenCase("fake-sure", "", (1, 48, 160, 3), len(CHARSET), {}))
    with pytest.raises(BackendError, match="labels lie between") as caught:
        asyncio.run(sure.run(feeds))
    assert (caught.value.code, caught.value.stage) == ("output_wrong", "recognize")


async def run_twice(session: LateSession, feeds: Tensors) -> None:
    """Run a model twice at once."""
    await asyncio.gather(session.run(feeds), session.run(feeds))
