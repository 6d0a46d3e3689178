"""Lookalikes: characters that have the shape of others, told apart by what stands beside them.

The recogniser sees shapes. An O among digits is a zero, a Chinese ten on a page without Chinese is a plus sign, and
accents hide whether a letter is a capital. What follows from the writing of a whole line is told in `marks` and `mrz`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from py_ocr.geometry import bounding_quad
from py_ocr.languages import is_unspaced
from py_ocr.marks import put_marks
from py_ocr.mrz import read_zone
from py_ocr.recognition import RecognizedLine
from py_ocr.types import TextLine, TextWord

_BAR_SCORE = 0.6
"""A 1 read with less than this may be an l: the two share what a bar has of evidence."""

_SIGNS = {"十": "+", "一": "-", "〇": "0", "口": "0"}
"""What ideographs of few strokes are on a page that has no others."""


def settle_bars(line: RecognizedLine, charset: Sequence[str]) -> RecognizedLine:
    """Return a reading with each 1 that is as likely none as an l, where it continues a word of small letters.

    A digit ends many names, and then its score is high; no bar tells one in `__all__`.
    """
    text = [charset[step.label] for step in line.steps]
    bars = [
        index
        for index, step in enumerate(line.steps)
        if text[index] == "1"
        and step.score < _BAR_SCORE
        and index > 0
        and text[index - 1].islower()
        and not (index + 1 < len(text) and text[index + 1].isdigit())
    ]
    if not bars or "l" not in charset:
        return line
    label = charset.index("l")
    return replace(line, steps=tuple(s._replace(label=label) if i in bars else s for i, s in enumerate(line.steps)))


def tell_lookalikes(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines of a page with characters replaced that cannot be what they were read as."""
    foreign = not any(
        is_unspaced(c) and c not in _SIGNS and unicodedata.category(c) == "Lo" for c in _characters(lines)
    )
    corrected = [_corrected(line, foreign) for line in lines]
    texts = put_marks(read_zone([line.text for line in corrected]))
    return [_saying(line, text) for line, text in zip(corrected, texts, strict=True)]


def _characters(lines: Sequence[TextLine]) -> list[str]:
    return [character for line in lines for character in line.text]


def _corrected(line: TextLine, without_han: bool) -> TextLine:
    texts = [_corrected_word(word.text, without_han) for word in line.words]
    if all(text == word.text for text, word in zip(texts, line.words, strict=True)):
        return line
    words = tuple(replace(word, text=text) for word, text in zip(line.words, texts, strict=True))
    return replace(line, words=words, text=" ".join(word.text for word in words))


def _saying(line: TextLine, text: str) -> TextLine:
    """Return a line with another text, which has as many words, or is one word in all."""
    if text == line.text:
        return line
    parts = text.split(" ")
    if len(parts) == len(line.words):
        words = tuple(replace(word, text=part) for word, part in zip(line.words, parts, strict=True))
    else:
        confidence = sum(word.confidence for word in line.words) / len(line.words)
        words = (TextWord(text, confidence, bounding_quad([word.quad for word in line.words])),)
    return replace(line, words=words, text=text)


def _corrected_word(word: str, without_han: bool) -> str:
    if without_han and not word.isascii():
        word = "".join(_SIGNS.get(character, character) for character in word)
    return _capitals(_bars(_zeros(word)))


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


def _bars(word: str) -> str:
    """Read l as I among capitals, of which there are two at least."""
    others = [character for character in word if character.isalpha() and character != "l"]
    if len(others) < 2 or not all(character.isupper() for character in others):
        return word
    return word.replace("l", "I")


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
