"""Which lines are upside down: what the classifier is shown, and what becomes of its answers."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from py_ocr.crop import CropParams, crop_line
from py_ocr.orientation import LineOrientationClassifier
from py_ocr.session import Tensor
from tests.unit.drawing import quad_of
from tests.unit.fakes import PROFILE, FakeClassifier, blank_page, draw_bar, line_crop


@pytest.mark.parametrize("width", [60, 240, 700])
def test_lines_on_their_head_are_told_from_upright_ones(width: int) -> None:
    page = blank_page()
    draw_bar(page, "alpha", (20, 100, 20 + width, 140))
    upright = crop_line(page, quad_of(10, 90, width + 20, 60), 48, CropParams())
    crops = [upright, upright.rotated(180), upright]
    model = FakeClassifier()
    classifier = LineOrientationClassifier(model, PROFILE.classifier)
    probabilities = asyncio.run(classifier.upside_down(crops))
    assert [probability > PROFILE.classifier.threshold for probability in probabilities] == [False, True, False]


def test_every_line_gets_an_answer_in_order_however_many_there_are() -> None:
    model = FakeClassifier()
    page = blank_page()
    draw_bar(page, "alpha", (20, 100, 220, 140))
    upright = crop_line(page, quad_of(10, 90, 220, 60), 48, CropParams())
    crops = [upright.rotated(180) if index % 3 == 0 else upright for index in range(50)]
    probabilities = asyncio.run(LineOrientationClassifier(model, PROFILE.classifier).upside_down(crops))
    assert [probability > 0.5 for probability in probabilities] == [index % 3 == 0 for index in range(50)]
    shape = (PROFILE.classifier.height_px, PROFILE.classifier.width_px, 3)
    assert {seen[1:] for seen in model.shapes} == {shape}


def test_no_lines_are_not_shown_to_the_model() -> None:
    model = FakeClassifier()
    assert asyncio.run(LineOrientationClassifier(model, PROFILE.classifier).upside_down([])) == ()
    assert model.shapes == []


def test_probabilities_are_plain_numbers() -> None:
    probabilities = asyncio.run(
        LineOrientationClassifier(FakeClassifier(), PROFILE.classifier).upside_down([line_crop(64)])
    )
    assert [type(probability) for probability in probabilities] == [float]
    assert not np.isnan(probabilities).any()


def test_the_order_of_the_labels_is_that_of_the_model() -> None:
    class Reversed(FakeClassifier):
        def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
            return {"probability": super().answer(image_nhwc, feeds)["probability"][:, ::-1]}

    page = blank_page()
    draw_bar(page, "alpha", (20, 100, 220, 140))
    upright = crop_line(page, quad_of(10, 90, 220, 60), 48, CropParams())
    spec = replace(PROFILE.classifier, labels_degrees=(180, 0))
    probabilities = asyncio.run(
        LineOrientationClassifier(Reversed(), spec).upside_down([upright, upright.rotated(180)])
    )
    assert [probability > 0.5 for probability in probabilities] == [False, True]
