"""Machine-readable zones of travel documents, where its place says whether a character is a letter or a digit.

A line of dates is one if its check digits are right; that proves the zone, and with it the lines of names beside it.
Reference: ICAO Doc 9303, parts 3 (check digits), 4 (TD3, passports), 5 (TD1, cards) and 6 (TD2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LETTER_OF: Final = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}
_DIGIT_OF: Final = {letter: digit for digit, letter in _LETTER_OF.items()} | {"Q": "0", "D": "0"}

_ZONE = re.compile(r"[A-Z0-9<]{28,46}")
_WEIGHTS = (7, 3, 1)

_NAME_DIGITS: Final = 0.25
"""Most of the characters of a line of names, fillers aside, that may be read as digits; a document number has more."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """Where the fields of a line of dates begin. Each of the two dates has six digits and its check digit."""

    birth: int
    expiry: int
    nationality: int
    document: int | None
    least_length: int


_FORMATS = (_Fields(13, 21, 10, 0, 34), _Fields(0, 8, 15, None, 28))
"""TD3 and TD2, which have the same places, and TD1."""


def read_zone(texts: Sequence[str]) -> list[str]:
    """Return the lines of a page, with those of a machine-readable zone as it is written, and without spaces."""
    lines = [text.replace(" ", "").replace("«", "<<") for text in texts]
    dates = [_dates(line) if _ZONE.fullmatch(line) else None for line in lines]
    if not any(dates):
        return list(texts)
    names = [_ZONE.fullmatch(line) is not None and _is_names(line) for line in lines]
    return [
        found or (_swapped(line, _LETTER_OF) if is_name else text)
        for text, line, found, is_name in zip(texts, lines, dates, names, strict=True)
    ]


def _dates(line: str) -> str | None:
    """Return a line of dates with each field in its characters, if its check digits are right, else None."""
    for fields in _FORMATS:
        if len(line) < fields.least_length:
            continue
        told = _with_field(line, fields.nationality, 3, _LETTER_OF)
        for start in (fields.birth, fields.expiry):
            told = _with_field(told, start, 7, _DIGIT_OF)
        if all(_is_checked(told[start : start + 7]) for start in (fields.birth, fields.expiry)):
            return told if fields.document is None else _with_document(told)
    return None


def _is_names(line: str) -> bool:
    """Tell whether a line of a zone holds names: surname and given names are parted by two fillers."""
    written = line.replace("<", "")
    return "<<" in line.rstrip("<") and sum(map(str.isdigit, written)) <= _NAME_DIGITS * len(written)


def _with_document(line: str) -> str:
    """Return a line whose document number, its first nine places, agrees with its check digit, if a swap does that."""
    checked = _with_field(line, 9, 1, _DIGIT_OF)
    if _is_checked(checked[:10]):
        return checked
    swaps = {**_LETTER_OF, **{letter: digit for digit, letter in _LETTER_OF.items()}}
    tried = [_with_field(checked, place, 1, swaps) for place in range(9) if checked[place] in swaps]
    right = [each for each in tried if _is_checked(each[:10])]
    return right[0] if len(right) == 1 else checked


def _with_field(line: str, start: int, length: int, swaps: dict[str, str]) -> str:
    return line[:start] + _swapped(line[start : start + length], swaps) + line[start + length :]


def _swapped(text: str, swaps: dict[str, str]) -> str:
    return "".join(swaps.get(character, character) for character in text)


def _is_checked(field: str) -> bool:
    """Tell whether the last place of a field is the check digit of the others."""
    if not field[-1:].isdigit():
        return False
    total = sum(_value(character) * _WEIGHTS[place % 3] for place, character in enumerate(field[:-1]))
    return total % 10 == int(field[-1])


def _value(character: str) -> int:
    return 0 if character == "<" else int(character, 36)
