"""Single characters in cells: found by their ink, where the other cells say that one may stand."""

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from py_ocr.lone import find_lone
from py_ocr.types import TextRegion
from tests.unit.drawing import quad_of, tilted

Box = tuple[int, int, int, int]

ROWS = (20, 60, 100, 140)
HEIGHT = 24


def page(ink: Sequence[Box], *, paper: int = 255, pen: int = 0) -> Image.Image:
    pixels = np.full((200, 400, 3), paper, dtype=np.uint8)
    for x0, y0, x1, y1 in ink:
        pixels[y0:y1, x0:x1] = pen
    return Image.fromarray(pixels)


def cell(x: float, y: float, width: float = 80, height: float = HEIGHT) -> TextRegion:
    return TextRegion(quad_of(x, y, width, height), 0.9)


TABLE = [*(cell(20, y) for y in ROWS), *(cell(200, y) for y in ROWS if y != 60)]
"""Two columns of four rows, one cell of which is empty."""

MINUS = (236, 71, 246, 74)


def found(ink: Sequence[Box], regions: Sequence[TextRegion] = TABLE, **colours: int) -> list[list[int]]:
    """Return x0, y0, x1, y1 of what is found."""
    return [
        [round(float(v)) for v in (*region.quad.min(axis=0), *region.quad.max(axis=0))]
        for region in find_lone(page(ink, **colours), regions)
    ]


def test_a_minus_sign_in_an_empty_cell_is_found_with_the_height_of_its_row() -> None:
    ((x0, y0, x1, y1),) = found([MINUS])
    assert (y0, y1) == (60, 84)
    assert x0 < MINUS[0]
    assert x1 > MINUS[2]
    # Wider than high: else it would be taken for a column and laid down.
    assert x1 - x0 > 1.2 * HEIGHT


@pytest.mark.parametrize("box", [(238, 63, 242, 80), (234, 64, 246, 80)], ids=["1", "0"])
def test_a_digit_is_found_with_paper_beside_it(box: Box) -> None:
    assert found([box]) == [[box[0] - 6, 60, box[2] + 6, 84]]


def test_light_ink_on_dark_paper_is_ink() -> None:
    assert len(found([MINUS], paper=20, pen=230)) == 1


@pytest.mark.parametrize(
    "ink",
    [
        [],
        [(239, 71, 242, 74)],
        [(236, 78, 246, 81)],
        [(205, 71, 275, 74)],
        [(190, 71, 290, 74)],
        [(238, 40, 242, 100)],
        [(238, 66, 240, 68)],
        [(214, 64, 226, 80), (244, 64, 256, 80)],
    ],
    ids=["nothing", "a dot", "an underline", "a long stroke", "a rule", "a rule down", "a speck", "two"],
)
def test_what_is_no_character_is_not_taken_for_one(ink: list[Box]) -> None:
    assert found(ink) == []


def test_paler_ink_than_text_has_is_none() -> None:
    assert found([MINUS], pen=200) == []


def test_there_must_be_a_column() -> None:
    assert found([MINUS], [cell(20, y) for y in ROWS]) == []
    assert found([MINUS], [*(cell(20, y) for y in ROWS), cell(200, 20)]) == []
    assert len(found([MINUS], [*(cell(20, y) for y in ROWS), cell(200, 20), cell(200, 100)])) == 1


def test_there_must_be_a_row() -> None:
    assert found([MINUS], [region for region in TABLE if region.quad[0, 1] != 60]) == []


def test_rows_far_below_a_column_are_not_its_cells() -> None:
    top = [cell(20, y) for y in (0, 30, 170)] + [cell(200, y) for y in (0, 30)]
    assert found([(236, 181, 246, 184)], top) == []
    assert len(found([(236, 101, 246, 104)], [*top[:2], cell(20, 90), *top[3:]])) == 1


def test_text_of_another_size_makes_no_row_of_a_column() -> None:
    large = [cell(20, 20), cell(20, 50, height=50), cell(20, 140), cell(200, 20), cell(200, 140)]
    assert found([(236, 73, 246, 76)], large) == []


def test_lines_that_are_long_make_no_columns() -> None:
    assert found([MINUS], [*(cell(20, y) for y in ROWS), *(cell(120, y, 250) for y in ROWS if y != 60)]) == []


def test_where_the_network_saw_text_nothing_is_looked_for() -> None:
    assert found([MINUS], [*TABLE, cell(225, 62, 30, 20)]) == []


def test_a_tilted_page_has_no_rows_to_follow() -> None:
    turned = [TextRegion(tilted(region.quad, 4), 0.9) for region in TABLE]
    assert found([MINUS], turned) == []


def test_a_page_without_text_has_nothing_lone() -> None:
    assert found([MINUS], []) == []


PARAGRAPH = [cell(80, 20, 200), cell(80, 52, 200), cell(20, 84, 260)]
"""Two indented lines, and one below them that is not."""

LETTER = (24, 24, 70, 76)


def test_the_initial_of_a_paragraph_is_found_before_its_indented_lines() -> None:
    assert found([LETTER], PARAGRAPH) == [[19, 19, 75, 81]]


@pytest.mark.parametrize(
    "ink", [[(30, 30, 60, 60)], [(24, 24, 90, 76)], [(24, 0, 70, 76)]], ids=["low", "wide", "beyond the first line"]
)
def test_what_is_no_initial_is_not_taken_for_one(ink: list[Box]) -> None:
    assert found(ink, PARAGRAPH) == []


@pytest.mark.parametrize(
    "regions",
    [
        [cell(80, 20, 200), cell(20, 52, 260), cell(20, 84, 260)],
        [cell(40, 20, 240), cell(40, 52, 240), cell(20, 84, 260)],
        [cell(80, 20, 200), cell(80, 52, 200), cell(20, 140, 260)],
        [cell(80, 20, 200), cell(120, 52, 160), cell(20, 84, 260)],
        [*PARAGRAPH, cell(20, 30, 40)],
    ],
    ids=["one line", "little room", "no line below", "ragged", "text there"],
)
def test_lines_that_leave_no_room_for_an_initial_have_none(regions: list[TextRegion]) -> None:
    assert found([LETTER], regions) == []
