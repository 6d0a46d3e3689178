"""CTC decoding by hand-made cases."""

import numpy as np
import pytest

from py_ocr.ctc import decode_best_paths
from py_ocr.types import CtcStep


def decode(labels: list[int], scores: list[float] | None = None, blank: int = 0) -> tuple[CtcStep, ...]:
    (steps,) = decode_best_paths(
        np.array([labels], dtype=np.int32),
        np.array([scores or [0.5] * len(labels)], dtype=np.float32),
        np.array([len(labels)], dtype=np.float64),
        blank=blank,
    )
    return steps


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


@pytest.mark.parametrize(
    ("labels", "scores", "lengths"), [((3,), (3,), (3,)), ((2, 3), (2, 4), (2,)), ((2, 3), (2, 3), (3,))]
)
def test_there_is_a_score_for_each_label_and_a_length_for_each_line(
    labels: tuple[int, ...], scores: tuple[int, ...], lengths: tuple[int]
) -> None:
    with pytest.raises(ValueError, match="labels"):
        decode_best_paths(np.zeros(labels, dtype=np.int32), np.zeros(scores, dtype=np.float32), np.zeros(lengths))


def test_lines_decoded_together_are_what_each_of_them_is_alone() -> None:
    labels = np.array([[3, 3, 0], [3, 3, 3], [0, 0, 0], [1, 0, 1]], dtype=np.int32)
    scores = np.linspace(0.1, 0.9, labels.size, dtype=np.float32).reshape(labels.shape)
    together = decode_best_paths(labels, scores, np.full(4, 3.0))
    assert together == [decode(line.tolist(), score.tolist()) for line, score in zip(labels, scores, strict=True)]
    assert [len(line) for line in together] == [1, 1, 0, 2]


@pytest.mark.parametrize(("length", "labels"), [(4.5, [1, 2, 3]), (4.0, [1, 2]), (2.0, [1]), (0.0, [])])
def test_what_stands_behind_the_end_of_a_line_is_padding(length: float, labels: list[int]) -> None:
    row = np.array([[1, 0, 2, 0, 3]], dtype=np.int32)
    (steps,) = decode_best_paths(row, np.full((1, 5), 0.5, dtype=np.float32), np.array([length]))
    assert [step.label for step in steps] == labels


def test_the_first_label_starts_a_character_whatever_it_is() -> None:
    steps = decode([1, 2, 2], [0.5, 0.25, 0.75], blank=7)
    assert [(step.label, step.position, step.score) for step in steps] == [(1, 0, 0.5), (2, 1.5, 0.75)]


def test_the_first_label_is_the_blank_where_nobody_says_otherwise() -> None:
    labels, scores = np.array([[0, 1, 0]], dtype=np.int32), np.full((1, 3), 0.5, dtype=np.float32)
    assert decode_best_paths(labels, scores, np.array([3.0])) == [(CtcStep(1, 1, 0.5),)]
