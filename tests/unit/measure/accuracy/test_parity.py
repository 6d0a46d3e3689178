from pathlib import Path

from measure.accuracy.parity import Difference, compare
from measure.accuracy.readings import Reading
from measure.accuracy.results import SetResult, SystemResult
from tests.unit.measure.accuracy.labelled import image, reading

FAILED = Reading(None, "it failed", 1.0)


def system(name: str, engine: str = "e1", **readings: Reading) -> SystemResult:
    pairs = [(image(Path(f"{stem}.png")), found) for stem, found in readings.items()]
    return SystemResult(name, "", {"engine": engine}, {"pages": SetResult({"cacc": 1.0}, pairs, len(pairs))})


def test_only_images_that_both_have_read_are_compared() -> None:
    parity = compare(system("l", a=reading("x"), b=reading("y")), system("r", a=reading("x")))
    assert (parity.compared, parity.differences) == (1, [])


def test_a_difference_in_one_character_shows_the_lines_it_is_in() -> None:
    parity = compare(system("l", a=reading("same", "l0st")), system("r", a=reading("same", "lost")))
    assert parity.differences == [Difference("pages/a.png", "l0st", "lost")]


def test_a_failure_on_one_side_is_a_difference_and_on_both_it_is_not() -> None:
    assert len(compare(system("l", a=FAILED), system("r", a=reading("x"))).differences) == 1
    assert compare(system("l", a=FAILED), system("r", a=FAILED)).differences == []


def test_readings_of_another_version_of_the_engine_are_told_apart() -> None:
    assert compare(system("l", a=reading("x")), system("r", a=reading("x"))).same_engine
    assert not compare(system("l", a=reading("x")), system("r", "e2", a=reading("x"))).same_engine
