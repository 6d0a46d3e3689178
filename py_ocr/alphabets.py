"""Alphabets: the letters of each language that a profile of models may offer.

The languages are those that PP-OCRv6's publisher names. Letters are CLDR's main exemplar characters (release 48.2),
ideographs the first level of each national character set, through Python's own codecs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

ASCII_LETTERS = "abcdefghijklmnopqrstuvwxyz"

# What each language adds to a to z, in small letters.
LATIN: Mapping[str, str] = {
    "af": "áâèéêëîïôöû",
    "az": "çəğıİöşü",
    "bs": "čćđšž",
    "ca": "àçèéíïòóúü·",
    "cs": "áčďéěíňóřšťúůýž",
    "cy": "àáâäèéêëìíîïòóôöùúûüýÿŵŷẁẃẅỳ",
    "da": "åæø",
    "de": "äöüß",
    "en": "",
    "es": "áéíñóúü",
    "et": "äõöüšž",
    "eu": "çñ",
    "fi": "äåöšž",
    "fil": "ñ",
    "fr": "àâæçèéêëîïôœùûüÿ",
    "ga": "áéíóú",
    "gl": "áéíïñóúü",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "id": "",
    "is": "áæéíðóöúýþ",
    "it": "àèéìòù",
    "ku": "çêîûş",
    "la": "",
    "lb": "äéë",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "mi": "āēīōū",
    "ms": "",
    "mt": "àċèġħìòùż",
    "nl": "áäéëíïóöúü",
    "no": "àåæéòóôø",
    "oc": "àáçèéíïòóúü",
    "pi": "āīūñŋśḍḷṁṃṅṇṣṭ",
    "pl": "ąćęłńóśźż",
    "pt": "àáâãçéêíòóôõú",
    "qu": "ñʼ",
    "rm": "àèéìòù",
    "ro": "ăâîșț",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "sq": "çë",
    "sr-Latn": "čćđšž",
    "sv": "àåäéö",
    "sw": "",
    "tr": "çğıİöşü",
    "uz": "ʻʼ",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}

# Letters of loanwords, names and older spellings, with which a language is written, too; models need not know them.
LATIN_LOANS: Mapping[str, str] = {
    "af": "ü",
    "da": "é",
    "en": "àâçèéêïñöü",
    "it": "íîóú",
    "nl": "èĳ",
    "no": "â",
    "pt": "ü",
    "ro": "şţ",
    "tr": "âîû",
}

GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"

# The codec of the national character set, and the first and the last code of its first level: what schools teach.
HAN: Mapping[str, tuple[str, int, int]] = {
    "ja": ("cp932", 0x889F, 0x9872),
    "zh-Hans": ("gb2312", 0xB0A1, 0xD7F9),
    "zh-Hant": ("big5", 0xA440, 0xC67E),
}

# Kana as written since the reform of 1946, which gave up ゐ and ゑ. Of ヴ there is no common Hiragana.
_KANA = frozenset(map(chr, [*range(0x3041, 0x3094), *range(0x30A1, 0x30F5)])) - frozenset("ゐゑヰヱヮゎ")

LANGUAGES: tuple[str, ...] = (*sorted(LATIN), "el", *sorted(HAN))
"""Every language whose letters are known, as BCP 47 tags; a profile offers those that its models can write."""


def alphabet(language: str) -> frozenset[str]:
    """Return the letters of one of LANGUAGES without its ideographs, small and capital."""
    if language in HAN:
        return frozenset(_with_capitals(ASCII_LETTERS)) | (_KANA if language == "ja" else frozenset())
    return frozenset(_with_capitals(ASCII_LETTERS + (GREEK if language == "el" else LATIN[language])))


@cache
def first_level(language: str) -> frozenset[str]:
    """Return the ideographs of the first level of a language's national character set; other languages have none."""
    if language not in HAN:
        return frozenset()
    codec, first, last = HAN[language]
    codes = (code.to_bytes(2, "big").decode(codec, "ignore") for code in range(first, last + 1))
    return frozenset(text for text in codes if len(text) == 1 and "\u3400" <= text <= "\u9fff")


def _with_capitals(letters: str) -> Iterator[str]:
    """Yield each letter and its capital, where that is one character: that of ß is two."""
    yield from letters
    yield from (letter.upper() for letter in letters if len(letter.upper()) == 1)
