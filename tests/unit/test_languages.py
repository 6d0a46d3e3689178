from collections.abc import Callable

import numpy as np
import pytest

from py_ocr import languages
from py_ocr.alphabets import HAN, LANGUAGES, alphabet, first_level
from py_ocr.errors import OptionError
from py_ocr.languages import check_languages, class_mask, is_han, is_kana, is_unspaced, writable_languages

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


@pytest.mark.parametrize(
    ("language", "letters", "ideographs"),
    [
        ("de", "aäöüßZÄÖÜ", ""),
        ("tr", "ıIiİğĞ", ""),
        ("el", "aςώΏΑ", ""),
        ("vi", "ạẠđ", ""),
        ("ja", "aZんヴーッ".replace("ー", ""), "亜腕"),
        ("zh-Hans", "z", "啊座"),
        ("zh-Hant", "z", "一籲"),
    ],
)
def test_the_letters_of_a_language(language: str, letters: str, ideographs: str) -> None:
    assert alphabet(language) >= set(letters)
    assert first_level(language) >= set(ideographs)
    assert bool(first_level(language)) is bool(ideographs)


def test_letters_that_a_language_no_longer_has_are_not_asked_for() -> None:
    assert alphabet("ja").isdisjoint("ゐゑヰヱ")
    assert first_level("ja").isdisjoint("弌")  # the first of the second level
    assert "SS" not in alphabet("de")


def test_the_first_levels_have_the_size_that_their_standards_give_them() -> None:
    # JIS X 0208, GB 2312 and Big5.
    assert {language: len(first_level(language)) for language in HAN} == {"ja": 2965, "zh-Hans": 3755, "zh-Hant": 5401}


def test_a_language_is_offered_when_each_of_its_letters_can_be_written() -> None:
    german = sorted(alphabet("de"))
    assert {"de", "en"} <= set(writable_languages(german))
    assert "fr" not in writable_languages(german)
    for letter in "Äßz":
        assert "de" not in writable_languages([each for each in german if each != letter])


@pytest.mark.parametrize("language", sorted(HAN))
def test_of_ideographs_one_in_a_hundred_may_be_missing(language: str) -> None:
    letters, ideographs = sorted(alphabet(language)), sorted(first_level(language))
    assert language in writable_languages([*letters, *ideographs[len(ideographs) // 100 :]])
    assert language not in writable_languages([*letters, *ideographs[len(ideographs) // 100 + 1 :]])
    assert language not in writable_languages([*letters[1:], *ideographs])


def test_a_language_that_cannot_be_written_is_an_error_that_says_what_is_missing() -> None:
    with pytest.raises(OptionError, match=r"cannot write ro: they lack 2 .* such as ș, ț") as caught:
        check_languages(alphabet("ro") - set("șț"), ["en", "RO"])
    assert caught.value.code == "language_unwritable"
    assert "en" in caught.value.remedy.split(" from: ")[1].rstrip(".").split(", ")
    assert "ro" not in caught.value.remedy.split(" from: ")[1].rstrip(".").split(", ")
    check_languages(alphabet("ro"), ["en", "RO"])


def test_of_an_unknown_language_those_that_can_be_written_are_listed() -> None:
    with pytest.raises(OptionError) as caught:
        check_languages(alphabet("en"), ["tlh"])
    assert caught.value.code == "language_unknown"
    assert "vi" not in caught.value.remedy
    assert "en" in caught.value.remedy


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


@pytest.mark.parametrize("character", "東あアーＡ５。（")
def test_chinese_japanese_and_full_width_forms_are_written_without_spaces(character: str) -> None:
    assert is_unspaced(character)


@pytest.mark.parametrize("character", ["a", "7", "é", "Я", "ệ", ".", "…", "→", " ", ""])
def test_everything_else_is_written_with_spaces(character: str) -> None:
    assert not is_unspaced(character)


def test_a_language_named_thousands_of_times_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    test_of, knows = languages._test, languages._knows

    def count_test(language: str) -> Callable[[str], bool]:
        looked_at.append(language)
        return test_of(language)

    def count_known(charset: frozenset[str], language: str) -> bool:
        looked_at.append(language)
        return knows(charset, language)

    monkeypatch.setattr(languages, "_test", count_test)
    monkeypatch.setattr(languages, "_knows", count_known)
    named = ("en", "EN", "eN", "de") * 1000
    assert class_mask(CHARSET, named).tolist() == class_mask(CHARSET, ("en", "de")).tolist()
    assert looked_at == ["en", "de", "en", "de"]
    looked_at.clear()
    check_languages(alphabet("en") | alphabet("de"), named)
    assert looked_at == ["en", "de"]
