import numpy as np
import pytest

from py_ocr.errors import OptionError
from py_ocr.languages import LANGUAGES, class_mask

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
