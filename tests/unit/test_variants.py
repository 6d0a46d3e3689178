import pytest

from py_ocr.variants import han_variant_conflict


def test_a_page_of_one_chinese_names_the_characters_of_the_other() -> None:
    assert han_variant_conflict(["張老師", "機車修理", "张"]) == ("zh-Hant", frozenset("张"))
    assert han_variant_conflict(["东西", "专业", "東"]) == ("zh-Hans", frozenset("東"))


@pytest.mark.parametrize("texts", [[], ["Plain Latin"], ["中文"], ["張老師"], ["あの張张張張"]])
def test_pages_without_a_contradiction_and_japanese_are_left_alone(texts: list[str]) -> None:
    assert han_variant_conflict(texts) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("張機车", ("zh-Hant", frozenset("车"))),
        ("張车", None),
        ("張機師车东", None),
        ("張機師車车东", ("zh-Hant", frozenset("车东"))),
        ("车东張", ("zh-Hans", frozenset("張"))),
        ("车东专張機", None),
        ("车东专业張機", ("zh-Hans", frozenset("張機"))),
    ],
)
def test_a_page_is_in_the_form_that_two_thirds_of_its_telling_characters_have(
    text: str, expected: tuple[str, frozenset[str]] | None
) -> None:
    assert han_variant_conflict([text]) == expected


def test_characters_that_both_forms_have_tell_nothing() -> None:
    assert han_variant_conflict(["中文中文中文車车"]) is None


@pytest.mark.parametrize("kana", ["ぁ", "あ", "ヿ", "ア"])
def test_one_kana_makes_the_page_japanese(kana: str) -> None:
    assert han_variant_conflict([f"張機車车{kana}"]) is None


@pytest.mark.parametrize("mark", ["・", "ー", "々", "!"])
def test_marks_that_chinese_uses_as_well_do_not(mark: str) -> None:
    assert han_variant_conflict([f"張機車车{mark}"]) == ("zh-Hant", frozenset("车"))
