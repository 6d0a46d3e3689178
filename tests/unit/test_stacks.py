"""Characters one below the other: when they are one vertical line."""

import pytest

from py_ocr.stacks import StackParams, join_stacks
from py_ocr.types import TextRegion
from tests.unit.drawing import overlap, quad_of

PARAMS = StackParams()


def region_of(x: float, y: float, width: float, height: float) -> TextRegion:
    return TextRegion(quad_of(x, y, width, height), 0.9)


def test_characters_that_touch_one_below_the_other_are_one_vertical_line() -> None:
    stack = [region_of(50, 100 + 20 * index, 18, 20) for index in range(6)]
    row = region_of(200, 100, 150, 20)
    joined = join_stacks([*stack, row], PARAMS)
    assert len(joined) == 2
    column = next(region for region in joined if region is not row)
    assert overlap(column.quad, quad_of(50, 100, 18, 120)) > 0.99


@pytest.mark.parametrize("gap", [12, 40])
def test_the_cells_of_a_table_stay_apart(gap: float) -> None:
    cells = [region_of(50, 100 + (20 + gap) * index, 22, 20) for index in range(6)]
    assert len(join_stacks(cells, PARAMS)) == len(cells)


@pytest.mark.parametrize(
    ("count", "width", "gap", "shift", "joined"),
    [
        (4, 18, 0, 0, True),
        (3, 18, 0, 0, False),
        (6, 60, 0, 0, False),
        (6, 18, 3, 0, True),
        (6, 18, 6, 0, False),
        (6, 18, 0, 4, True),
        (6, 18, 0, 9, False),
    ],
    ids=["four", "too few", "words", "close", "apart", "in line", "staggered"],
)
def test_what_is_one_vertical_line(count: int, width: float, gap: float, shift: float, joined: bool) -> None:
    stack = [region_of(50 + shift * (index % 2), (20 + gap) * index, width, 20) for index in range(count)]
    assert len(join_stacks(stack, PARAMS)) == (1 if joined else count)
