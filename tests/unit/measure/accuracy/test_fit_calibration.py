"""What confidences mean, as fitted to readings of which it is known whether they are right."""

import pytest

from measure.accuracy.fit_calibration import cross_validated_error, fit
from measure.accuracy.judging import Judged


def judged(confidence: float, right: int, of: int, image: str = "a") -> list[Judged]:
    return [Judged(confidence, index < right, f"{image}{index}", "r", confidence) for index in range(of)]


def test_each_part_of_the_readings_gives_how_often_they_are_right() -> None:
    readings = judged(0.99, 9, 10) + judged(0.5, 3, 10)
    assert fit(readings, points=2) == [(0.5, 0.3), (0.99, 0.9)]


def test_a_rate_that_would_fall_is_that_of_both_parts() -> None:
    readings = judged(0.5, 6, 10) + judged(0.7, 4, 10) + judged(0.9, 8, 10)
    assert fit(readings, points=3) == [(pytest.approx(0.6), 0.5), (0.9, 0.8)]


def test_points_that_rounding_puts_above_each_other_are_one() -> None:
    assert fit(judged(0.99991, 5, 10) + judged(0.99994, 9, 10), points=2) == [(0.9999, 0.9)]


def test_few_readings_give_fewer_points() -> None:
    assert fit(judged(0.5, 0, 1) + judged(0.8, 1, 1)) == [(0.5, 0.0), (0.8, 1.0)]


def test_the_error_is_that_on_images_that_were_not_fitted_to() -> None:
    # What is right three times in four at .95 is calibrated well by the other images, whichever those are.
    steady = [each for image in range(100) for each in judged(0.95, 3, 4, f"image {image} ")]
    assert cross_validated_error(steady) < 0.05
    raw = sum(each.confidence - each.right for each in steady) / len(steady)
    assert raw == pytest.approx(0.2)
