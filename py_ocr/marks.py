"""Marks: signs that the recognisers have no class for, or take for others, put where the writing demands them.

They know no inverted exclamation mark and no low quotation mark: those are read as a letter, as commas, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_SENTENCE = re.compile(r"(?:^|(?<=[.!?…:\"”»)] ))([«\"“(]*)([^\s«\"“(][^.!?]*!)")
_SPANISH: Final = "¿"
_MISREAD_OPENING = re.compile(r"[ijlI1!|](?=[A-ZÁÉÍÓÚÑÜ])")

_DOUBLE_LOW = re.compile(r"(?<![^\s(\[]),,(?=\w)")
_SINGLE_LOW = re.compile(r"(?<![^\s(\[]),(?=\w[^,]*\w['‘’](?!\w))")
_CLOSED_ONLY = re.compile(r"^([^\"“„]*(?<!\S))(\w+[\"“])(?!\w)")

_MINUTES = re.compile(r"(\d ?° ?\d+)['’‘](?!\w)")
_SECONDS = re.compile(r"(\d ?° ?\d+[′'’] ?\d+(?:[.,]\d+)?)[\"”“](?!\w)")
_PER_MILLE = re.compile(r"(?<![^\s\d])((?:\d[\d.,]*)? ?)%o(?!\w)")

_GREEK = re.compile(r"[α-ωά-ώΑ-Ω]")
_OTHER_GREEK: Final = "μΩ"
_MICRO = re.compile(r"(?<!\w)μ(?=[mgslAVWFHJPTK]\w?(?!\w))")
_NUMBER_OF_POUNDS = re.compile(r"(\d|[½¼¾⅓⅔]) I(?=bs?(?!\w))")


def put_marks(texts: Sequence[str]) -> list[str]:
    """Return the lines of a page, words parted by single spaces as before, with marks that were lost or misread."""
    page = " ".join(texts)
    spanish = _SPANISH in page
    latin = not any(letter not in _OTHER_GREEK for letter in _GREEK.findall(page))
    return [_put(text, spanish=spanish, latin=latin) for text in texts]


def _put(text: str, *, spanish: bool, latin: bool) -> str:
    if spanish and "!" in text:
        text = _SENTENCE.sub(_opened, text)
    text = _opened_low(text)
    text = _SECONDS.sub(r"\1″", _MINUTES.sub(r"\1′", text))
    text = _PER_MILLE.sub(r"\1‰", text)
    text = _NUMBER_OF_POUNDS.sub(r"\1 l", text)
    return _MICRO.sub("µ", text) if latin else text


def _opened_low(text: str) -> str:
    """Return a line with low marks that open quotations; where it has one, a word that is only closed lost its own."""
    text = _SINGLE_LOW.sub("‚", _DOUBLE_LOW.sub("„", text))
    return _CLOSED_ONLY.sub(r"\1„\2", text) if "‚" in text else text


def _opened(match: re.Match[str]) -> str:
    """Return an exclamation with the mark that opens it, unless it goes on from the line before."""
    quotes, sentence = match.groups()
    if sentence[0] in "¡¿":
        return match[0]
    misread = _MISREAD_OPENING.match(sentence)
    if misread is None and not sentence[0].isupper():
        return match[0]
    return f"{quotes}¡{sentence[1:] if misread else sentence}"
