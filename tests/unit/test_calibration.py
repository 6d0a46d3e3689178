import json

import pytest

from py_ocr.calibration import Calibration, CalibrationParams, calibrated, read_calibration
from py_ocr.json_fields import JsonFields, WrongFieldError
from py_ocr.types import TextLine, TextWord
from tests.unit.drawing import quad_of

QUAD = quad_of(0, 0, 10, 10)
HALVED = Calibration(lines=((0.5, 0.2), (0.9, 0.6)), words=((1.0, 0.5),))


def line(*words: float, confidence: float = 0.99, recognizer: str = "r") -> TextLine:
    parts = tuple(TextWord("x", word, QUAD) for word in words)
    return TextLine("x", confidence, QUAD, parts, recognizer=recognizer)


def confidences(of: TextLine, **options: float) -> tuple[float, list[float]]:
    (result,) = calibrated([of], {"r": HALVED}, CalibrationParams(**options))
    return result.confidence, [word.confidence for word in result.words]


def test_a_line_is_as_sure_as_all_its_words_are_together() -> None:
    whole, words = confidences(line(0.9, 0.8))
    # .72 lies 55 % of the way from .5 to .9.
    assert whole == pytest.approx(0.2 + 0.4 * 0.55)
    assert words == pytest.approx([0.45, 0.4])


@pytest.mark.parametrize(
    ("product", "rate"), [(0.0, 0.0), (0.25, 0.1), (0.5, 0.2), (0.9, 0.6), (0.95, 0.6), (1.0, 0.6)]
)
def test_below_the_first_point_it_falls_to_nothing_and_above_the_last_it_stays(product: float, rate: float) -> None:
    assert confidences(line(product))[0] == pytest.approx(rate)


def test_a_line_without_words_has_a_confidence_of_its_own() -> None:
    assert confidences(line(confidence=0.5))[0] == pytest.approx(0.2)


def test_a_recogniser_that_was_not_measured_reports_the_product() -> None:
    (result,) = calibrated([line(0.9, 0.8, recognizer="other")], {"r": HALVED})
    assert result.confidence == pytest.approx(0.72)
    assert [word.confidence for word in result.words] == [0.9, 0.8]


def test_the_weight_tells_how_far_it_is_followed() -> None:
    whole, words = confidences(line(0.9, 0.8), weight=0)
    assert whole == pytest.approx(0.72)
    assert words == [0.9, 0.8]
    assert confidences(line(0.5), weight=0.5)[0] == pytest.approx(0.35)


def test_everything_else_of_a_line_stays() -> None:
    before = line(0.9)
    (after,) = calibrated([before], {"r": HALVED})
    assert (after.text, after.quad, after.recognizer) == (before.text, before.quad, before.recognizer)
    assert [word.text for word in after.words] == ["x"]


def fields(lines: object) -> JsonFields:
    return JsonFields(json.loads(json.dumps({"lines": lines, "words": [[0.5, 0.5]]})), "calibration.r")


def test_a_calibration_is_read_from_the_manifest() -> None:
    assert read_calibration(fields([[0.5, 0], [0.9, 1]])) == Calibration(((0.5, 0.0), (0.9, 1.0)), ((0.5, 0.5),))


@pytest.mark.parametrize(
    "points",
    [[], [[0, 0.5]], [[0.5, 0.6], [0.5, 0.7]], [[0.5, 0.6], [0.9, 0.5]], [[0.5, 1.1]], [[1.1, 1]], [[0.5]], "x"],
)
def test_points_that_do_not_rise_are_refused(points: object) -> None:
    with pytest.raises(WrongFieldError, match=r"calibration\.r\.lines must be"):
        read_calibration(fields(points))
