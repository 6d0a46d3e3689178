"""Languages: which of them a recogniser can write, and which of its classes may occur in one.

The latter is an exact restriction, not a preference. Digits, punctuation and symbols may always occur; letters and
ideographs only where the language writes them. Han repertoires are those of the national character sets, through
Python's own codecs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from py_ocr.alphabets import ASCII_LETTERS, HAN, LANGUAGES, LATIN, LATIN_LOANS, alphabet, first_level
from py_ocr.errors import OptionError

LATIN_LANGUAGES: tuple[str, ...] = tuple(sorted(LATIN))
"""The languages in Latin script."""

_MAX_MISSING_IDEOGRAPHS = 0.01
"""A Chinese or Japanese repertoire counts as known when at most this part of its first level is missing: small knows
all but 14 of 2,965 in the worst one, tiny lacks hundreds of the Japanese and the traditional ones."""

_FIRST_UNSPACED = 0x2E80
"""Code points from here on are Chinese, Japanese and full-width forms, which are written without spaces."""


def is_unspaced(character: str) -> bool:
    """Tell whether a character is of a script that is written without spaces between words."""
    return bool(character) and ord(character[0]) >= _FIRST_UNSPACED


def writable_languages(charset: Collection[str]) -> tuple[str, ...]:
    """Return the languages that a recogniser with these characters offers: all of whose letters it can write."""
    known = frozenset(charset)
    return tuple(language for language in LANGUAGES if _knows(known, language))


def check_languages(charset: Collection[str], languages: Iterable[str]) -> None:
    """Raise OptionError for a language that there is not (`language_unknown`) or that these characters do not suffice
    to write (`language_unwritable`).
    """
    known = frozenset(charset)
    for language in _distinct(languages, among=lambda: writable_languages(known)):
        if not _knows(known, language):
            missing = sorted((alphabet(language) | first_level(language)) - known)
            raise OptionError(
                "language_unwritable",
                f"The models of this profile cannot write {language}: they lack {len(missing)} of its characters, "
                f"such as {', '.join(missing[:5])}.",
                f"Choose another profile, or from: {', '.join(writable_languages(known))}.",
            )


def _knows(charset: frozenset[str], language: str) -> bool:
    ideographs = first_level(language)
    return alphabet(language) <= charset and len(ideographs - charset) <= _MAX_MISSING_IDEOGRAPHS * len(ideographs)


def class_mask(charset: Sequence[str], languages: Iterable[str]) -> NDArray[np.float32]:
    """Return (C,) float32: 1 for the classes that may occur in any of the languages, 0 for the others.

    No language at all means every class. Raises OptionError (`language_unknown`) for a name not in LANGUAGES.
    """
    tests = [_test(language) for language in _distinct(languages)]
    if not tests:
        return np.ones(len(charset), dtype=np.float32)
    return np.array(
        [float(not is_letter(text) or any(test(text) for test in tests)) for text in charset], dtype=np.float32
    )


def _distinct(languages: Iterable[str], among: Callable[[], Sequence[str]] = lambda: LANGUAGES) -> list[str]:
    """Return each language once, as LANGUAGES spells it, or raise an error that offers others."""
    names = {name.lower(): name for name in LANGUAGES}
    found: dict[str, None] = {}
    for language in languages:
        name = names.get(language.lower())
        if name is None:
            remedy = f"Choose from: {', '.join(among())}."
            raise OptionError("language_unknown", f"There is no language {language!r}.", remedy)
        found[name] = None
    return list(found)


def _test(language: str) -> Callable[[str], bool]:
    if language in HAN:
        (codec, *_), kana = HAN[language], language == "ja"
        return lambda text: (
            text.lower() in ASCII_LETTERS
            or (encodes(text, codec) and not _is_alphabetic(text) and (kana or not is_kana(text)))
        )
    if language == "el":
        return lambda text: text.lower() in ASCII_LETTERS or "GREEK" in unicodedata.name(text[0], "")
    letters = frozenset(ASCII_LETTERS + LATIN[language] + LATIN_LOANS.get(language, ""))
    return lambda text: text.lower() in letters or text in letters


def is_letter(text: str) -> bool:
    """Tell whether a class is a letter, an ideograph or a combining mark."""
    return bool(text) and unicodedata.category(text[0]).startswith(("L", "M"))


def _is_alphabetic(text: str) -> bool:
    """Tell a letter of the Latin, Greek or Cyrillic alphabet, which the Chinese and Japanese sets hold, too."""
    return unicodedata.name(text[0], "").startswith(("LATIN", "GREEK", "CYRILLIC"))


def is_han(character: str) -> bool:
    """Tell a Chinese character: CJK Unified Ideographs and their Extension A."""
    return "\u3400" <= character <= "\u9fff"


def is_kana(character: str) -> bool:
    """Tell a letter of Hiragana or Katakana. Their middle dot and length mark are used in Chinese, too."""
    return "\u3041" <= character <= "\u30ff" and character not in "・ー"


@cache
def encodes(text: str, codec: str) -> bool:
    """Tell whether a national character set, by the name of its codec, has a character."""
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
