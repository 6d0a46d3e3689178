"""Lines whose letters are narrower than the recogniser's steps: when they are read again, and which reading counts."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest

from py_ocr.attempts import LineReading
from py_ocr.condensed import CondensedParams, stretch_of
from py_ocr.crop import LineCrop
from py_ocr.orientation import OrientationParams, plan_reading
from py_ocr.reading import LineReader
from py_ocr.recognition import RecognizedLine, TextRecognizer
from py_ocr.session import Tensor
from py_ocr.types import CtcStep
from tests.unit.drawing import quad_of
from tests.unit.fakes import PROFILE, FakeModel

CHARSET = ("", "a", "b", "c", " ")
PARAMS = CondensedParams()


def line(text: str, pitch: float, score: float = 0.9) -> RecognizedLine:
    """Return a reading whose characters stand `pitch` steps apart."""
    steps = tuple(CtcStep(CHARSET.index(c), pitch * at, score) for at, c in enumerate(text))
    return RecognizedLine(steps, np.zeros(40, dtype=np.float32), 320)


@pytest.mark.parametrize(("pitch", "stretch"), [(1.0, 2.0), (1.5, 2.0), (1.6, 1.875), (1.8, 3 / 1.8), (1.9, 1.0)])
def test_narrow_letters_are_stretched_to_an_ordinary_pitch(pitch: float, stretch: float) -> None:
    assert stretch_of(line("abcabc", pitch), CHARSET, PARAMS) == pytest.approx(stretch)


@pytest.mark.parametrize(("score", "again"), [(0.96, True), (0.98, False)])
def test_what_was_read_surely_is_not_read_again(score: float, again: bool) -> None:
    assert (stretch_of(line("abcabc", 1.5, score), CHARSET, PARAMS) > 1) is again


@pytest.mark.parametrize(("text", "again"), [("ab", False), ("a b", False), ("abc", True), ("", False)])
def test_a_pitch_takes_three_characters(text: str, again: bool) -> None:
    assert (stretch_of(line(text, 1.0), CHARSET, PARAMS) > 1) is again


def test_a_stretched_line_keeps_its_place() -> None:
    quad, cut = quad_of(0, 0, 160, 48), quad_of(-4, -4, 168, 56)
    image = np.zeros((48, 160, 3), dtype=np.uint8)
    image[:, 80:] = 200
    wide = LineCrop(image, quad, cut, turned=True).stretched(1.5)
    assert wide.image_hwc.shape == (48, 240, 3)
    assert (wide.image_hwc[0, 0, 0], wide.image_hwc[0, 118, 0] < 100, wide.image_hwc[0, 122, 0] > 100) == (
        0,
        True,
        True,
    )
    assert (wide.quad is quad, wide.cut is cut, wide.turned) == (True, True, True)


@dataclass
class ByWidth(FakeModel):
    """Reads one text on narrow images and another one on images wider than 200 pixels, a character a step."""

    wide: str = ""
    wide_score: float = 0.0

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:  # noqa: ARG002  # the seam
        labels = np.zeros((len(image_nhwc), image_nhwc.shape[2] // 8), dtype=np.int32)
        is_wide = image_nhwc.shape[2] > 200
        for at, character in enumerate(self.wide if is_wide else "abc"):
            labels[:, at] = CHARSET.index(character)
        scores = np.full(labels.shape, self.wide_score if is_wide else 0.9, dtype=np.float32)
        return {"labels": labels, "scores": scores, "space_scores": np.zeros_like(scores)}


def read(model: ByWidth, params: CondensedParams = PARAMS) -> LineReading:
    image = np.zeros((48, 160, 3), dtype=np.uint8)
    quad = quad_of(0, 0, 160, 48)
    crops = [LineCrop(image, quad, quad, turned=False)]
    plans = plan_reading(crops, {0: 0.0}, 0.9, OrientationParams())
    reader = LineReader(TextRecognizer(model, PROFILE.recognizer, CHARSET), condensed=params)
    (reading,) = asyncio.run(reader.read(crops, plans, (), lambda *_: None))
    return reading


def text_of(reading: LineReading) -> str:
    return "".join(CHARSET[step.label] for step in reading.line.steps)


def test_the_stretched_line_counts_where_more_speaks_for_it() -> None:
    reading = read(ByWidth(wide="abcac", wide_score=0.9))
    assert text_of(reading) == "abcac"
    # Its characters are placed on the image that they were read on.
    assert reading.crop.image_hwc.shape == (48, 320, 3)


def test_otherwise_the_first_reading_stays() -> None:
    reading = read(ByWidth(wide="abcac", wide_score=0.7))
    assert text_of(reading) == "abc"
    assert reading.crop.image_hwc.shape == (48, 160, 3)


def test_without_narrow_letters_nothing_is_stretched() -> None:
    assert text_of(read(ByWidth(wide="abcac", wide_score=0.9), replace(PARAMS, max_pitch=0.5))) == "abc"
