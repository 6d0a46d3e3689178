from pathlib import Path

import pytest

from measure.accuracy.calibration import bin_confidences, calibrate
from measure.accuracy.judging import Judgement, right_words
from measure.accuracy.readings import Reading
from measure.accuracy.results import SetResult, SystemResult
from tests.unit.measure.accuracy.labelled import box, image

EDGES = (0.5, 0.8, 0.9, 1.0)


def test_a_bin_has_its_lower_edge_and_the_last_one_both() -> None:
    bins = bin_confidences([(0.8, True), (0.899, False), (0.9, True), (1.0, True)], EDGES)
    assert [(b.low, b.count) for b in bins] == [(0.8, 2), (0.9, 2)]


def test_confidences_below_the_edges_count_in_the_first_bin() -> None:
    (only,) = bin_confidences([(0.1, False)], EDGES)
    assert (only.low, only.mean_confidence, only.exact_rate) == (0.5, 0.1, 0.0)


def test_lines_are_judged_by_the_normalised_text_of_their_label() -> None:
    truths = [{"text": "TOTAL", "poly": box(0, 0, 50, 10)}, {"text": "9.90", "poly": box(0, 20, 50, 30)}]
    lines = [
        {"text": "total", "confidence": 0.9, "quad": box(0, 0, 50, 10)},
        {"text": "9.80", "confidence": 0.6, "quad": box(0, 20, 50, 30)},
        {"text": "elsewhere", "confidence": 0.7, "quad": box(0, 50, 50, 60)},
    ]
    read = [(image(Path("a.png"), lines=truths), Reading({"lines": lines}, None, 1.0))]
    system = SystemResult("x", "", {}, {"pages": SetResult({"e2e": 0.5}, read, 1)})
    (calibration,) = calibrate(system, ["pages"], lambda text, _set: text.casefold())
    assert (calibration.unit, calibration.count, calibration.unmatched_lines) == ("lines", 2, 1)
    assert [(b.mean_confidence, b.exact_rate) for b in calibration.bins] == [(0.6, 0.0), (0.9, 1.0)]
    assert calibration.expected_error == pytest.approx((0.6 + 0.1) / 2)


def test_a_system_without_confidences_has_no_calibration() -> None:
    truths = [{"text": "a", "poly": box(0, 0, 50, 10)}]
    lines = [{"text": "a", "quad": box(0, 0, 50, 10)}]
    read = [(image(Path("a.png"), lines=truths), Reading({"lines": lines}, None, 1.0))]
    system = SystemResult("x", "", {}, {"pages": SetResult({"e2e": 1.0}, read, 1)})
    assert calibrate(system, ["pages"], lambda text, _set: text) == ()


def test_words_are_judged_where_their_line_matches() -> None:
    words = [{"text": "Ice", "confidence": 0.9}, {"text": "creem", "confidence": 0.4}, {"text": "!", "confidence": 0.8}]
    line = {"text": "Ice creem !", "confidence": 0.7, "quad": box(0, 0, 50, 10), "words": words, "recognizer": "r"}
    judgement = Judgement()
    judgement.add_page("pages/a.png", [{"text": "Ice cream!", "poly": box(0, 0, 50, 10)}], [line], normal)
    assert [(word.confidence, word.right) for word in judgement.words] == [(0.9, True), (0.4, False), (0.8, True)]
    (judged,) = judgement.lines
    assert (judged.confidence, judged.right, judged.recognizer) == (0.7, False, "r")
    assert judged.words_confidence == pytest.approx(0.9 * 0.4 * 0.8)


@pytest.mark.parametrize(
    ("truth", "words", "right"),
    [
        ("one two", ["one", "two"], [True, True]),
        ("onetwo", ["one", "two"], [True, True]),  # spaces are not judged
        ("one two", ["one", "tow"], [True, False]),
        ("one two three", ["one", "three"], [True, True]),  # what a line lacks is no fault of its words
        ("colour", ["color"], [False]),  # but what a word lacks is
        ("ten", ["ten", ""], [True, None]),
        ("", ["x"], [False]),
    ],
)
def test_a_word_is_right_when_its_characters_are(truth: str, words: list[str], right: list[bool | None]) -> None:
    assert right_words(truth, words) == right


def normal(text: str) -> str:
    return "".join(text.casefold().split())
