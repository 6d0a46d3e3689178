"""Pages that are turned or skewed, and what says that they are."""

from dataclasses import replace

import pytest

from py_ocr.layout import dominant_orientation
from py_ocr.types import TextLine
from tests.unit.drawing import column_line, quad_of, text_line, tilted
from tests.unit.test_layout import skewed, texts


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({0: 3, 90: 4}, 90),
        ({90: 3, 180: 4}, 180),
        ({180: 3, 270: 4}, 270),
        ({0: 3, 270: 3}, 0),
        ({90: 4, 0: 3}, 90),
    ],
)
def test_the_page_stands_as_most_of_its_characters_do(counts: dict[int, int], expected: int) -> None:
    lines = [
        replace(text_line("x" * count, 0, 0, 100), orientation_degrees=degrees) for degrees, count in counts.items()
    ]
    # As many lines, but fewer characters, of each other orientation change nothing.
    assert dominant_orientation(lines) == expected


def test_many_short_lines_count_less_than_one_long_one() -> None:
    short = [replace(text_line("1", 0, 30 * row, 10), orientation_degrees=90) for row in range(5)]
    assert dominant_orientation([*short, text_line("a longer line", 100, 0, 300)]) == 0


def form(words: tuple[str, str] = ("item", "cost"), count: int = 8) -> list[TextLine]:
    """Return rows of two short lines far apart: on a skewed page only the skew says which belong together."""
    return [
        line
        for row in range(count)
        for line in (
            text_line(f"{words[0][:3]}{row}", 20, 30 * row, 90),
            text_line(f"{words[1][:3]}{row}", 420, 30 * row, 80),
        )
    ]


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
@pytest.mark.parametrize("tilt", [-40, -12, 12, 40])
def test_a_page_that_is_turned_and_skewed_reads_as_the_straight_one(quarter_turns: int, tilt: float) -> None:
    straight = form()
    turned = [
        replace(line, orientation_degrees=90 * quarter_turns) for line in skewed(straight, 90 * quarter_turns + tilt)
    ]
    assert texts(turned) == [line.text for line in straight]


def test_short_marks_do_not_say_how_the_page_is_skewed() -> None:
    marks = [
        replace(text_line("---", 900, 30 * row, 40), quad=tilted(quad_of(900, 30 * row, 40, 20), -30))
        for row in range(20)
    ]
    lines = skewed(form(), 12)
    assert [text for text in texts([*lines, *marks]) if text != "---"] == [line.text for line in form()]


def test_text_that_runs_another_way_does_not_say_how_the_page_is_skewed() -> None:
    lines = skewed(form(), 12)
    margin = [replace(column_line("note", 900, 100 * row, 20, 80), orientation_degrees=90) for row in range(9)]
    assert dominant_orientation([*lines, *margin]) == 0
    assert [text for text in texts([*lines, *margin]) if text != "note"] == [line.text for line in form()]
