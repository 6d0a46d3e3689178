"""Ruled tables: the grid that drawn lines make, with merged and empty cells, and the texts in it."""

from typing import Final

import numpy as np
import pytest
from PIL import Image, ImageDraw

from py_ocr.export.json import to_dict
from py_ocr.export.parse import page_from_dict
from py_ocr.layout import analyze_layout
from py_ocr.ruling import find_grids
from py_ocr.scaling import Pixels, Size, at_full_size
from py_ocr.tables import find_tables
from py_ocr.types import Grid, OcrPage
from tests.unit.test_tables import line

XS: Final = (60, 240, 420, 600)
YS: Final = (80, 130, 180, 230)


def drawn(
    across: list[tuple[int, int, int]],
    down: list[tuple[int, int, int]],
    thick: int = 2,
    degrees: float = 0,
    grow: int = 1,
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return a page with rules: (y, from x, to x), and (x, from y, to y)."""
    image = Image.new("RGB", (700 * grow, 320 * grow), (250, 250, 248))
    pen = ImageDraw.Draw(image)
    for y, start, stop in across:
        pen.rectangle((start * grow, y * grow, stop * grow, y * grow + thick - 1), fill=(40, 40, 60))
    for x, start, stop in down:
        pen.rectangle((x * grow, start * grow, x * grow + thick - 1, stop * grow), fill=(40, 40, 60))
    for row in range(3):
        pen.text((80 * grow, (95 + 50 * row) * grow), "some text in it", fill=(0, 0, 0))
    turned = image.rotate(degrees, fillcolor=(250, 250, 248), resample=Image.Resampling.BICUBIC)
    return np.asarray(turned.getchannel("G"))


ROWS: Final = [(y, XS[0], XS[-1]) for y in YS]
COLUMNS: Final = [(x, YS[0], YS[-1]) for x in XS]


@pytest.mark.parametrize(
    ("thick", "degrees", "grow"), [(1, 0, 1), (2, 0, 1), (5, 0, 1), (2, 0.4, 1), (2, -0.4, 1), (2, 0, 4)]
)
def test_a_grid_is_found_where_it_is_drawn(thick: int, degrees: float, grow: int) -> None:
    [grid] = find_grids(drawn(ROWS, COLUMNS, thick, degrees, grow))
    assert np.allclose(grid.xs, np.array(XS) * grow, atol=5 * grow)
    assert np.allclose(grid.ys, np.array(YS) * grow, atol=5 * grow)
    assert grid.spans == ()


def test_cells_without_a_rule_between_them_are_one() -> None:
    down = [*COLUMNS[:1], (XS[1], YS[1], YS[-1]), *COLUMNS[2:]]
    across = [*ROWS[:2], (YS[2], XS[1], XS[-1]), ROWS[3]]
    [grid] = find_grids(drawn(across, down))
    assert sorted(grid.spans) == [(0, 0, 1, 2), (1, 0, 2, 1)]


@pytest.mark.parametrize(
    ("across", "down"),
    [([], []), (ROWS, []), ([ROWS[0], ROWS[3]], [COLUMNS[0], COLUMNS[3]]), (ROWS[:2], [(650, 200, 310)])],
    ids=["text", "lines to write on", "a frame", "rules that do not meet"],
)
def test_what_is_no_grid_is_none(across: list[tuple[int, int, int]], down: list[tuple[int, int, int]]) -> None:
    assert find_grids(drawn(across, down)) == ()


def test_pictures_are_no_tables() -> None:
    rows, columns = np.mgrid[:400, :600]
    checks = ((rows // 50 + columns // 50) % 2 * 200).astype(np.uint8)
    stripes = ((rows // 3) % 2 * 255).astype(np.uint8)
    for pixels in (checks, stripes, np.zeros((400, 600), np.uint8)):
        assert find_grids(pixels) == ()


def page(grid: Grid) -> OcrPage:
    texts = [
        (70, 90, "Name of the item"),
        (430, 90, "Sum"),
        (70, 140, "Ink"),
        (430, 140, "3"),
        (250, 190, "black"),
        (430, 190, "4"),
    ]
    ordered, blocks = analyze_layout([line(x, y, text) for x, y, text in texts])
    return OcrPage(700, 320, ordered, blocks, grids=(grid,))


GRID: Final = Grid(tuple(map(float, XS)), tuple(map(float, YS)), ((0, 0, 1, 2), (1, 0, 2, 1)))
TABLE: Final = (("Name of the item", "", "Sum"), ("Ink", "", "3"), ("", "black", "4"))


def test_texts_stand_in_the_cells_that_rules_cut_and_empty_ones_stay() -> None:
    [table] = find_tables(page(GRID))
    assert table.rows == TABLE
    assert table.lines == (0, 1, 2, 3, 4, 5)


def test_the_grid_survives_json_and_takes_up_corrections() -> None:
    value = to_dict(page(GRID))
    index = next(index for index, read in enumerate(value["lines"]) if read["text"] == "black")
    value["lines"][index]["text"] = value["lines"][index]["words"][0]["text"] = "blue"
    [table] = find_tables(page_from_dict(value))
    assert table.rows[2] == ("", "blue", "4")
    assert table.grid == GRID


def test_a_grid_of_a_page_that_was_read_smaller_is_told_at_full_size() -> None:
    pixels = Pixels(np.zeros((320, 700, 4), np.uint8), Size(1400, 640))
    [grid] = at_full_size(page(GRID), pixels).grids
    assert grid.xs == tuple(2 * x for x in GRID.xs)
    assert grid.spans == GRID.spans
