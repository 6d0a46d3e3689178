import numpy as np
import pytest

from py_ocr.errors import OptionError
from py_ocr.languages import LANGUAGES, class_mask, is_han, is_kana

CHARSET = ("", "a", "Z", "é", "ß", "7", "¥", "張", "张", "中", "あ", "α", "Я", " ")


def allowed(*languages: str) -> str:
    return "".join(text for text, flag in zip(CHARSET, class_mask(CHARSET, languages), strict=True) if flag)


def test_without_a_language_everything_may_occur() -> None:
    mask = class_mask(CHARSET, ())
    assert mask.dtype == np.float32
    assert mask.tolist() == [1.0] * len(CHARSET)


@pytest.mark.parametrize(
    ("language", "letters"),
    [
        ("en", "aZé"),
        ("de", "aZß"),
        ("fr", "aZé"),
        ("zh-Hant", "aZ張中"),
        ("zh-Hans", "aZ张中"),
        ("ja", "aZ張中あ"),
        ("el", "aZα"),
    ],
)
def test_a_language_allows_its_letters_and_every_sign(language: str, letters: str) -> None:
    text = allowed(language)
    assert {"7", "¥", " "} <= set(text)
    assert {c for c in text if c.isalpha()} == set(letters)


def test_languages_add_up_and_blank_is_always_allowed() -> None:
    assert {c for c in allowed("de", "zh-Hant") if c.isalpha()} == set("aZß張中")
    assert class_mask(CHARSET, ("en",))[0] == 1


def test_an_unknown_language_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(OptionError, match="zh-Hant") as caught:
        class_mask(CHARSET, ("klingon",))
    assert caught.value.code == "language_unknown"


def test_every_language_listed_can_be_used() -> None:
    assert LANGUAGES
    for language in LANGUAGES:
        assert class_mask(CHARSET, (language,))[1] == 1


@pytest.mark.parametrize(
    ("language", "text", "possible"),
    [
        ("de", "ẞ", True),  # the capital of a letter that is listed
        ("de", "Ä", True),
        ("de", "é", False),
        ("tr", "İ", True),  # its lower case is two characters
        ("tr", "I", True),
        ("el", "Ω", True),
        ("el", "ώ", True),
        ("el", "я", False),
        ("en", "я", False),
        ("en", "中", False),
        ("ja", "ア", True),
        ("ja", "я", False),  # cp932 has Cyrillic and Greek, which Japanese is not written in
        ("ja", "α", False),
        ("ja", "é", False),
        ("ja", "東", True),
        ("ja", "东", False),
        ("zh-Hans", "あ", False),  # gb2312 has kana
        ("zh-Hans", "я", False),
        ("zh-Hans", "ā", False),  # and pinyin
        ("zh-Hans", "b", True),
        ("zh-Hant", "b", True),
        ("zh-Hans", "ー", False),
        ("de", "\u0301", False),  # a combining mark is part of a letter
        ("de", "，", True),
        ("zh-Hans", "€", True),
    ],
)
def test_what_each_language_is_written_in(language: str, text: str, possible: bool) -> None:
    assert class_mask([text], (language,)).tolist() == [float(possible)]


def test_names_of_languages_are_read_in_any_case() -> None:
    assert class_mask(["張", "张"], ("ZH-HANT",)).tolist() == [1, 0]
    assert class_mask(["ß", "é"], ("De",)).tolist() == [1, 0]


def test_a_class_of_several_characters_goes_by_its_first_one() -> None:
    assert class_mask(["…a", "1я", "яa"], ("en",)).tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("character", "han"),
    [("㏿", False), ("㐀", True), ("中", True), ("\u9fff", True), ("\ua000", False), ("あ", False)],
)
def test_chinese_characters_are_the_unified_ideographs(character: str, han: bool) -> None:
    assert is_han(character) is han


@pytest.mark.parametrize(
    ("character", "kana"),
    [("\u3040", False), ("ぁ", True), ("ヿ", True), ("\u3100", False), ("・", False), ("ー", False), ("中", False)],
)
def test_kana_is_hiragana_and_katakana_without_their_marks(character: str, kana: bool) -> None:
    assert is_kana(character) is kana
