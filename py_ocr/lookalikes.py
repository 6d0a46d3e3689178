"""Lookalikes: characters that have the shape of others, told apart by what stands beside them.

The recogniser sees shapes. An O among digits is a zero, a Chinese ten on a page without Chinese is a plus sign, and
accents hide whether a letter is a capital.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from py_ocr.languages import is_unspaced
from py_ocr.types import TextLine

_SIGNS = {"十": "+", "一": "-", "〇": "0", "口": "0"}
"""What ideographs of few strokes are on a page that has no others."""


def tell_lookalikes(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines of a page with characters replaced that cannot be what they were read as."""
    foreign = not any(
        is_unspaced(c) and c not in _SIGNS and unicodedata.category(c) == "Lo" for c in _characters(lines)
    )
    return [_corrected(line, foreign) for line in lines]


def _characters(lines: Sequence[TextLine]) -> list[str]:
    return [character for line in lines for character in line.text]


def _corrected(line: TextLine, without_han: bool) -> TextLine:
    texts = [_corrected_word(word.text, without_han) for word in line.words]
    if all(text == word.text for text, word in zip(texts, line.words, strict=True)):
        return line
    words = tuple(replace(word, text=text) for word, text in zip(line.words, texts, strict=True))
    return replace(line, words=words, text=" ".join(word.text for word in words))


def _corrected_word(word: str, without_han: bool) -> str:
    if without_han and not word.isascii():
        word = "".join(_SIGNS.get(character, character) for character in word)
    return _capitals(_zeros(word))


def _zeros(word: str) -> str:
    """Read o and O as zeros in a number: where all else in a word is one, of twice as many digits at least."""
    letters = word.count("o") + word.count("O")
    if not letters:
        return word
    digits = sum(character.isdigit() for character in word)
    signs = sum(character in ".,:/-" for character in word)
    if digits < 2 * letters or letters + digits + signs < len(word):
        return word
    return word.replace("o", "0").replace("O", "0")


def _capitals(word: str) -> str:
    """Read accented small letters as capitals in a word whose other letters all are."""
    if word.isascii():
        return word
    letters = [character for character in word if character.isalpha()]
    plain = [character for character in letters if character.isascii() or character.isupper()]
    accented = [character for character in letters if character.islower() and not character.isascii()]
    if not accented or len(plain) < 2 or not all(character.isupper() for character in plain):
        return word
    return "".join(
        character.upper() if character in accented and len(character.upper()) == 1 else character for character in word
    )
