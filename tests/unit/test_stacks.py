"""Characters one below the other: when they may be one vertical line, and when they are."""

import pytest

from py_ocr.stacks import StackParams, find_stacks, is_vertical_line
from py_ocr.types import TextRegion
from tests.unit.drawing import overlap, quad_of

PARAMS = StackParams()


def region_of(x: float, y: float, width: float, height: float) -> TextRegion:
    return TextRegion(quad_of(x, y, width, height), 0.9)


def test_characters_that_touch_one_below_the_other_may_be_one_vertical_line() -> None:
    regions = [region_of(50, 100 + 20 * index, 18, 20) for index in (3, 0, 5, 1, 4, 2)]
    (stack,) = find_stacks([region_of(300, 100, 20, 20), *regions], PARAMS)
    assert stack.members == (2, 4, 6, 1, 5, 3)
    assert overlap(stack.quad, quad_of(50, 100, 18, 120)) > 0.99


@pytest.mark.parametrize("gap", [12, 40])
def test_the_cells_of_a_table_stay_apart(gap: float) -> None:
    cells = [region_of(50, 100 + (20 + gap) * index, 22, 20) for index in range(6)]
    assert find_stacks(cells, PARAMS) == ()


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
    assert len(find_stacks(stack, PARAMS)) == int(joined)


def pile(count: int = 4, *, gap: float = 0, width: float = 20, height: float = 20) -> list[TextRegion]:
    return [region_of(50, 100 + (height + gap) * index, width, height) for index in range(count)]


@pytest.mark.parametrize(("count", "joined"), [(3, False), (4, True)])
def test_it_takes_four_characters_to_be_a_line(count: int, joined: bool) -> None:
    assert len(find_stacks(pile(count), PARAMS)) == int(joined)


@pytest.mark.parametrize(("gap", "joined"), [(4, True), (5, False), (-4, True), (-5, False)])
def test_the_characters_of_a_line_touch_within_a_fifth_of_their_height(gap: float, joined: bool) -> None:
    assert len(find_stacks(pile(gap=gap), PARAMS)) == int(joined)


def test_the_less_tall_one_of_two_neighbours_says_how_wide_a_gap_may_be() -> None:
    tall, low = region_of(50, 100, 20, 40), [region_of(50, 144 + 20 * index, 20, 20) for index in range(3)]
    assert len(find_stacks([tall, *low], PARAMS)) == 1
    further = [region_of(50, 145 + 20 * index, 20, 20) for index in range(3)]
    assert find_stacks([tall, *further], PARAMS) == ()


@pytest.mark.parametrize(
    ("width", "height", "joined"), [(40, 20, True), (45, 20, False), (20, 40, True), (20, 45, False)]
)
def test_what_is_long_is_a_word_and_no_character(width: float, height: float, joined: bool) -> None:
    assert len(find_stacks(pile(width=width, height=height), PARAMS)) == int(joined)


@pytest.mark.parametrize(("shift", "joined"), [(6, True), (7, False), (-6, True), (-7, False)])
def test_neighbours_share_seven_tenths_of_their_width(shift: float, joined: bool) -> None:
    regions = [region_of(50 + shift * (index % 2), 100 + 20 * index, 20, 20) for index in range(4)]
    assert len(find_stacks(regions, PARAMS)) == int(joined)


@pytest.mark.parametrize(("narrow", "joined"), [(14, True), (13, False)])
def test_the_share_is_that_of_the_wider_neighbour(narrow: float, joined: bool) -> None:
    regions = [region_of(50, 100 + 20 * index, 20 if index % 2 else narrow, 20) for index in range(4)]
    assert len(find_stacks(regions, PARAMS)) == int(joined)


def test_lines_side_by_side_stay_two() -> None:
    left, right = pile(5), [region_of(80, 110 + 20 * index, 20, 20) for index in range(4)]
    first, second = find_stacks([*left, *right], PARAMS)
    assert overlap(first.quad, quad_of(50, 100, 20, 100)) > 0.99
    assert overlap(second.quad, quad_of(80, 110, 20, 80)) > 0.99
    assert (set(first.members), set(second.members)) == ({0, 1, 2, 3, 4}, {5, 6, 7, 8})


