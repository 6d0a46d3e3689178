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


def pile(count: int = 4, *, gap: float = 0, width: float = 20, height: float = 20) -> list[TextRegion]:
    return [region_of(50, 100 + (height + gap) * index, width, height) for index in range(count)]


@pytest.mark.parametrize(("count", "joined"), [(3, False), (4, True)])
def test_it_takes_four_characters_to_be_a_line(count: int, joined: bool) -> None:
    assert (len(join_stacks(pile(count), PARAMS)) == 1) is joined


@pytest.mark.parametrize(("gap", "joined"), [(4, True), (5, False), (-4, True), (-5, False)])
def test_the_characters_of_a_line_touch_within_a_fifth_of_their_height(gap: float, joined: bool) -> None:
    assert (len(join_stacks(pile(gap=gap), PARAMS)) == 1) is joined


def test_the_less_tall_one_of_two_neighbours_says_how_wide_a_gap_may_be() -> None:
    tall, low = region_of(50, 100, 20, 40), [region_of(50, 144 + 20 * index, 20, 20) for index in range(3)]
    assert len(join_stacks([tall, *low], PARAMS)) == 1
    further = [region_of(50, 145 + 20 * index, 20, 20) for index in range(3)]
    assert len(join_stacks([tall, *further], PARAMS)) == 4


@pytest.mark.parametrize(
    ("width", "height", "joined"), [(40, 20, True), (45, 20, False), (20, 40, True), (20, 45, False)]
)
def test_what_is_long_is_a_word_and_no_character(width: float, height: float, joined: bool) -> None:
    assert (len(join_stacks(pile(width=width, height=height), PARAMS)) == 1) is joined


@pytest.mark.parametrize(("shift", "joined"), [(6, True), (7, False), (-6, True), (-7, False)])
def test_neighbours_share_seven_tenths_of_their_width(shift: float, joined: bool) -> None:
    regions = [region_of(50 + shift * (index % 2), 100 + 20 * index, 20, 20) for index in range(4)]
    assert (len(join_stacks(regions, PARAMS)) == 1) is joined


@pytest.mark.parametrize(("narrow", "joined"), [(14, True), (13, False)])
def test_the_share_is_that_of_the_wider_neighbour(narrow: float, joined: bool) -> None:
    regions = [region_of(50, 100 + 20 * index, 20 if index % 2 else narrow, 20) for index in range(4)]
    assert (len(join_stacks(regions, PARAMS)) == 1) is joined


def test_a_line_has_the_mean_score_of_its_characters_and_comes_after_what_is_not_joined() -> None:
    regions = [TextRegion(region.quad, score) for region, score in zip(pile(), (0.5, 0.6, 0.7, 1.0), strict=True)]
    other = region_of(300, 100, 20, 20)
    kept, line = join_stacks([*regions[::-1], other], PARAMS)
    assert kept is other
    assert line.score == pytest.approx(0.7)
    assert overlap(line.quad, quad_of(50, 100, 20, 80)) > 0.99


def test_lines_side_by_side_stay_two() -> None:
    left, right = pile(5), [region_of(80, 110 + 20 * index, 20, 20) for index in range(4)]
    first, second = join_stacks([*left, *right], PARAMS)
    assert overlap(first.quad, quad_of(50, 100, 20, 100)) > 0.99
    assert overlap(second.quad, quad_of(80, 110, 20, 80)) > 0.99


def test_a_low_character_above_tall_ones_says_how_wide_a_gap_may_be_as_well() -> None:
    for gap, joined in ((4, True), (5, False)):
        tall = [region_of(50, 120 + gap + 40 * index, 20, 40) for index in range(3)]
        assert (len(join_stacks([region_of(50, 100, 20, 20), *tall], PARAMS)) == 1) is joined


@pytest.mark.parametrize(("width", "height"), [(40, 20), (20, 40)])
def test_what_is_just_as_long_as_a_character_may_be_is_one(width: float, height: float) -> None:
    assert len(join_stacks(pile(width=width, height=height), StackParams(max_aspect=2))) == 1
