from measure.accuracy.report.diff import marked_pair


def test_what_differs_is_marked_on_both_sides() -> None:
    assert marked_pair("one two", "one tw0") == ("one <del>two</del>", "one <ins>tw0</ins>")


def test_case_and_kind_of_white_space_are_no_difference() -> None:
    assert marked_pair("One\nTWO", "one two") == ("One\nTWO", "one two")


def test_text_is_escaped() -> None:
    assert marked_pair("<b>", "") == ("<del>&lt;b&gt;</del>", "")


def test_scripts_without_spaces_are_compared_character_by_character() -> None:
    assert marked_pair("北京市", "北哀市") == ("北<del>京</del>市", "北<ins>哀</ins>市")
