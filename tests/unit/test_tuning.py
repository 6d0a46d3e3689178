"""Tuning: parameters by name, and what is said of names and values that do not exist."""

from typing import Any

import pytest

from py_ocr.engine import EngineParams
from py_ocr.errors import OptionError
from py_ocr.tuning import parse_override, tuned


def test_what_is_named_changes_and_the_rest_stays() -> None:
    params = tuned({"detection": {"long_side_px": 1280, "max_enlargement": 1}, "orientation": {"max_voters": 0}})
    assert params.detection.long_side_px == 1280
    assert params.detection.max_enlargement == 1
    assert params.orientation.max_voters == 0
    assert params.detection.short_side_px == EngineParams().detection.short_side_px
    assert params.layout == EngineParams().layout


def test_nothing_named_changes_nothing() -> None:
    assert tuned({}) == EngineParams()


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"detector": {}}, "has no stage 'detector'. Choose from: detection"),
        ({"detection": {"size": 1}}, "has no parameter 'size'. Choose from: short_side_px"),
        ({"detection": {"long_side_px": 12.5}}, "cannot be 12.5. It is a whole number"),
        ({"detection": {"long_side_px": -1}}, "cannot be -1"),
        ({"detection": {"long_side_px": True}}, "cannot be True"),
        ({"detection": {"max_enlargement": "2"}}, "cannot be '2'. It is a number"),
        ({"detection": {"max_enlargement": float("nan")}}, "cannot be nan"),
        ({"detection": 3}, "params.detection must be an object"),
        ([], "params must be an object"),
    ],
)
def test_what_does_not_exist_is_an_error_that_says_what_does(overrides: Any, said: str) -> None:
    with pytest.raises(OptionError) as raised:
        tuned(overrides)
    assert raised.value.code == "option_invalid"
    assert said in str(raised.value)


def test_an_override_is_written_as_a_path_and_a_number() -> None:
    assert parse_override("detection.long_side_px=1280") == ("detection", "long_side_px", 1280)
    assert parse_override("detection.max_enlargement=1.25") == ("detection", "max_enlargement", 1.25)


@pytest.mark.parametrize("text", ["detection", "detection.long_side_px", "long_side_px=1", "a.b=many"])
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_override(text)
