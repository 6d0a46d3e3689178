"""A quick and a sure recogniser read a page together."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from py_ocr.crop import LineCrop
from py_ocr.errors import ModelError
from py_ocr.orientation import OrientationParams, plan_reading
from py_ocr.reading import LineReader
from py_ocr.recognition import TextRecognizer
from py_ocr.session import LateSession, Tensor
from tests.unit.drawing import quad_of
from tests.unit.fakes import PROFILE, FakeModel, line_crop

QUICK_CHARSET = ("", "a", "b", "?", "ă", " ")
SURE_CHARSET = ("", "ș", "b", "a", "?", "§", "ă", " ")
"""Larger, and in another order."""


@dataclass
class Scripted(FakeModel):
    """Reads what stands in its script for the grey of a line, with that score."""

    charset: tuple[str, ...] = QUICK_CHARSET
    script: Mapping[int, tuple[str, float]] = field(default_factory=dict)
    doubtful_steps: Mapping[int, slice] = field(default_factory=dict)
    """Where it reads worse than that, by the grey of a line."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        assert feeds["class_mask"].shape == (len(self.charset),)
        labels = np.zeros((len(image_nhwc), image_nhwc.shape[2] // 8), dtype=np.int32)
        scores = np.zeros(labels.shape, dtype=np.float32)
        for row, image in enumerate(image_nhwc):
            text, scores[row] = self.script[int(image[0, 0, 0])]
            for index, character in enumerate(text):
                labels[row, 1 + 2 * index] = self.charset.index(character)
            scores[row, self.doubtful_steps.get(int(image[0, 0, 0]), slice(0))] = 0.6
        return {"labels": labels, "scores": scores, "space_scores": np.zeros_like(scores)}


@dataclass
class Cascade:
    """A quick and a sure recogniser, the sure one loaded when it is first needed."""

    quick: Mapping[int, tuple[str, float]]
    sure: Mapping[int, tuple[str, float]]
    loads: int = 0
    doubtful_steps: Mapping[int, slice] = field(default_factory=dict)
    """Where the quick one is in doubt, by the grey of a line."""

    def read(self, *greys: int, languages: tuple[str, ...] = ()) -> list[str]:
        """Return what is read on rows of these greys."""
        crops = [
            replace(line_crop(160, value=grey), quad=quad_of(0, 60 * row, 160, 60 * row + 48))
            for row, grey in enumerate(greys)
        ]
        return self.read_crops(crops, languages=languages)

    def read_crops(
        self, crops: list[LineCrop], languages: tuple[str, ...] = (), upside_down: float = 0.01
    ) -> list[str]:
        """Return what is read on line images of which the classifier says that."""

        async def load() -> Scripted:
            self.loads += 1
            return self.sure_model

        self.quick_model = Scripted(script=self.quick, doubtful_steps=self.doubtful_steps)
        self.sure_model = Scripted(charset=SURE_CHARSET, script=self.sure)
        sure_spec = replace(PROFILE.recognizer, id="sure")
        sure = TextRecognizer(LateSession(load), sure_spec, SURE_CHARSET)
        quick = TextRecognizer(self.quick_model, PROFILE.recognizer, QUICK_CHARSET, written_in=SURE_CHARSET)
        plans = plan_reading(crops, dict.fromkeys(range(len(crops)), upside_down), 0.9, OrientationParams())
        self.done: list[int] = []
        self.readings = readings = asyncio.run(
            LineReader(quick, sure=sure).read(crops, plans, languages, lambda step: self.done.append(step.done))
        )
        self.by_sure = [reading.recognizer == "sure" for reading in readings]
        return ["".join(SURE_CHARSET[step.label] for step in reading.line.steps) for reading in readings]


def test_the_sure_recogniser_reads_doubtful_lines_again() -> None:
    cascade = Cascade({10: ("ab", 0.99), 20: ("a?", 0.6)}, {20: ("a§", 0.99)})
    assert cascade.read(*[10] * 30, 20, *[10] * 29) == ["ab"] * 30 + ["a§"] + ["ab"] * 29
    assert [index for index, sure in enumerate(cascade.by_sure) if sure] == [30]


def test_samples_are_read_where_there_are_letters_beyond_ascii() -> None:
    cascade = Cascade({10: ("aă", 0.99), 20: ("a?", 0.6)}, {10: ("aă", 0.99), 20: ("a§", 0.99)})
    assert cascade.read(*[10] * 30, 20, *[10] * 29) == ["aă"] * 30 + ["a§"] + ["aă"] * 29
    # One in each part of the page, and none beside the doubtful line in its middle.
    assert sum(cascade.by_sure) == 3
    assert sum(shape[0] for shape in cascade.sure_model.shapes) == 3


def test_of_a_line_with_a_doubtful_word_only_that_is_read_again() -> None:
    cascade = Cascade(
        {10: ("ab", 0.99), 20: ("ab aaaa ba", 0.99)}, {30: ("b§", 0.9)}, doubtful_steps={20: slice(7, 15)}
    )
    # Its second word, in columns of their own grey.
    image = line_crop(160, value=20).image_hwc.copy()
    image[:, 40:160] = 30
    wide = replace(line_crop(400), image_hwc=np.concatenate([image, line_crop(240, value=20).image_hwc], axis=1))
    lines = [line_crop(160, value=10)] * 12
    assert cascade.read_crops([wide, *lines]) == ["ab b§ ba", *["ab"] * 12]
    assert cascade.by_sure == [True, *[False] * 12]
    (shape,) = cascade.sure_model.shapes
    assert shape[2] < 160, "the word, and little beside it"
    # The words keep their places on the line.
    assert [round(step.position) for step in cascade.readings[0].line.steps] == [1, 3, 5, 6, 8, 15, 17, 19]


def test_a_page_of_a_few_words_is_read_by_the_sure_recogniser() -> None:
    cascade = Cascade({10: ("ab", 0.99)}, {10: ("ba", 0.99)})
    assert cascade.read(*[10] * 6) == ["ba"] * 6
    assert cascade.read(*[10] * 7) == ["ab"] * 7


def test_a_page_in_letters_that_the_quick_recogniser_lacks_is_read_by_the_sure_one() -> None:
    cascade = Cascade({10: ("aă", 0.99)}, {10: ("aș", 0.99)})
    assert cascade.read(*[10] * 40) == ["aș"] * 40
    assert sum(shape[0] for shape in cascade.sure_model.shapes) == 40, "each line once"
    # All lines are done, then it turns out that all but the samples are to be read again.
    assert (max(cascade.done[:-6]), cascade.done[-1]) == (40, 40)
    assert min(cascade.done[-6:]) < 40


@pytest.mark.parametrize(("language", "lacks"), [("ro", True), ("en", False)])
def test_a_language_that_the_quick_recogniser_cannot_write_is_read_by_the_sure_one(language: str, lacks: bool) -> None:
    cascade = Cascade({10: ("ab", 0.99)}, {10: ("ab", 0.99)})
    assert cascade.read(*[10] * 40, languages=(language,)) == ["ab"] * 40
    assert all(cascade.by_sure) is lacks
    assert (cascade.quick_model.shapes == []) is lacks


def test_the_sure_recogniser_settles_in_which_rotation_a_doubtful_line_reads() -> None:
    # A line that is dark at its left end, so that the script tells its rotations apart.
    image = np.full((48, 160, 3), 20, dtype=np.uint8)
    image[:, :80] = 10
    crop = replace(line_crop(160), image_hwc=image)
    # The quick one prefers it upside down, and neither is sure of that.
    cascade = Cascade({10: ("??", 0.6), 20: ("ab", 0.7)}, {10: ("ba", 0.99), 20: ("??", 0.6)})
    assert cascade.read_crops([crop], upside_down=0.6) == ["ba"]
    assert cascade.by_sure == [True]


def test_a_page_without_text_does_not_load_the_sure_recogniser() -> None:
    cascade = Cascade({}, {})
    assert cascade.read() == []
    assert cascade.loads == 0


def test_a_quick_recogniser_that_knows_more_than_the_sure_one_is_refused() -> None:
    with pytest.raises(ModelError, match=r"fake-rec reads '\?'") as caught:
        TextRecognizer(Scripted(), PROFILE.recognizer, QUICK_CHARSET, written_in=("", "a", "b", " "))
    assert caught.value.code == "manifest_invalid"
