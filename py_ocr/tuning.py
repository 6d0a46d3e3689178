"""Tuning: parameters of the stages, changed by name.

Who embeds the engine may trade accuracy for speed, or fit a stage to images of one kind, without touching code:
`{"detection": {"long_side_px": 1280}}`. The names are those of EngineParams and of the classes that it is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from py_ocr.engine import EngineParams
from py_ocr.errors import OptionError
from py_ocr.parameters import check_value

Overrides = Mapping[str, Mapping[str, int | float]]
"""Values by the stage's field of EngineParams and the parameter's name."""


def tuned(overrides: Overrides, base: EngineParams = EngineParams()) -> EngineParams:
    """Return `base` with other values. Raises OptionError for a name or a value that does not exist."""
    if not isinstance(overrides, Mapping):
        raise OptionError("option_invalid", "params must be an object of stages.", 'As in {"detection": {…}}.')
    stages = {}
    for stage, values in overrides.items():
        _known("stage", stage, base, "params")
        if not isinstance(values, Mapping):
            raise OptionError("option_invalid", f"params.{stage} must be an object.", "It holds values by their names.")
        params = getattr(base, stage)
        for name, value in values.items():
            _known("parameter", name, params, f"params.{stage}")
            check_value(type(params), name, value, f"params.{stage}.{name}")
        stages[stage] = replace(params, **values)
    return replace(base, **stages)


def parse_override(text: str) -> tuple[str, str, int | float]:
    """Return the stage, the name and the value of `stage.name=value`. Raises ValueError for another form."""
    path, equals, number = text.partition("=")
    stage, dot, name = path.strip().partition(".")
    if not (equals and dot):
        raise ValueError("expected stage.name=value")
    try:
        return stage, name, int(number)
    except ValueError:
        return stage, name, float(number)


def _known(kind: str, name: str, params: Any, path: str) -> None:
    names = [field.name for field in fields(params)]
    if name not in names:
        raise OptionError("option_invalid", f"{path} has no {kind} {name!r}.", f"Choose from: {', '.join(names)}.")
