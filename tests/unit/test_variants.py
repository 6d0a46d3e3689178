import pytest

from py_ocr.variants import han_variant_conflict


def test_a_page_of_one_chinese_names_the_characters_of_the_other() -> None:
    assert han_variant_conflict(["張老師", "機車修理", "张"]) == ("zh-Hant", frozenset("张"))
    assert han_variant_conflict(["东西", "专业", "東"]) == ("zh-Hans", frozenset("東"))


@pytest.mark.parametrize("texts", [[], ["Plain Latin"], ["中文"], ["張老師"], ["あの張张張張"]])
def test_pages_without_a_contradiction_and_japanese_are_left_alone(texts: list[str]) -> None:
    assert han_variant_conflict(texts) is None
