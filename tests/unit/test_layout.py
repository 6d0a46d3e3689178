"""Reading order and blocks on layouts that people know."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from py_ocr.export.text import to_text
from py_ocr.layout import analyze_layout
from py_ocr.types import OcrPage, TextLine
from tests.unit.drawing import column_line, text_line

PROSE = "the quick brown fox jumps over"


def texts(lines: Sequence[TextLine]) -> list[str]:
    """Return the texts in reading order, whatever order the lines come in."""
    orders = [
        [line.text for line in analyze_layout(given)[0]]
        for given in (lines, lines[::-1], sorted(lines, key=lambda line: line.text[::-1]))
    ]
    assert orders[0] == orders[1] == orders[2]
    return orders[0]


def printed(lines: Sequence[TextLine]) -> str:
    ordered, blocks = analyze_layout(lines)
    return to_text(OcrPage(width=1000, height=1000, lines=ordered, blocks=blocks))


def column(name: str, x: float, count: int, y: float = 100, width: float = 300) -> list[TextLine]:
    return [text_line(f"{name}{row} {PROSE}", x, y + 26 * row, width) for row in range(count)]


def test_lines_one_below_the_other_are_read_downwards() -> None:
    assert texts([text_line(name, 50, 30 * row, 200) for row, name in enumerate("abcd")]) == list("abcd")


def test_a_receipt_is_read_row_by_row() -> None:
    lines = [
        line
        for row, (item, price) in enumerate(
            [("milk", "1.20"), ("bread", "2.50"), ("cheese", "7.90"), ("total", "11.60")]
        )
        for line in (text_line(item, 20, 30 * row, 12 * len(item)), text_line(price, 400, 30 * row + 2, 50))
    ]
    assert texts(lines) == ["milk", "1.20", "bread", "2.50", "cheese", "7.90", "total", "11.60"]
    assert printed(lines) == "milk 1.20\nbread 2.50\ncheese 7.90\ntotal 11.60"


def test_two_columns_are_read_one_after_the_other() -> None:
    lines = column("l", 20, 6) + column("r", 360, 6)
    assert [text.split()[0] for text in texts(lines)] == [f"{side}{row}" for side in "lr" for row in range(6)]


def test_columns_need_not_have_their_lines_on_the_same_heights() -> None:
    lines = column("l", 20, 6) + column("r", 360, 5, y=111)
    assert [text[0] for text in texts(lines)] == ["l"] * 6 + ["r"] * 5


def test_three_columns_are_read_from_left_to_right() -> None:
    lines = column("a", 20, 5) + column("b", 360, 5) + column("c", 700, 5)
    assert [text[0] for text in texts(lines)] == ["a"] * 5 + ["b"] * 5 + ["c"] * 5


def test_a_title_over_two_columns_comes_first_and_a_footer_last() -> None:
    title = text_line("A Title Over Both Columns", 120, 30, 440, 40)
    footer = text_line("a footer that runs below both of the columns", 60, 300, 560)
    order = texts([*column("l", 20, 6), *column("r", 360, 6), title, footer])
    assert order[0] == title.text
    assert order[-1] == footer.text
    assert [text[0] for text in order[1:-1]] == ["l"] * 6 + ["r"] * 6


def test_a_wide_gap_starts_a_new_block() -> None:
    lines = column("a", 20, 3) + column("b", 20, 3, y=300)
    ordered, blocks = analyze_layout(lines)
    assert len(blocks) == 2
    assert [ordered[index].text[0] for index in blocks[0].line_indices] == ["a"] * 3
    assert printed(lines).count("\n\n") == 1


def test_a_block_lies_around_its_lines() -> None:
    _, blocks = analyze_layout(column("a", 20, 3))
    assert len(blocks) == 1
    assert blocks[0].quad[0].tolist() == [20, 100]
    assert blocks[0].quad[2].tolist() == [320, 172]


def test_vertical_japanese_is_read_from_right_to_left() -> None:
    lines = [column_line(name * 8, 500 - 60 * index, 50, 30, 300) for index, name in enumerate("日本語文")]
    assert [text[0] for text in texts(lines)] == ["日", "本", "語", "文"]


@pytest.mark.parametrize("degrees", [-12, -4, 4, 12])
def test_a_skewed_page_reads_as_the_straight_one(degrees: float) -> None:
    straight = [
        line
        for row in range(8)
        for line in (text_line(f"item{row}", 20, 30 * row, 90), text_line(f"price{row}", 420, 30 * row, 80))
    ]
    assert texts(skewed(straight, degrees)) == texts(straight) == [line.text for line in straight]


def skewed(lines: Sequence[TextLine], degrees: float) -> list[TextLine]:
    """Return the lines of a page that was turned clockwise about its origin."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[c, s], [-s, c]])
    return [TextLine(line.text, line.confidence, (line.quad @ turn).astype(np.float32)) for line in lines]


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_turned_page_reads_as_the_upright_one(quarter_turns: int) -> None:
    title = text_line("A Title Over Both Columns", 120, 30, 440, 40)
    upright = [title, *column("l", 20, 6), *column("r", 360, 6)]
    degrees = 90 * quarter_turns
    turned = [replace(line, orientation_degrees=degrees) for line in skewed(upright, degrees)]
    assert texts(turned) == texts(upright)


def test_a_caption_in_the_gutter_does_not_join_the_columns() -> None:
    caption = text_line("fig. 1", 326, 152, 68, 12)
    lines = [*column("l", 20, 8), *column("r", 400, 8), caption]
    order = texts(lines)
    assert [text[0] for text in order if text != caption.text] == ["l"] * 8 + ["r"] * 8


def test_every_line_is_in_exactly_one_row_of_one_block() -> None:
    lines = column("l", 20, 6) + column("r", 360, 6) + [text_line("x", 900, 900, 30)]
    ordered, blocks = analyze_layout(lines)
    assert sorted(line.text for line in ordered) == sorted(line.text for line in lines)
    indices = [index for block in blocks for index in block.line_indices]
    assert indices == list(range(len(lines)))


def test_no_lines_make_no_blocks() -> None:
    assert analyze_layout([]) == ((), ())
