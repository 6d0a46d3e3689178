"""A line that was read in two rotations: which reading counts."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from py_ocr.attempts import LineReading
from py_ocr.crop import LineCrop
from py_ocr.orientation import OrientationParams, ReadingPlan, plan_reading
from py_ocr.reading import LineReader
from py_ocr.recognition import TextRecognizer
from py_ocr.session import Tensor
from tests.unit.drawing import quad_of
from tests.unit.fakes import PROFILE, FakeModel

CHARSET = ("", "0", "1", "6", "8", "9", " ")


@dataclass
class TwoWays(FakeModel):
    """Reads one text on a line whose left end is dark, another where its right end is."""

    upright: str = ""
    upright_score: float = 0.0
    flipped: str = ""
    flipped_score: float = 0.0

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:  # noqa: ARG002  # the seam
        labels = np.zeros((len(image_nhwc), image_nhwc.shape[2] // 8), dtype=np.int32)
        scores = np.zeros(labels.shape, dtype=np.float32)
        for row, image in enumerate(image_nhwc):
            stands = image[0, 0, 0] < 100
            for index, character in enumerate(self.upright if stands else self.flipped):
                labels[row, 1 + 2 * index] = CHARSET.index(character)
            scores[row] = self.upright_score if stands else self.flipped_score
        return {"labels": labels, "scores": scores, "space_scores": np.zeros_like(scores)}


def read(model: TwoWays, upside_down: float = 0.4) -> LineReading:
    """Return how a line is read of which the classifier is not sure, or says this."""
    image = np.zeros((48, 160, 3), dtype=np.uint8)
    image[:, 80:] = 200
    quad = quad_of(0, 0, 160, 48)
    plans = plan_reading([LineCrop(image, quad, quad, turned=False)], {0: upside_down}, 0.9, OrientationParams())
    return read_by(model, plans, LineCrop(image, quad, quad, turned=False))


def read_by(model: TwoWays, plans: tuple[ReadingPlan, ...], crop: LineCrop) -> LineReading:
    reader = LineReader(TextRecognizer(model, PROFILE.recognizer, CHARSET))
    (reading,) = asyncio.run(reader.read([crop], plans, ()))
    return reading


def text_of(reading: LineReading) -> str:
    return "".join(CHARSET[step.label] for step in reading.line.steps)


@pytest.mark.parametrize(("score", "text"), [(0.94, "1698"), (0.96, "8691")])
def test_a_line_is_turned_against_its_page_only_for_a_clear_lead(score: float, text: str) -> None:
    # Four characters at 0.875 are 1.5 beyond even odds; 0.3 more are 0.95 each.
    reading = read(TwoWays(upright="1698", upright_score=0.875, flipped="8691", flipped_score=score))
    assert text_of(reading) == text


def test_spaces_speak_for_no_reading() -> None:
    # Upright 0.7 beyond even odds; flipped 0.9, but 1.8 with the spaces.
    reading = read(TwoWays(upright="19", upright_score=0.85, flipped="6 1 ", flipped_score=0.95))
    assert text_of(reading) == "19"


def test_spaces_do_not_turn_probes() -> None:
    model = TwoWays(upright="19", upright_score=0.85, flipped="6 1 ", flipped_score=0.8)
    assert text_of(read(model, upside_down=0.99)) == "19"


def test_a_character_that_reads_the_same_both_ways_stands_as_its_page_and_is_as_sure_as_the_better_reading() -> None:
    reading = read(TwoWays(upright="0", upright_score=0.6, flipped="0", flipped_score=0.99))
    assert reading.crop.quad.tolist() == quad_of(0, 0, 160, 48).tolist()
    assert reading.line.confidence == pytest.approx(0.99)


def test_another_character_turns_its_line() -> None:
    reading = read(TwoWays(upright="6", upright_score=0.6, flipped="9", flipped_score=0.99))
    assert text_of(reading) == "9"
    assert reading.crop.quad[0].tolist() == [160, 48]


def test_each_character_speaks_for_a_reading_by_what_it_is_beyond_even_odds() -> None:
    # 0.5 beyond them against 0.4, though more characters were read; 0.3 against 1.6.
    assert text_of(read(TwoWays(upright="19", upright_score=0.75, flipped="8691", flipped_score=0.6))) == "19"
    assert text_of(read(TwoWays(upright="1", upright_score=0.8, flipped="8691", flipped_score=0.9))) == "8691"
