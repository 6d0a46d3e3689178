"""Typed reading of JSON objects: each field by name, with the type and range it must have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class WrongFieldError(ValueError):
    """A field is missing or is not what it must be; the message names it by its path."""


@dataclass(frozen=True, slots=True)
class JsonFields:
    """A JSON object; `path` is where it stands in the document. Every method raises WrongFieldError."""

    value: Any
    path: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise WrongFieldError(f"{self.path} must be an object, not {json.dumps(self.value)[:80]}.")

    def names(self) -> tuple[str, ...]:
        """Return the names of the fields."""
        return tuple(self.value)

    def has(self, name: str) -> bool:
        """Return whether the field is there and is not null."""
        return self.value.get(name) is not None

    def fields(self, name: str) -> JsonFields:
        """Return an object."""
        return JsonFields(self._get(name), f"{self.path}.{name}")

    def text(self, name: str) -> str:
        """Return a text that is not empty."""
        value = self._get(name)
        if not isinstance(value, str) or not value:
            raise self._wrong(name, "a text")
        return value

    def integer(self, name: str, *, least: int = 0) -> int:
        """Return an integer of at least `least`."""
        value = self._get(name)
        if type(value) is not int or value < least:
            raise self._wrong(name, f"an integer of at least {least}")
        return value

    def number(self, name: str, *, most: float | None = None) -> float:
        """Return a number above 0, and of at most `most` if that is given."""
        value = self._get(name)
        if type(value) not in (int, float) or value <= 0 or (most is not None and value > most):
            limit = "" if most is None else f" and at most {most:g}"
            raise self._wrong(name, f"a number above 0{limit}")
        return float(value)

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._get(name)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def integers(self, name: str) -> tuple[int, ...]:
        """Return a list of integers."""
        value = self._get(name)
        if not isinstance(value, list) or not all(type(item) is int for item in value):
            raise self._wrong(name, "a list of integers")
        return tuple(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(name, "a list of texts")
        return tuple(value)

    def pairs(self, name: str) -> tuple[tuple[float, float], ...]:
        """Return a list of pairs of numbers."""
        value = self._get(name)
        if not isinstance(value, list) or not all(_is_pair(item) for item in value):
            raise self._wrong(name, "a list of pairs of numbers")
        return tuple((float(a), float(b)) for a, b in value)

    def counts(self, name: str) -> Mapping[str, int]:
        """Return an object whose fields are all integers above 0."""
        entry = self.fields(name)
        return {key: entry.integer(key, least=1) for key in entry.names()}

    def _get(self, name: str) -> Any:
        if name not in self.value:
            raise WrongFieldError(f"{self.path} has no {name!r}.")
        return self.value[name]

    def _wrong(self, name: str, expected: str) -> WrongFieldError:
        actual = json.dumps(self.value[name])[:80]
        return WrongFieldError(f"{self.path}.{name} must be {expected}, not {actual}.")


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(item) in (int, float) for item in value)
