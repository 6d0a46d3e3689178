"""CTC decoding by hand-made cases."""

import numpy as np
import pytest

from py_ocr.ctc import decode_best_path
from py_ocr.types import CtcStep


def decode(labels: list[int], scores: list[float] | None = None, blank: int = 0) -> tuple[CtcStep, ...]:
    return decode_best_path(
        np.array(labels, dtype=np.int32),
        np.array(scores or [0.5] * len(labels), dtype=np.float32),
        blank=blank,
    )


def test_equal_labels_side_by_side_are_one_character() -> None:
    assert [step.label for step in decode([3, 3, 3, 5, 5])] == [3, 5]


def test_a_blank_between_equal_labels_makes_them_two_characters() -> None:
    assert [step.label for step in decode([3, 0, 3, 3])] == [3, 3]


def test_the_position_is_the_centre_of_the_merged_steps() -> None:
    assert [step.position for step in decode([0, 3, 3, 0, 5, 0, 7, 7, 7])] == [1.5, 4, 7]


def test_the_score_is_the_best_of_the_merged_steps() -> None:
    assert [step.score for step in decode([3, 3, 0, 5], [0.25, 0.75, 1, 0.5])] == [0.75, 0.5]


@pytest.mark.parametrize("labels", [[], [0], [0, 0, 0]])
def test_a_line_of_blanks_or_of_nothing_has_no_characters(labels: list[int]) -> None:
    assert decode(labels) == ()


def test_any_label_can_be_the_blank() -> None:
    assert [step.label for step in decode([0, 9, 0, 2], blank=9)] == [0, 0, 2]


@pytest.mark.parametrize(("labels", "scores"), [((2, 3), (2, 3)), ((3,), (4,))])
def test_labels_and_scores_must_be_of_one_line(labels: tuple[int, ...], scores: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="labels"):
        decode_best_path(np.zeros(labels, dtype=np.int32), np.zeros(scores, dtype=np.float32))


def test_the_first_label_starts_a_character_whatever_it_is() -> None:
    steps = decode([1, 2, 2], [0.5, 0.25, 0.75], blank=7)
    assert [(step.label, step.position, step.score) for step in steps] == [(1, 0, 0.5), (2, 1.5, 0.75)]


def test_the_first_label_is_the_blank_where_nobody_says_otherwise() -> None:
    labels, scores = np.array([0, 1, 0], dtype=np.int32), np.full(3, 0.5, dtype=np.float32)
    assert decode_best_path(labels, scores) == (CtcStep(1, 1, 0.5),)
