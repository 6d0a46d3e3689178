"""What whoever takes a page as text may choose: indentation, and what becomes of furigana."""

import numpy as np
import pytest

from py_ocr.errors import OptionError
from py_ocr.export.json import to_dict
from py_ocr.export.text import to_text
from py_ocr.types import OcrPage, TextBlock, TextLine, TextOptions
from tests.unit.drawing import column_line, quad_of, text_line

PITCH = 10.0


def page(*lines: TextLine, blocks: list[list[int]] | None = None) -> OcrPage:
    """Return a page of these lines, each in a row, in one block or several."""
    of_blocks = [list(range(len(lines)))] if blocks is None else blocks
    return OcrPage(
        width=1000,
        height=1000,
        lines=lines,
        blocks=tuple(
            TextBlock(tuple((index,) for index in indices), _around([lines[index] for index in indices]))
            for indices in of_blocks
        ),
    )


def _around(lines: list[TextLine]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    corners = np.concatenate([line.quad for line in lines])
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return quad_of(left, top, right - left, bottom - top)


def code(text: str, left: float = 50, top: float = 0) -> list[TextLine]:
    """Return the lines of a text as a monospaced font sets it."""
    rows = [(row, line.lstrip(" "), len(line) - len(line.lstrip(" "))) for row, line in enumerate(text.split("\n"))]
    return [
        text_line(line, left + PITCH * indent, top + 30 * row, PITCH * len(line)) for row, line, indent in rows if line
    ]


def indented(of: OcrPage) -> str:
    return to_text(of, TextOptions(indent=True))


CODE = "def f(x):\n    if x:\n        return x\n    return 1"


def test_rows_of_code_begin_where_they_are_printed() -> None:
    assert indented(page(*code(CODE))) == CODE
    assert to_text(page(*code(CODE))) == CODE.replace("    ", "")


def test_boxes_that_are_a_little_off_begin_where_the_others_do() -> None:
    lines = code("a = 1\nbb = 2\n  ccc = 3\n  d = 4\ne = 5")
    nudged = [
        TextLine(line.text, line.confidence, line.quad + np.array([0.28 * PITCH * (-1) ** row, 0], dtype=np.float32))
        for row, line in enumerate(lines)
    ]
    assert indented(page(*nudged)) == "a = 1\nbb = 2\n  ccc = 3\n  d = 4\ne = 5"


def test_blocks_below_each_other_have_the_same_margin_and_columns_beside_each_other_have_their_own() -> None:
    first, second = code("class A:\n    x = 1"), code("    def f(self):\n        return 2", top=120)
    beside = code("one\n  two", left=600)
    lines = [*first, *second, *beside]
    assert indented(page(*lines, blocks=[[0, 1], [2, 3], [4, 5]])) == (
        "class A:\n    x = 1\n\n    def f(self):\n        return 2\n\none\n  two"
    )


def test_indented_rows_are_as_they_are_printed_hyphens_and_all() -> None:
    lines = code("a care-\nful reader")
    assert to_text(page(*lines)) == "a careful\nreader"
    assert indented(page(*lines)) == "a care-\nful reader"


def test_code_on_a_page_that_is_turned_is_indented_along_its_rows() -> None:
    turned = [
        TextLine(line.text, 0.9, np.stack([1000 - line.quad[:, 1], line.quad[:, 0]], axis=1), orientation_degrees=90)
        for line in code("a = 1\n  b = 2")
    ]
    assert indented(page(*turned)) == "a = 1\n  b = 2"


def test_a_page_without_text_has_none_either_way() -> None:
    assert indented(OcrPage(10, 10, (), ())) == ""


BASE = text_line("今日は東京へ行く", 100, 100, 320, 40)
KYOU, TOKYO = text_line("きょう", 105, 78, 70, 18), text_line("とうきょう", 222, 78, 76, 18)


def written(furigana: str, *lines: TextLine) -> str:
    return to_text(page(*lines), TextOptions(furigana=furigana))


def test_furigana_are_kept_left_out_or_put_in_brackets() -> None:
    assert written("keep", KYOU, TOKYO, BASE) == "きょう\nとうきょう\n今日は東京へ行く"
    assert written("drop", KYOU, TOKYO, BASE) == "今日は東京へ行く"
    assert written("brackets", KYOU, TOKYO, BASE) == "今日（きょう）は東京（とうきょう）へ行く"


def test_beside_a_column_they_stand_on_its_right() -> None:
    column = column_line("日本語の文章", 400, 100, 40, 240)
    right, left = (column_line("にほんご", x, 102, 18, 110) for x in (442, 380))
    assert written("brackets", right, column) == "日本語（にほんご）の文章"
    assert written("drop", left, column) == "にほんご\n日本語の文章"
    alone = text_line("わ", 442, 102, 18, 20)
    assert written("brackets", alone, column_line("分かれています", 400, 100, 40, 280)) == "分（わ）かれています"


@pytest.mark.parametrize(
    "line",
    [
        text_line("きょう", 105, 60, 70, 34),  # as large as text
        text_line("きょう", 105, 20, 70, 18),  # too far away
        text_line("きょう", 105, 145, 70, 18),  # below
        text_line("今日", 105, 78, 70, 18),  # no kana
        text_line("は", 182, 78, 36, 18),  # above kana
        text_line("きょう", 500, 78, 70, 18),  # beside the line
        text_line("・ー", 105, 78, 70, 18),
    ],
)
def test_other_lines_are_no_furigana(line: TextLine) -> None:
    for style in ("drop", "brackets"):
        assert written(style, line, BASE) == f"{line.text}\n{BASE.text}"


def test_lines_and_their_places_stay_whatever_becomes_of_the_text() -> None:
    of = page(KYOU, TOKYO, BASE)
    plain, bracketed = to_dict(of), to_dict(of, TextOptions(furigana="brackets"))
    assert bracketed["text"] != plain["text"]
    assert {**bracketed, "text": ""} == {**plain, "text": ""}


@pytest.mark.parametrize(("options", "wrong"), [({"furigana": "hide"}, "hide"), ({"indent": "yes"}, "yes")])
def test_a_value_that_does_not_exist_is_refused(options: dict[str, str], wrong: str) -> None:
    with pytest.raises(OptionError, match=f"cannot be '{wrong}'"):
        TextOptions(**options)  # type: ignore[arg-type]  # as it comes from JavaScript