def test_a_low_character_above_tall_ones_says_how_wide_a_gap_may_be_as_well() -> None:
    for gap, joined in ((4, True), (5, False)):
        tall = [region_of(50, 120 + gap + 40 * index, 20, 40) for index in range(3)]
        assert len(find_stacks([region_of(50, 100, 20, 20), *tall], PARAMS)) == int(joined)


@pytest.mark.parametrize(("width", "height"), [(40, 20), (20, 40)])
def test_what_is_just_as_long_as_a_character_may_be_is_one(width: float, height: float) -> None:
    assert len(find_stacks(pile(width=width, height=height), StackParams(max_aspect=2))) == 1


def rows_beside(count: int, *, width: float = 50, height: float = 20) -> list[TextRegion]:
    return [region_of(80, 110 - height / 2 + 20 * index, width, height) for index in range(count)]


@pytest.mark.parametrize(("rows", "proposed"), [(0, True), (1, True), (2, False), (4, False)])
def test_characters_with_rows_of_text_beside_half_of_them_are_the_beginnings_of_those(
    rows: int, proposed: bool
) -> None:
    assert len(find_stacks([*pile(4), *rows_beside(rows)], PARAMS)) == int(proposed)


@pytest.mark.parametrize(
    ("width", "height", "proposed"),
    [(50, 20, False), (49, 20, True), (100, 33, False), (102, 34, True), (30, 11, True)],
    ids=["a row", "a word", "nearly too large", "too large", "too small"],
)
def test_a_row_beside_a_character_is_long_and_of_its_size(width: float, height: float, proposed: bool) -> None:
    assert len(find_stacks([*pile(4), *rows_beside(4, width=width, height=height)], PARAMS)) == int(proposed)


def test_rows_beside_less_than_half_of_the_characters_say_nothing() -> None:
    assert len(find_stacks([*pile(5), *rows_beside(2)], PARAMS)) == 1
    assert find_stacks([*pile(5), *rows_beside(3)], PARAMS) == ()


@pytest.mark.parametrize(
    ("x", "down", "proposed"),
    [
        (70, 0, False),
        (69, 0, True),
        (150, 0, False),
        (151, 0, True),
        (0, 0, False),
        (1, 0, True),
        (80, 5, False),
        (80, 5.5, True),
    ],
    ids=["touching", "overlapping", "far", "too far", "touching left", "overlapping left", "off", "too far off"],
)
def test_a_row_stands_at_the_height_of_a_character_and_at_most_four_heights_away(
    x: float, down: float, proposed: bool
) -> None:
    rows = [region_of(x, 100 + 20 * index + down, 50, 20) for index in range(4)]
    assert len(find_stacks([*pile(4), *rows], PARAMS)) == int(proposed)


@pytest.mark.parametrize("height", [10, 40])
def test_a_row_that_is_just_of_a_size_with_a_character_is_beside_it(height: float) -> None:
    rows = rows_beside(4, width=100, height=height)
    assert find_stacks([*pile(4), *rows], StackParams(row_min_size=0.5)) == ()


def test_a_row_below_a_stack_is_not_beside_it() -> None:
    assert len(find_stacks([*pile(4), *(region_of(80, 200 + 20 * row, 90, 20) for row in range(4))], PARAMS)) == 1


@pytest.mark.parametrize(("whole", "line"), [(0.95, True), (0.94, False)])
def test_a_stack_is_a_line_if_that_reads_as_well_as_its_characters(whole: float, line: bool) -> None:
    assert is_vertical_line([0.25] * 4, [1] * 4, whole) is line


@pytest.mark.parametrize(
    ("lengths", "line"), [((1, 1, 0, 1), True), ((2, 1, 1, 1), True), ((2, 2, 1, 1), False), ((9, 9, 1, 1, 1), True)]
)
def test_two_fifths_of_its_members_may_read_as_more_than_a_character(lengths: tuple[int, ...], line: bool) -> None:
    assert is_vertical_line([0.25] * len(lengths), lengths, 5) is line


@pytest.mark.parametrize("whole", [0, -0.1])
def test_what_cannot_be_read_is_no_line_however_badly_its_parts_read(whole: float) -> None:
    assert not is_vertical_line([-0.3] * 4, [1] * 4, whole)
