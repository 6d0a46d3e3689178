"""Which lines are upside down: what the classifier is shown, and what becomes of its answers."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from py_ocr.crop import PAD_VALUE, CropParams, LineCrop, crop_line
from py_ocr.orientation import (
    LineOrientationClassifier,
    OrientationParams,
    ReadingPlan,
    choose_voters,
    plan_reading,
)
from py_ocr.session import Tensor
from tests.unit.drawing import quad_of
from tests.unit.fakes import PROFILE, FakeClassifier, blank_page, draw_bar, line_crop

PARAMS = OrientationParams()


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


def test_a_line_is_shown_at_the_left_in_its_proportions_on_grey() -> None:
    shown: list[Tensor] = []

    class Watching(FakeClassifier):
        def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
            shown.append(image_nhwc.copy())
            return super().answer(image_nhwc, feeds)

    # The model takes 48 x 192: a line of half that height is enlarged, a long one squeezed.
    crops = [line_crop(20, value=30, height=24), line_crop(900, value=60), line_crop(1, value=90, height=480)]
    asyncio.run(LineOrientationClassifier(Watching(), PROFILE.classifier).upside_down(crops))
    ((small, long, thin),) = shown
    assert (small[:, :40] == 30).all()
    assert (small[:, 40:] == PAD_VALUE).all()
    assert (long == 60).all()
    assert (thin[:, :1] == 90).all()
    assert (thin[:, 1:] == PAD_VALUE).all()


def test_grey_is_what_the_models_were_padded_with() -> None:
    assert PAD_VALUE == 127


@pytest.mark.parametrize(("count", "runs"), [(16, [16]), (17, [16, 1]), (32, [16, 16])])
def test_lines_are_shown_sixteen_at_a_time(count: int, runs: list[int]) -> None:
    model = FakeClassifier()
    asyncio.run(LineOrientationClassifier(model, PROFILE.classifier).upside_down([line_crop(64)] * count))
    assert [shape[0] for shape in model.shapes] == runs


def column_crop(width: int) -> LineCrop:
    crop = line_crop(width)
    return LineCrop(crop.image_hwc, crop.quad, crop.cut, turned=True)


def test_twelve_rows_and_twelve_columns_vote_and_the_widest_of_each() -> None:
    crops = [line_crop(500 - index) for index in range(15)] + [column_crop(200 + index) for index in range(15)]
    assert choose_voters(crops, PARAMS) == (*range(12), *range(18, 30))


def planned(says: Mapping[int, float], widths: Sequence[int]) -> ReadingPlan:
    (plan,) = plan_reading([line_crop(width) for width in widths], says, 0.9, PARAMS)
    return plan


def test_lines_vote_with_their_width() -> None:
    assert planned({0: 0.99, 1: 0.01, 2: 0.01}, [400, 150, 150]).rotation == 180
    assert planned({0: 0.99, 1: 0.01, 2: 0.01}, [200, 150, 150]).rotation == 0


def test_a_draw_leaves_the_lines_as_they_are() -> None:
    assert planned({0: 0.99, 1: 0.01}, [200, 200]).rotation == 0
    assert planned({0: 0.5}, [200]).rotation == 0


def test_a_vote_counts_from_a_half_on_and_none_turns_nothing() -> None:
    assert planned({0: 0.51}, [200]).rotation == 180
    assert planned({}, [200]).rotation == 0


@pytest.mark.parametrize(("against", "follow"), [(100, True), (101, False)])
def test_a_vote_is_clear_from_four_fifths_on(against: int, follow: bool) -> None:
    # The last line did not vote: it follows a clear vote unless it reads badly, else it is in doubt.
    plan = planned({0: 0.01, 1: 0.01, 2: 0.01, 3: 0.01, 4: 0.99}, [100, 100, 100, 100, against, 50])
    assert plan.retry_below[5] == (PARAMS.accept_confidence_unseen if follow else PARAMS.accept_confidence)


@pytest.mark.parametrize(("voters", "follow"), [(4, True), (3, False)])
def test_it_takes_four_lines_for_a_clear_vote(voters: int, follow: bool) -> None:
    plan = planned(dict.fromkeys(range(voters), 0.99), [100] * (voters + 1))
    assert plan.rotation == 180
    assert plan.retry_below[voters] == (PARAMS.accept_confidence_unseen if follow else PARAMS.accept_confidence)


def test_a_clear_vote_for_turning_settles_as_one_against_it() -> None:
    turned = planned(dict.fromkeys(range(6), 0.99), [100] * 6)
    assert turned.retry_below.keys() == set(turned.probes), "which are settled by what is read"
    assert planned(dict.fromkeys(range(6), 0.01), [100] * 6).retry_below == {}


@pytest.mark.parametrize(
    ("says", "doubted"),
    [(0.9, True), (0.89, False), (0.5, False), (0.11, False), (0.1, False)],
    ids=["surely against", "unsure", "undecided", "unsurely with it", "surely with it"],
)
def test_only_who_surely_contradicts_a_clear_vote_is_in_doubt(says: float, doubted: bool) -> None:
    plan = planned({**dict.fromkeys(range(5), 0.01), 5: says}, [100] * 5 + [50])
    assert plan.retry_below == ({5: PARAMS.accept_confidence} if doubted else {})


@pytest.mark.parametrize(("says", "doubted"), [(0.1, False), (0.11, True), (0.5, True), (0.89, True), (0.9, True)])
def test_without_a_clear_vote_only_who_surely_agrees_is_beyond_doubt(says: float, doubted: bool) -> None:
    plan = planned({0: 0.01, 1: says}, [300, 50])
    assert plan.rotation == 0
    assert plan.retry_below == ({1: PARAMS.accept_confidence} if doubted else {})


def test_the_three_widest_lines_are_probes_where_the_vote_is_to_turn_them() -> None:
    widths = [100, 300, 200, 400, 150]
    assert planned(dict.fromkeys(range(5), 0.99), widths).probes == (1, 2, 3)
    assert planned(dict.fromkeys(range(5), 0.01), widths).probes == ()


def test_columns_always_have_probes_and_vote_apart_from_rows() -> None:
    crops = [line_crop(300), column_crop(300), line_crop(300), column_crop(400)]
    rows, columns = plan_reading(crops, {0: 0.01, 1: 0.99, 2: 0.01, 3: 0.99}, 0.9, PARAMS)
    assert (rows.lines, rows.rotation, rows.probes) == ((0, 2), 0, ())
    assert (columns.lines, columns.rotation, columns.probes) == ((1, 3), 180, (1, 3))
    _, upright = plan_reading(crops, dict.fromkeys(range(4), 0.01), 0.9, PARAMS)
    assert (upright.rotation, upright.probes) == (0, (1, 3))


def test_what_may_be_a_tall_character_stands_first_and_is_in_doubt_however_sure_the_classifier_is() -> None:
    (plan,) = plan_reading([column_crop(100)], {0: 0.01}, 0.9, PARAMS)
    assert (plan.lines, plan.rotation, plan.probes) == ((0,), 90, ())
    assert plan.rotations == {0: (90, 0, 180)}
    assert plan.retry_below == {0: PARAMS.accept_confidence}


def test_tall_characters_have_no_say_in_how_the_columns_of_a_page_are_turned() -> None:
    crops = [line_crop(500), column_crop(400), *[column_crop(143)] * 4]
    rows, short, columns = plan_reading(crops, {0: 0.01, 1: 0.01, **dict.fromkeys(range(2, 6), 0.99)}, 0.9, PARAMS)
    assert (rows.lines, columns.lines, columns.rotation) == ((0,), (1,), 0)
    assert (short.lines, short.rotation) == ((2, 3, 4, 5), 90)


@pytest.mark.parametrize(("rows_px", "lie"), [(399, True), (400, False)])
def test_on_a_page_of_columns_short_ones_lie_as_the_others_do(rows_px: int, lie: bool) -> None:
    crops = [line_crop(rows_px), column_crop(400), column_crop(100)]
    _, second, *rest = plan_reading(crops, dict.fromkeys(range(3), 0.01), 0.9, PARAMS)
    if lie:
        assert (second.lines, rest) == ((1, 2), [])
        assert second.rotations[2] == (0, 180, 90)
        assert second.retry_below == dict.fromkeys((1, 2), PARAMS.accept_confidence)
    else:
        assert (second.lines, second.rotation) == ((2,), 90)


@pytest.mark.parametrize(("width", "short"), [(143, True), (144, False)])
def test_a_short_column_is_less_than_three_times_as_long_as_wide(width: int, short: bool) -> None:
    (plan,) = plan_reading([column_crop(width)], {0: 0.01}, 0.9, PARAMS)
    assert (plan.rotation == 90) is short


def test_a_plan_names_its_attempts() -> None:
    plan = ReadingPlan(
        lines=(0, 1, 2),
        rotation=180,
        probes=(1,),
        retry_below={0: 0.9, 1: 0.9, 2: 0.7},
        rotations={0: (0, 180), 1: (0, 180, 90), 2: (0, 180, 90)},
    )
    assert plan.probing() == [(1, 0), (1, 180), (1, 90)]
    assert plan.reading(180) == [(0, 180), (2, 180)]
    assert plan.reading(0) == [(0, 0), (2, 0)]
    # A line read with just what it needs is not read again; nor is a probe, which was read in all its rotations.
    assert plan.retrying(180, {0: 0.9, 1: 0.1, 2: 0.69}) == [(2, 0), (2, 90)]
    assert plan.retrying(180, {0: 0.89, 1: 0.1, 2: 0.7}) == [(0, 0)]
