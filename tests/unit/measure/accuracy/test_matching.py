from measure.accuracy.matching import Item, compare_lines, match_lines
from tests.unit.measure.accuracy.labelled import box


def truth(text: str, *corners: float, ignore: bool = False) -> Item:
    return {"text": text, "poly": box(*corners), "ignore": ignore}


def line(text: str, *corners: float) -> Item:
    return {"text": text, "quad": box(*corners)}


def test_lines_match_one_to_one_and_the_best_overlap_wins() -> None:
    truths = [truth("a", 0, 0, 100, 20)]
    lines = [line("loose", 0, 0, 120, 26), line("tight", 0, 0, 101, 20)]
    assert [(t["text"], found["text"]) for t, found in match_lines(truths, lines)] == [("a", "tight")]


def test_half_an_overlap_is_the_least_that_matches() -> None:
    assert match_lines([truth("a", 0, 0, 100, 20)], [line("a", 0, 0, 49, 20)]) == []
    assert len(match_lines([truth("a", 0, 0, 100, 20)], [line("a", 0, 0, 51, 20)])) == 1


def test_a_line_over_several_words_is_compared_with_all_of_them_from_left_to_right() -> None:
    (compared,) = compare_lines(
        [truth("world", 60, 0, 100, 20), truth("hello", 0, 0, 50, 20)], [line("hello world", 0, 0, 100, 20)]
    )
    assert compared.truth_text == "hello world"
    assert compared.iou is None


def test_missed_and_surplus_are_each_one_comparison() -> None:
    compared = compare_lines([truth("missed", 0, 0, 50, 20)], [line("surplus", 0, 100, 50, 120)])
    assert [(c.truth_text, c.line_text) for c in compared] == [("", "surplus"), ("missed", "")]
    assert compared[1].quad == box(0, 0, 50, 20)


def test_lines_on_ignored_places_are_left_out() -> None:
    assert compare_lines([truth("###", 0, 0, 50, 20, ignore=True)], [line("x", 5, 2, 45, 18)]) == []
    assert match_lines([truth("###", 0, 0, 50, 20, ignore=True)], [line("x", 0, 0, 50, 20)]) == []


def test_a_line_that_only_touches_an_ignored_place_is_surplus() -> None:
    (compared,) = compare_lines([truth("###", 0, 0, 50, 20, ignore=True)], [line("x", 40, 0, 140, 20)])
    assert compared.line_text == "x"
