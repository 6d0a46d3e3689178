"""Lines the right way round: the classifier proposes, the vote of the page and the readings decide."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image, ImageDraw

from py_ocr.crop import CropParams, LineCrop, crop_line
from py_ocr.orientation import OrientationParams, ReadingPlan, choose_voters, plan_reading, possible_rotations
from py_ocr.reading import LineReader
from py_ocr.recognition import TextRecognizer
from py_ocr.session import Tensor
from py_ocr.types import OcrPage
from tests.unit.drawing import quad_of
from tests.unit.fakes import (
    CHARSET,
    PHRASES,
    PROFILE,
    FakeClassifier,
    FakeModel,
    FakeModels,
    FakeRecognizer,
    blank_page,
    draw_bar,
    line_crop,
    rgba_of,
)

THRESHOLD = 0.9
PARAMS = OrientationParams()


def plan(*upside_down: float, width: int = 300) -> ReadingPlan:
    """Return the plan for rows of equal width with these answers of the classifier."""
    (only,) = plan_reading([line_crop(width)] * len(upside_down), dict(enumerate(upside_down)), THRESHOLD, PARAMS)
    assert only.lines == tuple(range(len(upside_down)))
    return only


def test_lines_that_all_stand_upright_are_read_once_as_they_are() -> None:
    upright = plan(0.01, 0.02, 0.01, 0.03, 0.02)
    assert upright.rotation == 0
    assert (upright.retry_below, upright.probes) == ({}, ())


def test_a_line_that_the_classifier_is_unsure_of_follows_a_clear_vote() -> None:
    assert plan(0.01, 0.02, 0.6, 0.01, 0.02, 0.01).retry_below == {}


def test_a_line_that_surely_contradicts_the_vote_is_in_doubt() -> None:
    mixed = plan(0.01, 0.02, 0.99, 0.01, 0.02, 0.01)
    assert mixed.rotation == 0
    assert mixed.retry_below == {2: PARAMS.accept_confidence}


def test_too_few_lines_are_no_vote_for_those_that_are_unsure() -> None:
    assert plan(0.4, 0.01).retry_below == {0: PARAMS.accept_confidence}


def test_turning_a_page_needs_probes() -> None:
    turned = plan(*[0.99] * 8)
    assert turned.rotation == 180
    assert len(turned.probes) == 3


def test_no_lines_need_no_plan() -> None:
    assert plan_reading([], {}, THRESHOLD, PARAMS) == ()


def test_only_the_widest_lines_vote() -> None:
    crops = [line_crop(100 + 10 * index) for index in range(17)]
    assert choose_voters(crops, PARAMS) == tuple(range(5, 17))


@pytest.mark.parametrize(("says", "doubted"), [((0.01,) * 6, False), ((0.01, 0.99) * 3, True)])
def test_lines_that_did_not_vote_follow_a_clear_vote_only(says: tuple[float, ...], doubted: bool) -> None:
    crops = [line_crop(300)] * 10
    (only,) = plan_reading(crops, dict(enumerate(says)), THRESHOLD, PARAMS)
    expected = 0.9 if doubted else 0.7
    assert {index: only.retry_below[index] for index in (6, 7, 8, 9)} == dict.fromkeys((6, 7, 8, 9), expected)


@dataclass
class Mistaken(FakeClassifier):
    """A classifier that says the same of every line, with full confidence."""

    says: float = 0.99

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        turned = np.full_like(super().answer(image_nhwc, feeds)["probability"][:, 1], self.says)
        return {"probability": np.stack([1 - turned, turned], axis=1)}


def page_of_bars() -> Image.Image:
    page = blank_page(600, 800)
    for row, phrase in enumerate(PHRASES):
        draw_bar(page, phrase, (60, 80 + 110 * row, 400 + 20 * (row % 3), 110 + 110 * row))
    return page


def read(page: Image.Image, models: FakeModels | None = None) -> OcrPage:
    return asyncio.run((models or FakeModels()).engine().recognize(rgba_of(page)))


# Not among these: what the classifier surely calls upright is not read the other way, which would double the work.
@pytest.mark.parametrize(("turned", "says"), [(False, 0.01), (False, 0.99), (True, 0.99)])
def test_a_classifier_that_calls_a_whole_page_turned_does_not_cost_the_page(turned: bool, says: float) -> None:
    page = page_of_bars().rotate(180) if turned else page_of_bars()
    lines = read(page, FakeModels(classifier=Mistaken(says=says))).lines
    assert {line.text for line in lines} == set(PHRASES)
    assert {line.orientation_degrees for line in lines} == {180 if turned else 0}


def test_one_line_on_its_head_is_read_among_upright_ones() -> None:
    page = page_of_bars()
    box = (50, 70, 500, 130)
    page.paste(page.crop(box).rotate(180), box)
    lines = read(page).lines
    assert {line.text for line in lines} == set(PHRASES)
    assert {line.text: line.orientation_degrees for line in lines} == {
        phrase: 180 if phrase == PHRASES[0] else 0 for phrase in PHRASES
    }


def test_an_upright_page_is_read_once() -> None:
    models = FakeModels()
    read(page_of_bars(), models)
    assert sum(shape[0] for shape in models.recognizer.shapes) == len(PHRASES)


def standing(x: int, y: int) -> tuple[Image.Image, LineCrop]:
    """Return a page with a tall character, whose left side is where reading starts, and the column cut from it."""
    page = blank_page(800, 800)
    pen = ImageDraw.Draw(page)
    blue = 40 + 30 * PHRASES.index("ok")
    pen.rectangle((x, y, x + 39, y + 63), fill=(0, 0, blue))
    pen.rectangle((x, y, x + 7, y + 63), fill=(0, 220, blue))
    return page, crop_line(page, quad_of(x, y, 40, 64), PROFILE.recognizer.height_px, CropParams())


def read_lines(crops: Sequence[LineCrop], upside_down: Mapping[int, float]) -> list[tuple[str, LineCrop]]:
    """Return what is read on line images, and how they were turned for it."""
    recognizer = TextRecognizer(FakeRecognizer(), PROFILE.recognizer, CHARSET)
    plans = plan_reading(crops, upside_down, THRESHOLD, PARAMS)
    readings = asyncio.run(LineReader(recognizer).read(crops, plans, ()))
    return [("".join(CHARSET[step.label] for step in one.line.steps), one.crop) for one in readings]


@pytest.mark.parametrize("columns", [0, PARAMS.probes], ids=["as a probe", "as a line read badly"])
def test_a_tall_character_that_was_laid_down_is_read_standing(columns: int) -> None:
    page, crop = standing(100, 100)
    for index in range(columns):
        draw_bar(page, "alpha", (300 + 100 * index, 100, 330 + 100 * index, 500))
    longer = [
        crop_line(page, quad_of(300 + 100 * index, 100, 30, 400), PROFILE.recognizer.height_px, CropParams())
        for index in range(columns)
    ]
    crops = [*longer, crop]
    assert all(each.turned for each in crops)
    *others, (text, read_as) = read_lines(crops, dict.fromkeys(range(len(crops)), 0.01))
    assert [other for other, _ in others] == ["alpha"] * columns
    assert text == "ok"
    assert not read_as.turned
    assert read_as.quad.tolist() == quad_of(100, 100, 40, 64).tolist()


def test_a_long_column_is_not_read_standing() -> None:
    short, long = (line_crop(width) for width in (48 * 3 - 1, 48 * 3))
    for crop, expected in ((short, (0, 180, 90)), (long, (0, 180))):
        column = LineCrop(crop.image_hwc, crop.quad, crop.cut, turned=True)
        assert possible_rotations(column, PARAMS) == expected
        assert possible_rotations(crop, PARAMS) == (0, 180)


HAN_CHARSET = ("", "張", "张", "機", " ")


class FakeHanRecognizer(FakeModel):
    """Reads 機張機張 on dark lines, and on grey ones 张, or the 張 that it is, where it is not allowed 张."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        steps = image_nhwc.shape[2] // 8
        labels = np.zeros((len(image_nhwc), steps), dtype=np.int32)
        for row, image in enumerate(image_nhwc):
            doubtful = "张" if feeds["class_mask"][HAN_CHARSET.index("张")] else "張"
            for index, character in enumerate("機張機張" if image[0, 0, 0] < 50 else doubtful):
                labels[row, 1 + 2 * index] = HAN_CHARSET.index(character)
        scores = np.full(labels.shape, 0.99, dtype=np.float32)
        return {"labels": labels, "scores": scores, "space_scores": np.zeros_like(scores)}


