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
