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


def blocks_of(lines: Sequence[TextLine]) -> list[list[list[str]]]:
    """Return the texts of every row of every block."""
    ordered, blocks = analyze_layout(lines)
    return [[[ordered[index].text for index in row] for row in block.rows] for block in blocks]


def rows_of(lines: Sequence[TextLine]) -> list[list[str]]:
    return [row for block in blocks_of(lines) for row in block]


def firsts(lines: Sequence[TextLine]) -> list[str]:
    """Return the first word of each line in reading order."""
    return [text.split()[0] for text in texts(lines)]


def names(side: str, count: int, start: int = 0) -> list[str]:
    return [f"{side}{row}" for row in range(start, count)]


LEFT_THEN_RIGHT = names("l", 6) + names("r", 6)
ACROSS = [f"{side}{row}" for row in range(6) for side in "lr"]

# What a row is. Lines are 20 high.


@pytest.mark.parametrize(("y", "height", "beside"), [(10, 20, True), (11, 20, False), (16, 8, True), (17, 8, False)])
def test_lines_on_one_row_share_half_the_height_of_the_lower_one(y: float, height: float, beside: bool) -> None:
    lines = [text_line("left", 0, 0, 100), text_line("right", 300, y, 100, height)]
    assert rows_of(lines) == ([["left", "right"]] if beside else [["left"], ["right"]])


@pytest.mark.parametrize(("x", "beside"), [(81, True), (80, False)])
def test_lines_on_one_row_overlap_by_less_than_their_height(x: float, beside: bool) -> None:
    lines = [text_line("left", 0, 0, 100), text_line("right", x, 2, 100)]
    assert rows_of(lines) == ([["left", "right"]] if beside else [["left"], ["right"]])


@pytest.mark.parametrize("slope", [8, -8])
def test_a_row_may_climb_from_line_to_line(slope: float) -> None:
    # Each shares 12 of its 20 pixels with the next one, but only 4 with the one after.
    row = [text_line(name, 150 * place, 100 + slope * place, 100) for place, name in enumerate("abcd")]
    assert rows_of(row) == [["a", "b", "c", "d"]]


@pytest.mark.parametrize(("crossing", "found"), [(3, True), (4, False)])
def test_a_line_finds_its_row_behind_three_others_that_cross_it(crossing: int, found: bool) -> None:
    # What crosses both lines, such as a stamp read in pieces, can be on a row with neither.
    stamp = [text_line(f"x{index}", 50, 0.2 * (index + 1), 400) for index in range(crossing)]
    rows = rows_of([text_line("left", 0, 0, 100), *stamp, text_line("right", 400, 2, 100)])
    assert (["left", "right"] in rows) is found


# What a column is.


@pytest.mark.parametrize(("gap", "order"), [(14, LEFT_THEN_RIGHT), (13.5, ACROSS)])
def test_a_gutter_is_at_least_so_many_heights_wide(gap: float, order: list[str]) -> None:
    assert firsts(column("l", 20, 6) + column("r", 320 + gap, 6)) == order


@pytest.mark.parametrize("count", [2, 3])
def test_prose_has_at_least_three_lines(count: int) -> None:
    expected = names("l", 6) + names("r", count) if count == 3 else ["l0", "r0", "l1", "r1", *names("l", 6, 2)]
    assert firsts(column("l", 20, 6) + column("r", 360, count)) == expected
    mirrored = names("l", count) + names("r", 6) if count == 3 else ["l0", "r0", "l1", "r1", *names("r", 6, 2)]
    assert firsts(column("l", 20, count) + column("r", 360, 6)) == mirrored


@pytest.mark.parametrize(("width", "order"), [(120, LEFT_THEN_RIGHT), (119, ACROSS)])
def test_prose_has_long_lines(width: float, order: list[str]) -> None:
    assert firsts(column("l", 20, 6, width=width) + column("r", 360, 6)) == order


@pytest.mark.parametrize(("last", "order"), [(114, LEFT_THEN_RIGHT), (104, ACROSS)])
def test_prose_fills_its_column(last: float, order: list[str]) -> None:
    # The longest line is 300; six lines of 0.55 of that on average are 990 pixels.
    widths = [300, 200, 140, 120, 120, last]
    assert sum(widths) in {994, 984}
    left = [text_line(f"l{row} {PROSE}", 20, 100 + 26 * row, width) for row, width in enumerate(widths)]
    assert firsts(left + column("r", 360, 6)) == order


def test_prose_whose_lines_were_found_in_pieces_fills_its_column_as_well() -> None:
    pieces = [
        text_line(f"{side}{row}{part} {PROSE}", x + 140 * place, 100 + 26 * row, 130)
        for side, x in (("l", 20), ("r", 360))
        for row in range(4)
        for place, part in enumerate("ab")
    ]
    assert firsts(pieces) == [f"{side}{row}{part}" for side in "lr" for row in range(4) for part in "ab"]


@pytest.mark.parametrize(
    ("distance", "order"), [(13, LEFT_THEN_RIGHT), (12, ["l0", "r0", *names("l", 6, 1), *names("r", 6, 1)])]
)
def test_a_title_may_touch_the_columns_below_it_but_not_stand_in_them(distance: float, order: list[str]) -> None:
    # Lines count with the middle 60 % of their height: 4 pixels less above and below.
    title = text_line("Title", 20, 100 - distance, 640)
    assert firsts([title, *column("l", 20, 6), *column("r", 360, 6)]) == ["Title", *order]