@pytest.mark.parametrize(("languages", "expected"), [((), "張"), (("zh-Hans",), "张")])
def test_a_page_of_one_form_of_chinese_is_read_in_that_form(languages: tuple[str, ...], expected: str) -> None:
    model = FakeHanRecognizer()
    recognizer = TextRecognizer(model, PROFILE.recognizer, HAN_CHARSET)
    crops = [line_crop(96, value=0), line_crop(96, value=90), line_crop(96, value=0)]
    plans = plan_reading(crops, dict.fromkeys(range(3), 0.01), THRESHOLD, PARAMS)
    readings = asyncio.run(LineReader(recognizer).read(crops, plans, languages))
    texts = ["".join(HAN_CHARSET[step.label] for step in reading.line.steps) for reading in readings]
    assert texts == ["機張機張", expected, "機張機張"]
    assert [reading.crop for reading in readings] == crops
    # Only the line in doubt is read again, and none where the caller has said what to expect.
    assert [shape[0] for shape in model.shapes] == ([3] if languages else [3, 1])


def test_the_first_of_two_readings_that_are_as_good_is_taken() -> None:
    # Without ink, nothing is read whichever way.
    ((_, crop),) = read_lines([line_crop(300, value=255)], {0: 0.6})
    assert crop.quad.tolist() == quad_of(0, 0, 300, 48).tolist()
