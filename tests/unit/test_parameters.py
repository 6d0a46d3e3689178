"""Parameters: the ranges that they know, and what is said of values outside."""

from dataclasses import dataclass

import pytest

from py_ocr.engine import EngineParams
from py_ocr.errors import OptionError
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognitionParams
from py_ocr.tuning import tuned


@dataclass(frozen=True, slots=True)
class Sample(Params):
    count: int = number(4, least=2, most=9)
    share: float = number(0.5, above=0, most=1)
    side: int = number(64, multiple=32)


@pytest.mark.parametrize(
    "values", [{"count": 2}, {"count": 9}, {"share": 1}, {"share": 1e-9}, {"side": 0}, {"side": 96}]
)
def test_what_lies_in_the_range_is_taken(values: dict[str, float]) -> None:
    sample = Sample(**values)  # type: ignore[arg-type]  # the types are what is tested
    assert {name: getattr(sample, name) for name in values} == values


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("count", 1, "Sample.count cannot be 1. It is a whole number of at least 2 and at most 9."),
        ("count", 10, "Sample.count cannot be 10."),
        ("count", 3.0, "Sample.count cannot be 3.0."),
        ("count", True, "Sample.count cannot be True."),
        ("count", "3", "Sample.count cannot be '3'."),
        ("share", 0, "Sample.share cannot be 0. It is a number above 0 and at most 1."),
        ("share", float("nan"), "Sample.share cannot be nan."),
        ("share", float("inf"), "Sample.share cannot be inf."),
        ("side", 33, "Sample.side cannot be 33. It is a whole number of at least 0 and a multiple of 32."),
    ],
)
def test_what_does_not_is_an_error_that_says_what_does(name: str, value: object, said: str) -> None:
    with pytest.raises(OptionError) as raised:
        Sample(**{name: value})  # type: ignore[arg-type]  # as above
    assert raised.value.code == "option_invalid"
    assert str(raised.value).startswith(said)


@pytest.mark.parametrize(
    ("stage", "values"),
    [
        ("recognition", {"width_step_px": 0}),
        ("recognition", {"batch_lines": 0}),
        ("rejection", {"long_characters": 1}),
        ("detection", {"tile_px": 128, "tile_overlap_px": 128}),
        ("detection", {"tile_px": 1000}),
        ("crop", {"vertical_ratio": 0}),
        ("orientation", {"batch_lines": 0}),
        ("layout", {"row_lookback": 0}),
        ("stacks", {"max_aspect": 0}),
    ],
)
def test_values_on_which_a_stage_would_break_are_refused(stage: str, values: dict[str, float]) -> None:
    with pytest.raises(OptionError) as raised:
        tuned({stage: values})
    assert raised.value.code == "option_invalid"
    assert next(iter(values)) in str(raised.value)


def test_the_error_names_the_parameter_as_the_caller_did() -> None:
    with pytest.raises(OptionError, match=r"params\.recognition\.width_step_px cannot be 0"):
        tuned({"recognition": {"width_step_px": 0}})
    with pytest.raises(OptionError, match=r"RecognitionParams\.width_step_px cannot be 0"):
        RecognitionParams(width_step_px=0)


def test_the_defaults_lie_in_their_ranges() -> None:
    assert tuned({}) == EngineParams()