def captions(rows: Sequence[int]) -> list[TextLine]:
    """Return small lines in the gutter of two columns of eight lines, beside those rows."""
    return [text_line(f"c{row}", 330, 100 + 26 * row + 4, 60, 12) for row in rows]


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        ([6, 7], [*names("l", 8), *names("r", 8), "c6", "c7"]),
        ([5, 6, 7], [*names("l", 7), *names("r", 7), "c5", "c6", "l7", "c7", "r7"]),
    ],
    ids=["2 of 18", "3 of 19"],
)
def test_few_lines_may_stand_in_a_gutter(rows: list[int], order: list[str]) -> None:
    assert firsts([*column("l", 20, 8), *column("r", 400, 8), *captions(rows)]) == order


@pytest.mark.parametrize("long_side", "lr")
def test_a_line_in_the_gutter_has_text_on_both_sides(long_side: str) -> None:
    # Below the end of the shorter column it is no caption: the page goes on below the columns there.
    counts = {side: 8 if side == long_side else 4 for side in "lr"}
    lines = [*column("l", 20, counts["l"]), *column("r", 400, counts["r"]), *captions([7])]
    columns = [name for side in "lr" for name in names(side, min(counts[side], 7))]
    assert firsts(lines) == columns + (["l7", "c7"] if long_side == "l" else ["c7", "r7"])


@pytest.mark.parametrize(
    ("middle", "height", "order"),
    [
        (489, 12, [*names("l", 8), *names("r", 8), "fig"]),
        (490, 12, [*names("l", 7), *names("r", 7), "fig", "l7", "r7"]),
        (510, 60, [*names("l", 7), *names("r", 7), "l7", "fig", "r7"]),
        (511, 60, [*names("l", 8), *names("r", 8), "fig"]),
    ],
    ids=["beside the row above", "below it", "above the row below", "beside it"],
)
def test_a_line_in_the_gutter_stands_beside_rows_not_between_them(
    middle: float, height: float, order: list[str]
) -> None:
    # Rows of 20 at a pitch of 60: one ends at 480, the next starts at 520. Half a row's height more is beside it.
    rows = [
        text_line(f"{side}{row} {PROSE}", x, 100 + 60 * row, 300)
        for side, x in (("l", 20), ("r", 400))
        for row in range(8)
    ]
    assert firsts([*rows, text_line("fig", 330, middle - height / 2, 60, height)]) == order


def test_lines_with_a_gutter_on_either_side_are_a_column_of_their_own() -> None:
    middle = [text_line(f"m{row}", 340, 100 + 26 * row, 60) for row in (6, 7)]
    order = [*names("l", 8), *names("r", 6), "m6", "r6", "m7", "r7"]
    assert firsts([*column("l", 20, 8), *middle, *column("r", 420, 8)]) == order


def test_prose_that_is_ragged_at_its_left_fills_its_column_as_far() -> None:
    for last, order in ((114, LEFT_THEN_RIGHT), (104, ACROSS)):
        widths = [300, 200, 140, 120, 120, last]
        left = [text_line(f"l{row} {PROSE}", 320 - width, 100 + 26 * row, width) for row, width in enumerate(widths)]
        assert firsts(left + column("r", 360, 6)) == order


def test_a_line_in_the_gutter_may_fill_it() -> None:
    lines = [*column("l", 20, 8), *column("r", 400, 8), text_line("fig", 320, 260, 80, 12)]
    assert firsts(lines) == [*names("l", 8), *names("r", 8), "fig"]


# What a block is.


@pytest.mark.parametrize(("gap", "blocks"), [(18, 1), (19, 2)])
def test_a_gap_of_more_than_nine_tenths_of_a_line_starts_a_block(gap: float, blocks: int) -> None:
    lines = [text_line("above", 0, 0, 200), text_line("below", 0, 20 + gap, 200)]
    assert len(blocks_of(lines)) == blocks


@pytest.mark.parametrize(("heights", "blocks"), [((20, 30), 1), ((30, 20), 1), ((20, 31), 2), ((31, 20), 2)])
def test_text_of_another_size_starts_a_block(heights: tuple[float, float], blocks: int) -> None:
    lines = [text_line("above", 0, 0, 200, heights[0]), text_line("below", 0, heights[0] + 5, 200, heights[1])]
    assert len(blocks_of(lines)) == blocks


@pytest.mark.parametrize("heights", [(14, 12), (12, 14)])
@pytest.mark.parametrize(("gap", "blocks"), [(10, 1), (11, 2)])
def test_the_lower_one_of_two_sizes_says_how_wide_a_gap_may_be(
    gap: float, blocks: int, heights: tuple[float, float]
) -> None:
    # Nine tenths of 12 are 10.8, of 14 they are 12.6.
    lines = [text_line("above", 0, 0, 200, heights[0]), text_line("below", 0, heights[0] + gap, 200, heights[1])]
    assert len(blocks_of(lines)) == blocks


def test_the_gap_is_between_the_nearest_lines_of_two_rows() -> None:
    # Row one ends at 28, row two starts at 46: 18 apart, although their first lines are 34 apart.
    lines = [
        text_line("a", 0, 0, 100),
        text_line("b", 300, 8, 100),
        text_line("c", 0, 54, 100),
        text_line("d", 300, 46, 100),
    ]
    assert blocks_of(lines) == [[["a", "b"], ["c", "d"]]]
    lower = [replace(line, quad=line.quad + np.array([0, 1], dtype=np.float32)) for line in lines[2:]]
    assert blocks_of([*lines[:2], *lower]) == [[["a", "b"]], [["c", "d"]]]


def test_one_large_line_on_a_row_does_not_make_it_a_heading() -> None:
    row = [text_line("a", 0, 0, 80), text_line("B", 100, -15, 80, 40), text_line("c", 200, 0, 80)]
    assert len(blocks_of([*row, text_line("below", 0, 30, 200)])) == 1
