"""The guards find what a model cannot have computed, and let everything pass that it can."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from py_ocr.backends.guards import (
    BlindnessGuard,
    GuardedSession,
    GuardParams,
    TimeLimitedSession,
    check_probability,
    check_reading,
)
from py_ocr.errors import BackendError
from py_ocr.session import InferenceSession, Tensor

Tensors = Mapping[str, Tensor]


class Session:
    """Answers what a function says of the image."""

    input_names = ("image",)
    output_names = ("probability",)

    def __init__(self, answer: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
        self.answer = answer
        self.seen: list[NDArray[Any]] = []

    async def run(self, feeds: Tensors) -> Tensors:
        self.seen.append(feeds["image"])
        return {"probability": self.answer(feeds["image"])}


class HangingSession(Session):
    """Never answers."""

    async def run(self, feeds: Tensors) -> Tensors:
        await asyncio.Event().wait()
        return await super().run(feeds)


def image(lowest: int, highest: int) -> NDArray[np.uint8]:
    """Return (1, 96, 192, 3) in two halves of grey."""
    pixels = np.full((1, 96, 192, 3), lowest, np.uint8)
    pixels[:, :, 96:] = highest
    return pixels


PHOTO = image(10, 240)


def ran(session: InferenceSession, pixels: NDArray[np.uint8]) -> Tensors:
    return asyncio.run(session.run({"image": pixels}))


def refusal(session: InferenceSession, pixels: NDArray[np.uint8]) -> BackendError:
    with pytest.raises(BackendError) as caught:
        ran(session, pixels)
    return caught.value


def constant(value: float) -> Callable[[NDArray[Any]], NDArray[Any]]:
    return lambda pixels: np.full((1, 1, *pixels.shape[1:3]), value, np.float32)


def ink(pixels: NDArray[Any]) -> NDArray[Any]:
    """See text where it is dark, and next to nothing elsewhere."""
    return np.where(pixels[:, None, :, :, 0] < 60, 0.9, 1e-5).astype(np.float32)


def only_text(pixels: NDArray[Any]) -> NDArray[Any]:
    """See text in what has the structure of text, and one value everywhere in what has not."""
    return ink(pixels) if len(np.unique(pixels)) > 2 else np.full((1, 1, *pixels.shape[1:3]), 1e-8, np.float32)


def test_a_run_that_takes_too_long_is_given_up() -> None:
    params = GuardParams(limit_s=0, limit_s_per_megapixel=0)
    error = refusal(TimeLimitedSession(HangingSession(ink), "webgpu", "detect", params), PHOTO)
    assert (error.code, error.stage) == ("backend_timeout", "detect")
    assert "webgpu" in error.cause


def test_a_run_in_time_passes_its_outputs_on() -> None:
    outputs = ran(TimeLimitedSession(Session(ink), "webgpu", "detect"), PHOTO)
    assert outputs["probability"].max() == pytest.approx(0.9)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_map_that_is_constant_whatever_is_shown_is_wrong(value: float) -> None:
    session = Session(constant(value))
    error = refusal(BlindnessGuard(session, "webgpu"), PHOTO)
    assert (error.code, error.stage) == ("output_wrong", "detect")
    assert f"{value:.3g} everywhere" in error.cause
    assert [pixels.shape for pixels in session.seen] == [PHOTO.shape] * 2


def test_a_constant_map_is_right_where_text_of_that_size_is_seen() -> None:
    session = Session(only_text)
    assert ran(BlindnessGuard(session, "webgpu"), PHOTO)["probability"].max() < 1e-7
    assert len(session.seen) == 2


@pytest.mark.parametrize("pixels", [image(255, 255), image(120, 140)], ids=["blank", "faint"])
def test_an_image_without_contrast_may_give_a_constant_map(pixels: NDArray[np.uint8]) -> None:
    session = Session(constant(0.0))
    assert ran(BlindnessGuard(session, "webgpu"), pixels)["probability"].max() == 0
    assert len(session.seen) == 1


def test_a_picture_without_text_is_not_shown_twice() -> None:
    session = Session(lambda pixels: (pixels[:, None, :, :, 0] * 1e-7).astype(np.float32))
    ran(BlindnessGuard(session, "webgpu"), PHOTO)
    assert len(session.seen) == 1


def broken(value: float) -> Callable[[NDArray[Any]], NDArray[Any]]:
    def answer(pixels: NDArray[Any]) -> NDArray[Any]:
        probability = ink(pixels)
        probability[0, 0, 50, 7] = value
        return probability

    return answer


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.5, -0.5])
def test_one_value_that_is_no_probability_is_enough(value: float) -> None:
    error = refusal(GuardedSession(Session(broken(value)), "webgpu", "detect", check_probability), PHOTO)
    assert (error.code, error.stage) == ("output_wrong", "detect")
    assert "probability" in error.cause


def reading(**changes: Any) -> dict[str, NDArray[Any]]:
    outputs: dict[str, NDArray[Any]] = {
        "labels": np.array([[0, 4, 9]], np.int32),
        "scores": np.array([[1.0, 0.7, 0.2]], np.float32),
        "space_scores": np.zeros((1, 3), np.float32),
    }
    return outputs | {name: np.array([value], outputs[name].dtype) for name, value in changes.items()}


def test_a_reading_passes() -> None:
    assert check_reading(10)(reading()) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": [0, 4, 10]}, "labels lie between 0 and 10"),
        ({"labels": [-1, 4, 9]}, "labels lie between -1 and 9"),
        ({"scores": [1.0, np.nan, 0.2]}, "scores lie between nan"),
        ({"scores": [0.0, 0.0, 0.0]}, "scores are all zero"),
        ({"space_scores": [0.0, 3.0, 0.0]}, "space_scores lie between"),
    ],
)
def test_a_reading_that_cannot_be_is_named(changes: dict[str, Any], said: str) -> None:
    assert (check_reading(10)(reading(**changes)) or "").startswith(said)


def test_no_lines_are_nothing_wrong() -> None:
    empty = {name: array[:0] for name, array in reading().items()}
    assert check_reading(10)(empty) is None
    assert check_probability({"probability": np.empty((0, 2), np.float32)}) is None
