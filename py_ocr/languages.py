"""Languages: which classes of the recogniser may occur. An exact restriction, not a preference.

Digits, punctuation and symbols may always occur; letters and ideographs only where the language writes them. Han
repertoires are those of the national character sets, through Python's own codecs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from py_ocr.errors import OptionError

ASCII_LETTERS = "abcdefghijklmnopqrstuvwxyz"

# Letters beyond a to z, lower case, as each language's orthography has them (Unicode CLDR's main exemplars).
_LATIN: Mapping[str, str] = {
    "af": "áâèéêëîïôöûü",
    "ca": "àçèéíïòóúü·",
    "cs": "áčďéěíňóřšťúůýž",
    "da": "æøåé",
    "de": "äöüß",
    "en": "éèêçñïöüàâ",
    "es": "áéíñóúü",
    "et": "äõöüšž",
    "eu": "ñç",
    "fi": "äöåšž",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "ga": "áéíóú",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "id": "",
    "is": "áðéíóúýþæö",
    "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "ms": "",
    "nl": "áäéèëíïóöúüĳ",
    "no": "æøåéàóòâô",
    "pl": "ąćęłńóśźż",
    "pt": "áâãàçéêíóôõúü",
    "ro": "ăâîșşțţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "sq": "çë",
    "sv": "åäöéà",
    "sw": "",
    "tr": "çğıiİöşüâîû",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}
_HAN_CODECS: Mapping[str, str] = {"zh-hans": "gb2312", "zh-hant": "big5", "ja": "cp932"}

LATIN_LANGUAGES: tuple[str, ...] = tuple(sorted(_LATIN))
"""The languages in Latin script."""

LANGUAGES: tuple[str, ...] = (*LATIN_LANGUAGES, "el", "ja", "zh-Hans", "zh-Hant")
"""The languages that `languages` may name."""


_FIRST_UNSPACED = 0x2E80
"""Code points from here on are Chinese, Japanese and full-width forms, which are written without spaces."""


def is_unspaced(character: str) -> bool:
    """Tell whether a character is of a script that is written without spaces between words."""
    return bool(character) and ord(character[0]) >= _FIRST_UNSPACED


def class_mask(charset: Sequence[str], languages: Iterable[str]) -> NDArray[np.float32]:
    """Return (C,) float32: 1 for the classes that may occur in any of the languages, 0 for the others.

    No language at all means every class. Raises OptionError (`language_unknown`) for a name not in LANGUAGES.
    """
    tests = [_test(language) for language in languages]
    if not tests:
        return np.ones(len(charset), dtype=np.float32)
    return np.array(
        [float(not is_letter(text) or any(test(text) for test in tests)) for text in charset], dtype=np.float32
    )


def _test(language: str) -> Callable[[str], bool]:
    name = language.lower()
    if name in _HAN_CODECS:
        codec, kana = _HAN_CODECS[name], name == "ja"
        return lambda text: (
            text.lower() in ASCII_LETTERS
            or (encodes(text, codec) and not _is_alphabetic(text) and (kana or not is_kana(text)))
        )
    if name == "el":
        return lambda text: text.lower() in ASCII_LETTERS or "GREEK" in unicodedata.name(text[0], "")
    if name in _LATIN:
        letters = frozenset(ASCII_LETTERS + _LATIN[name])
        return lambda text: text.lower() in letters or text in letters
    raise OptionError(
        "language_unknown", f"There is no language {language!r}.", f"Choose from: {', '.join(LANGUAGES)}."
    )


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
