"""Side by side: what is a table, read across, and what is columns, read one after the other."""

from collections.abc import Sequence

import numpy as np
import pytest

from py_ocr.columns import LayoutParams, LineFrame, rows_of
from py_ocr.layout import analyze_layout
from py_ocr.types import TextLine
from tests.unit.drawing import text_line

PITCH = 40


def side(
    name: str, x: float, beginnings: str, *, width: float = 300, shifts: Sequence[float] = (), more: str = "and so on"
) -> list[TextLine]:
    """Return lines one below the other that begin with these characters; `shifts` moves the first ones down."""
    down = [*shifts, *[0.0] * (len(beginnings) - len(shifts))]
    return [
        text_line(f"{first}{name}{row} {more}".rstrip(), x, 100 + PITCH * row + down[row], width)
        for row, first in enumerate(beginnings)
    ]


def is_read_down(left: Sequence[TextLine], right: Sequence[TextLine]) -> bool:
    """Tell whether the left side is read before the right one, as columns are, and not row by row."""
    order = list(analyze_layout([*left, *right])[0])
    down = [*left, *right]
    assert sorted(map(id, order)) == sorted(map(id, down))
    if order == down:
        return True
    assert order[:2] in ([left[0], right[0]], [right[0], left[0]])
    return False


def test_a_table_of_phrases_is_read_across() -> None:
    assert not is_read_down(side("l", 20, "WHDCI"), side("r", 360, "YNOTA"))
    assert not is_read_down(side("l", 20, "12345"), side("r", 360, "YNOTA"))


def test_columns_of_running_text_are_read_down_though_their_lines_stand_side_by_side() -> None:
    assert is_read_down(side("l", 20, "Tabcde"), side("r", 360, "fghIjk"))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("beginnings", "down"), [("Wabcdefg", True), ("WVXZUTab", True), ("WVXZUTRb", False)])
def test_the_column_in_which_fewer_lines_run_on_tells(beginnings: str, down: bool, turned: bool) -> None:
    # A quarter of its lines, two of eight, is enough.
    texts = (beginnings, "abcdefgh")[:: -1 if turned else 1]
    assert is_read_down(side("l", 20, texts[0]), side("r", 360, texts[1])) is down


@pytest.mark.parametrize(("shifts", "down"), [((), False), ((14,), False), ((14, 14), True)])
def test_cells_stand_side_by_side_but_for_a_fifth_of_them(shifts: Sequence[float], down: bool) -> None:
    assert is_read_down(side("l", 20, "WHDCI"), side("r", 360, "YNOTA", shifts=shifts)) is down


@pytest.mark.parametrize(("shift", "down"), [(6, False), (7, True)])
def test_cells_are_shifted_by_three_tenths_of_a_line_at_most(shift: float, down: bool) -> None:
    assert is_read_down(side("l", 20, "WHDCI"), side("r", 360, "YNOTA", shifts=[shift] * 5)) is down


def test_the_longer_column_of_a_table_may_have_rows_without_a_partner() -> None:
    assert not is_read_down(side("l", 20, "WHDCIXZ"), side("r", 360, "YNO"))


def test_scripts_without_capitals_tell_nothing_and_long_lines_are_prose() -> None:
    assert is_read_down(side("", 20, "東京大阪神", more="的"), side("", 360, "北海道中国", more="的"))


def test_narrow_columns_of_such_scripts_do_not_run_on() -> None:
    left, right = (side("", x, text, width=80, more="的 的") for x, text in ((20, "東京大阪神"), (140, "北海道中国")))
    assert not is_read_down(left, right)


# Lines are 20 high.


@pytest.mark.parametrize(("width", "down"), [(120, True), (119, False)])
def test_lines_that_do_not_run_on_are_prose_only_if_they_are_long(width: float, down: bool) -> None:
    # Shifted by half a row, so that they are no cells.
    left = side("l", 20, "WHDCI", width=width, shifts=[20] * 5)
    assert is_read_down(left, side("r", 360, "abcdef")) is down


@pytest.mark.parametrize(("width", "down"), [(60, True), (59, False)])
def test_narrow_columns_that_run_on_are_read_down(width: float, down: bool) -> None:
    assert is_read_down(side("l", 20, "Tabcde", width=width), side("r", 120, "fghIjk", width=width)) is down


@pytest.mark.parametrize(("beginnings", "down"), [("WHabc", True), ("WHDab", False)])
def test_a_narrow_column_runs_on_in_three_fifths_of_its_lines(beginnings: str, down: bool) -> None:
    assert is_read_down(side("l", 20, beginnings, width=80), side("r", 140, "abcde", width=80)) is down


@pytest.mark.parametrize(("beginnings", "down"), [("abc", True), ("ab的", False)])
def test_it_takes_three_lines_that_begin_in_a_case_to_run_on(beginnings: str, down: bool) -> None:
    assert is_read_down(side("l", 20, beginnings, width=80), side("r", 140, "abc", width=80)) is down


def test_a_narrow_list_of_single_words_is_read_across() -> None:
    assert not is_read_down(
        side("l", 20, "abcde", width=80, more=""), side("r", 140, "abcde", width=80, more="and so on")
    )


def test_two_words_to_a_line_are_enough_for_a_narrow_column() -> None:
    assert is_read_down(side("l", 20, "abcde", width=80, more="on"), side("r", 140, "abcde", width=80, more="on"))


def test_what_begins_with_a_sign_begins_with_what_follows_it() -> None:
    assert not is_read_down(side("", 20, "«««««", more="Yes it is"), side("r", 360, "YNOTA"))
    assert is_read_down(side("l", 20, "(((((", more=""), side("r", 360, "abcde"))


@pytest.mark.parametrize(
    ("boxes", "rows"),
    [
        ([(0, 15, 50, 25), (60, 2, 160, 42)], [[0, 1]]),
        ([(0, 0, 100, 20), (200, 0, 300, 20), (50, 5, 90, 25)], [[0, 1], [2]]),
    ],
    ids=["the lower one tells", "the nearest one tells"],
)
def test_lines_of_a_row_stand_side_by_side(boxes: Sequence[tuple[int, ...]], rows: list[list[int]]) -> None:
    frame = LineFrame(np.array(boxes, dtype=np.float32), np.zeros(len(boxes), np.int8), np.ones(len(boxes), np.intp))
    assert rows_of(np.arange(len(boxes)), frame, LayoutParams()) == rows
