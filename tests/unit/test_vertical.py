"""Stacks of characters: read as one line and one by one, the better reading counts."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from py_ocr.attempts import LineReading
from py_ocr.crop import LineCrop
from py_ocr.orientation import LineOrientationClassifier
from py_ocr.reading import LineReader
from py_ocr.recognition import RecognizedLine, TextRecognizer
from py_ocr.session import Tensor
from py_ocr.stacks import Stack
from py_ocr.types import CtcStep, Quad
from py_ocr.vertical import VerticalLineReader
from tests.unit.drawing import quad_of
from tests.unit.fakes import PROFILE, FakeClassifier, FakeModel, line_crop

CHARSET = ("", "a", "b", "7", "你", "好", " ")


@dataclass
class OneText(FakeModel):
    """Reads the same text on every line image, with this score."""

    text: str = "abab"
    score: float = 0.9

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:  # noqa: ARG002  # the seam
        labels = np.zeros((len(image_nhwc), image_nhwc.shape[2] // 8), dtype=np.int32)
        for index, character in enumerate(self.text):
            labels[:, 1 + 2 * index] = CHARSET.index(character)
        scores = np.full(labels.shape, self.score, dtype=np.float32)
        return {"labels": labels, "scores": scores, "space_scores": np.zeros_like(scores)}


def part(text: str, score: float) -> LineReading:
    steps = tuple(CtcStep(CHARSET.index(c), 1 + 2 * index, score) for index, c in enumerate(text))
    return LineReading(line_crop(48), RecognizedLine(steps, np.zeros(6, dtype=np.float32), 48))


def text_of(reading: LineReading) -> str:
    return "".join(CHARSET[step.label] for step in reading.line.steps)


def join(
    parts: Sequence[LineReading], members: Sequence[Sequence[int]], whole: OneText
) -> tuple[tuple[LineReading, ...], list[Quad]]:
    """Return what becomes of readings of which these may be lines, and the quads that were cut out for it."""
    cut_out: list[Quad] = []

    def crop(quad: Quad) -> LineCrop:
        cut_out.append(quad)
        return line_crop(192)

    stacks = [Stack(tuple(some), quad_of(50, 100, 20, 20 * len(some))) for some in members]
    reader = LineReader(TextRecognizer(whole, PROFILE.recognizer, CHARSET))
    vertical = VerticalLineReader(LineOrientationClassifier(FakeClassifier(), PROFILE.classifier), reader, CHARSET)
    return asyncio.run(vertical.join(stacks, parts, (), crop)), cut_out


def test_characters_that_read_badly_one_by_one_become_the_line_that_reads_well() -> None:
    parts = [part("a", 0.6), part("ab", 0.99), part("b", 0.6), part("", 0), part("7", 0.6)]
    joined, cut_out = join(parts, [(0, 2, 3, 4)], OneText(score=0.9))
    assert [text_of(reading) for reading in joined] == ["ab", "abab"]
    assert joined[0] is parts[1]
    assert [quad.tolist() for quad in cut_out] == [quad_of(50, 100, 20, 80).tolist()]


@pytest.mark.parametrize(("score", "joined"), [(0.94, True), (0.92, False)])
def test_characters_that_read_clearly_better_one_by_one_stay_apart(score: float, joined: bool) -> None:
    # Four characters at 0.95 are 1.8 beyond even odds; the line has to have 0.95 of that.
    parts = [part("7", 0.95)] * 4
    after, cut_out = join(parts, [(0, 1, 2, 3)], OneText(score=score))
    assert (len(after) == 1) is joined
    assert len(cut_out) == 1


def test_a_list_of_words_is_not_even_looked_at() -> None:
    model = OneText(score=0.99)
    parts = [part("ab", 0.6), part("a", 0.6), part("ba", 0.6), part("7", 0.6)]
    joined, cut_out = join(parts, [(0, 1, 2, 3)], model)
    assert joined == tuple(parts)
    assert cut_out == []
    assert model.shapes == []


def test_each_stack_is_judged_by_itself() -> None:
    weak, sure, word = part("a", 0.6), part("7", 0.99), part("ab", 0.6)
    joined, cut_out = join([weak] * 4 + [sure] * 4 + [word] * 4, [range(4), range(4, 8), range(8, 12)], OneText())
    assert len(cut_out) == 2
    assert [text_of(reading) for reading in joined] == ["7"] * 4 + ["ab"] * 4 + ["abab"]
