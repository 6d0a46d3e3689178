"""Places that hold text in an unknown script, told from hard text, from rules and from textures."""

import pytest

from py_ocr.geometry import quad_size
from py_ocr.types import TextLine
from py_ocr.unread import UnreadParams, find_unread
from tests.unit.drawing import column_line, quad_of

PARAMS = UnreadParams()


def place(text: str, heights: float, confidence: float = 0.95, y: float = 0) -> TextLine:
    return TextLine(text, confidence, quad_of(0, y, 20 * heights, 20))


def texts(*lines: TextLine) -> tuple[list[str], int]:
    """Return the texts that are kept, and how many places are unread."""
    kept, notices = find_unread(lines)
    return [line.text for line in kept], sum(len(notice.quads) for notice in notices)


@pytest.mark.parametrize("remains", ["", ".", ", ?", "3", ".. -"])
def test_a_wide_line_that_is_next_to_empty_is_unread_and_off_the_page(remains: str) -> None:
    assert texts(place(remains, 20), place("Minutes", 4)) == (["Minutes"], 1)


def test_a_number_among_unknown_words_stays_and_is_no_whole_line() -> None:
    assert texts(place("14", 14), place("7", 14)) == (["14"], 2)


@pytest.mark.parametrize(
    ("text", "heights"),
    [
        ("", PARAMS.lone_heights - 0.1),  # a texture
        ("委员会议", 4),
        ("C A S H", 11),  # set wide
        ("abc", 8.1),
        ("一", 20),  # a rule across the page
        ("____", 30),
    ],
)
def test_what_may_be_something_else_is_not_unread(text: str, heights: float) -> None:
    assert texts(place(text, heights)) == ([text], 0)


def test_headings_are_unread_on_a_page_with_such_a_line_but_single_letters_are_not() -> None:
    heading, line, letter = place("", 2.4), place("", 20), place("", 1.5)
    assert texts(heading, line, letter)[1] == 2
    assert texts(heading, letter)[1] == 0


def test_a_page_without_a_sure_line_is_unread_though_its_text_stays() -> None:
    lines = [place("UlALU LuCtU", 12, 0.6), place("CUI UAAU UCLO", 13, 0.7), place("GLIAL", 4, 0.99)]
    assert texts(*lines) == (["UlALU LuCtU", "CUI UAAU UCLO", "GLIAL"], 2)


@pytest.mark.parametrize(
    "others",
    [
        [],  # one line shows nothing
        [("a clear line", 0.97)],
        [("blurred, too", 0.7), ("a clear line", 0.97)],
    ],
)
def test_hard_lines_among_others_are_hard_lines(others: list[tuple[str, float]]) -> None:
    lines = [place("hard to make out", 12, 0.6), *(place(text, 12, score) for text, score in others)]
    assert texts(*lines)[1] == 0


def test_a_line_is_told_once() -> None:
    lines = [place("a", 20, 0.5), place("b", 20, 0.5)]
    assert texts(*lines) == ([], 2)


def test_a_column_counts_by_its_length() -> None:
    column = column_line("", 0, 0, 20, 300)
    assert quad_size(column.quad)[0] == 300
    assert texts(column)[1] == 1


def test_a_page_without_lines_has_nothing_unread() -> None:
    assert find_unread([]) == ([], ())
