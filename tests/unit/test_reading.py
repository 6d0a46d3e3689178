"""Lines the right way round: the classifier proposes, the vote of the page and the readings decide."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from py_ocr.orientation import OrientationParams, ReadingPlan, choose_voters, plan_reading
from py_ocr.session import Tensor
from py_ocr.types import OcrPage
from tests.unit.fakes import PHRASES, FakeClassifier, FakeModels, blank_page, draw_bar, line_crop, rgba_of

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
    assert len(turned.probes) == PARAMS.probes


def test_no_lines_need_no_plan() -> None:
    assert plan_reading([], {}, THRESHOLD, PARAMS) == ()


def test_only_the_widest_lines_vote() -> None:
    crops = [line_crop(100 + 10 * index) for index in range(PARAMS.max_voters + 5)]
    assert choose_voters(crops, PARAMS) == tuple(range(5, PARAMS.max_voters + 5))


@pytest.mark.parametrize(("says", "doubted"), [((0.01,) * 6, False), ((0.01, 0.99) * 3, True)])
def test_lines_that_did_not_vote_follow_a_clear_vote_only(says: tuple[float, ...], doubted: bool) -> None:
    crops = [line_crop(300)] * 10
    (only,) = plan_reading(crops, dict(enumerate(says)), THRESHOLD, PARAMS)
    expected = PARAMS.accept_confidence if doubted else PARAMS.accept_confidence_unseen
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
