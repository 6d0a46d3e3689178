"""Parameters that know their range: what every `*Params` class is made of.

A parameter of a stage is a field of a frozen dataclass derived from `Params`, and the text below it says what it
does, where its value comes from and what breaks when it moves. Where no source is named the value is this project's
own choice, to be judged by the public sets that `docs/accuracy.md` reports.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from py_ocr.errors import OptionError

_Number = TypeVar("_Number", int, float)


def number(
    default: _Number,
    *,
    least: float = 0,
    above: float | None = None,
    most: float | None = None,
    multiple: int | None = None,
) -> _Number:
    """Return a dataclass field for a number from `least`, or above `above`, to `most`, a multiple of `multiple`."""
    limits = {"least": least if above is None else None, "above": above, "most": most, "multiple": multiple}
    return field(default=default, metadata=limits)


def optional_whole_number(*, least: float = 0) -> int | None:
    """Return a dataclass field for a whole number from `least`, or None, which leaves the choice to somebody else."""
    limits = {"least": least, "above": None, "most": None, "multiple": None}
    return field(default=None, metadata=limits)


@dataclass(frozen=True, slots=True)
class Params:
    """Base of the parameter classes. Raises OptionError (`option_invalid`) for a value out of its range."""

    def __post_init__(self) -> None:
        for each in fields(self):
            check_value(type(self), each.name, getattr(self, each.name), f"{type(self).__name__}.{each.name}")


def check_value(params: type[Params], name: str, value: object, path: str) -> None:
    """Raise OptionError, naming the parameter by `path`, unless it may have this value."""
    known = next(each for each in fields(params) if each.name == name)
    if "least" not in known.metadata:
        return
    if known.default is None and value is None:
        return
    kind = int if known.default is None else type(known.default)
    # `bool` is a kind of `int` that nobody means as a number.
    is_number = type(value) is int or (type(value) is float and kind is float and math.isfinite(value))
    if not (is_number and isinstance(value, (int, float)) and _is_within(value, known.metadata)):
        wanted = _expectation(kind, known.metadata)
        raise OptionError("option_invalid", f"{path} cannot be {value!r}.", f"It is {wanted}.")


def _is_within(value: float, limits: Mapping[str, float | None]) -> bool:
    least, above, most, multiple = (limits[name] for name in ("least", "above", "most", "multiple"))
    return (
        (least is None or value >= least)
        and (above is None or value > above)
        and (most is None or value <= most)
        and (multiple is None or value % multiple == 0)
    )


def _expectation(kind: type, limits: Mapping[str, float | None]) -> str:
    parts = ["a whole number" if kind is int else "a number"]
    words = {"least": "of at least", "above": "above", "most": "and at most", "multiple": "and a multiple of"}
    return " ".join(parts + [f"{words[name]} {limit:g}" for name, limit in limits.items() if limit is not None])
