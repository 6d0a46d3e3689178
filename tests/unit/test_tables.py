"""Tables: rows and columns of printed cells, with the empty ones."""

from typing import Final

import numpy as np

from py_ocr.layout import analyze_layout
from py_ocr.tables import find_tables
from py_ocr.types import OcrPage, TextLine, TextWord
from tests.unit.drawing import quad_of

CHARACTER: Final = 10
HEIGHT: Final = 20


def line(x: float, y: float, text: str) -> TextLine:
    words, at = [], x
    for word in text.split(" "):
        words.append(TextWord(word, 0.9, quad_of(at, y, CHARACTER * len(word), HEIGHT)))
        at += CHARACTER * (len(word) + 1)
    quad = np.array(quad_of(x, y, at - CHARACTER - x, HEIGHT), np.float32)
    return TextLine(text, 0.9, quad, tuple(words), 0, "m")


def page(*lines: TextLine) -> OcrPage:
    ordered, blocks = analyze_layout(lines)
    return OcrPage(1000, 1000, ordered, blocks)


def grid(
    rows: list[list[str]], top: float = 100, pitch: float = 40, columns: tuple[int, ...] = (50, 300, 500)
) -> list[TextLine]:
    return [
        line(x, top + index * pitch, text)
        for index, row in enumerate(rows)
        for x, text in zip(columns, row, strict=True)
        if text
    ]


NUMBERS: Final = [
    ["Item", "2023", "2024"],
    ["Paper", "12", "17"],
    ["Ink", "", "9"],
    ["Glue", "3", ""],
    ["Sum", "15", "26"],
]


def test_empty_cells_of_a_table_without_rules_are_kept() -> None:
    [table] = find_tables(page(*grid(NUMBERS)))
    assert table.rows == tuple(tuple(row) for row in NUMBERS)


def test_text_above_and_below_is_not_part_of_the_table() -> None:
    above = line(50, 20, "This long sentence stands above the table and reaches over all of its columns")
    below = line(50, 400, "This long sentence stands below the table and reaches over all of its columns")
    [table] = find_tables(page(above, *grid(NUMBERS), below))
    assert table.rows == tuple(tuple(row) for row in NUMBERS)
    assert len(table.lines) == sum(bool(text) for row in NUMBERS for text in row)


def test_a_wrapped_cell_goes_on_in_its_row() -> None:
    lines = grid([["Item", "Note", "Sum"], ["Paper", "white and", "3"], ["Ink", "black", "4"]], pitch=60)
    wrapped = line(300, 100 + 60 + 24, "very heavy")
    [table] = find_tables(page(*lines, wrapped))
    assert table.rows[1] == ("Paper", "white and very heavy", "3")
    assert len(table.rows) == 3


def test_words_far_apart_in_one_line_are_cells() -> None:
    rows = []
    for index in range(3):
        left, right = line(50, 100 + 40 * index, f"a{index}"), line(400, 100 + 40 * index, f"b{index}")
        rows.append(
            TextLine(
                f"a{index} b{index}",
                0.9,
                quad_of(50, 100 + 40 * index, 370, HEIGHT),
                left.words + right.words,
            )
        )
    [table] = find_tables(page(*rows))
    assert table.rows == (("a0", "b0"), ("a1", "b1"), ("a2", "b2"))


def test_prose_is_no_table() -> None:
    texts = ["Many words stand in this line of prose", "and some more of them in the next one", "until it ends here"]
    assert find_tables(page(*(line(50, 100 + 30 * index, text) for index, text in enumerate(texts)))) == ()
