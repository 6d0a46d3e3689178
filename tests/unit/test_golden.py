"""The golden self-check finds what is wrong with a backend, and only that."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from py_ocr.errors import ModelError
from py_ocr.golden import GoldenCase, difference_from, first_difference, golden_image, load_golden, summarize

STEPS = 20


def text_map() -> NDArray[np.float32]:
    """Return (1, 1, 64, 128): a map with two bands of text."""
    probability = np.full((1, 1, 64, 128), 1e-4, np.float32)
    probability[..., 8:24, 10:100] = 0.98
    probability[..., 40:56, 10:120] = 0.97
    return probability


def detector_case() -> GoldenCase:
    expected = {name: array.round(4) for name, array in summarize({"probability": text_map()}).items()}
    return GoldenCase("det", "small", (1, 64, 128, 3), 0, expected)


def recognizer_outputs() -> dict[str, NDArray[Any]]:
    labels = np.arange(STEPS, dtype=np.int32)[None] % 5
    scores = np.linspace(0.5, 0.999, STEPS, dtype=np.float32)[None]
    return {"labels": labels, "scores": scores, "space_scores": np.zeros((1, STEPS), np.float32)}


def recognizer_case() -> GoldenCase:
    expected = summarize(recognizer_outputs())
    return GoldenCase("rec", "small", (1, 48, 160, 3), 7, expected)


class FixedSession:
    """A session that gives the same outputs whatever it is fed, and keeps what that was."""

    input_names = ("image", "class_mask")
    output_names = ("labels", "scores", "space_scores")

    def __init__(self, outputs: Mapping[str, NDArray[Any]]) -> None:
        self.outputs = outputs
        self.fed: list[Mapping[str, NDArray[Any]]] = []

    async def run(self, feeds: Mapping[str, NDArray[Any]]) -> Mapping[str, NDArray[Any]]:
        self.fed.append(feeds)
        return self.outputs


def test_the_input_is_the_same_in_every_runtime() -> None:
    image = golden_image((2, 100, 200, 3))
    assert image.shape == (2, 100, 200, 3)
    assert image.dtype == np.uint8
    assert hashlib.sha256(image.tobytes()).hexdigest() == (
        "f038700d01b0de94a9fb3667e19ebf7857244528500514e415fbb3b531fd9d7e"
    )


def test_the_input_has_ink_on_paper_and_every_second_image_upside_down() -> None:
    upright, turned = golden_image((2, 96, 192, 3))
    assert 0.05 < (upright < 100).mean() < 0.3
    assert (upright[:9] > 200).all()
    assert (turned[-9:] > 200).all()
    assert (turned[-48:] < 100).any()


def test_right_outputs_pass_also_with_other_rounding() -> None:
    assert difference_from(detector_case(), {"probability": text_map() * np.float32(0.999)}) is None
    assert difference_from(recognizer_case(), recognizer_outputs()) is None


@pytest.mark.parametrize(
    "broken",
    [
        np.zeros_like(text_map()),
        np.full_like(text_map(), 0.5),
        text_map()[..., ::-1].copy(),
        text_map()[..., :32, :].copy(),
    ],
    ids=["zeros", "constant", "mirrored", "half"],
)
def test_a_wrong_text_map_is_found(broken: NDArray[np.float32]) -> None:
    assert (difference_from(detector_case(), {"probability": broken}) or "").startswith("block_means are off by")


def test_a_single_nan_anywhere_on_the_map_is_found() -> None:
    broken = text_map()
    broken[0, 0, 63, 1] = np.nan
    assert difference_from(detector_case(), {"probability": broken}) == (
        "block_means are off by nan, where 0.01 is tolerable"
    )


def test_a_wrong_label_is_found_where_the_model_was_sure_and_tolerated_where_it_was_not() -> None:
    outputs = recognizer_outputs()
    outputs["labels"][0, 0] += 1
    assert difference_from(recognizer_case(), outputs) is None
    outputs["labels"][0, -1] += 1
    assert difference_from(recognizer_case(), outputs) == "1 of 20 labels are wrong"


def test_wrong_scores_are_found() -> None:
    outputs = recognizer_outputs()
    outputs["scores"] = outputs["scores"] - np.float32(0.1)
    assert difference_from(recognizer_case(), outputs) == "scores are off by 0.1, where 0.03 is tolerable"


def test_a_missing_output_is_found() -> None:
    assert difference_from(recognizer_case(), {}) == "there are no labels of shape (1, 20)"


def test_cases_run_in_their_order_until_one_is_wrong() -> None:
    good, bad = FixedSession(recognizer_outputs()), FixedSession({})
    cases = (recognizer_case(), recognizer_case())

    assert asyncio.run(first_difference(good, cases)) is None
    assert [feeds["image"].shape for feeds in good.fed] == [(1, 48, 160, 3)] * 2
    assert good.fed[0]["class_mask"].tolist() == [1.0] * 7
    assert (asyncio.run(first_difference(bad, cases)) or "").startswith("rec, small input: there are no labels")
    assert len(bad.fed) == 1


def test_references_are_read_by_model() -> None:
    case = {"shape": [1, 48, 160, 3], "expected": {"labels": [[0, 3]], "scores": [[0.9, 0.8]]}}
    text = json.dumps({"schema": 1, "models": {"rec": {"sha256": "", "classes": 7, "cases": {"small": case}}}})
    (loaded,) = load_golden(text)["rec"]

    assert (loaded.model_id, loaded.name, loaded.shape, loaded.classes) == ("rec", "small", (1, 48, 160, 3), 7)
    assert loaded.expected["labels"].tolist() == [[0, 3]]


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 2, "models": {}}', '{"schema": 1, "models": {"rec": {}}}'])
def test_unreadable_references_are_an_error_with_a_remedy(text: str) -> None:
    with pytest.raises(ModelError, match="self-check") as caught:
        load_golden(text)
    assert caught.value.code == "golden_invalid"
    assert caught.value.remedy
