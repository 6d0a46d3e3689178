"""What is kept of readings that may be no text."""

from dataclasses import replace

import numpy as np
import pytest

from py_ocr.rejection import RejectionParams, reject_non_text, required_confidence
from py_ocr.types import Quad, TextLine
from tests.unit.drawing import quad_of, tilted

PARAMS = RejectionParams()


def line(text: str, confidence: float, x: float = 0, y: float = 0) -> TextLine:
    return TextLine(text, confidence, quad_of(x, y, x + 20 * len(text), y + 20))


def test_the_shorter_a_reading_the_surer_it_must_be() -> None:
    needs = [required_confidence(text, PARAMS) for text in ("7", "ab", "abc", "abcd", "abcdefgh")]
    assert needs[0] == PARAMS.single_confidence
    assert needs == sorted(needs, reverse=True)
    assert needs[3] == needs[4] == PARAMS.long_confidence


def test_repetitions_do_not_make_a_reading_long() -> None:
    assert required_confidence("女女女女女", PARAMS) == required_confidence("女", PARAMS)


def test_a_long_line_of_modest_confidence_is_text_and_a_texture_is_not() -> None:
    kept = reject_non_text([line("Invoice", 0.6), line("女女女", 0.8, y=300), line("仁", 0.92, y=600)])
    assert [text.text for text in kept] == ["Invoice"]


@pytest.mark.parametrize(("x", "y", "kept"), [(100, 0, True), (400, 0, False), (100, 60, False)])
def test_a_doubtful_character_counts_beside_a_sure_line(x: float, y: float, kept: bool) -> None:
    lines = [line("Fig.", 0.99), line("1", 0.56, x=x, y=y)]
    assert (len(reject_non_text(lines)) == 2) is kept


def test_a_line_on_which_nothing_was_read_is_none_however_sure() -> None:
    assert reject_non_text([line("", 0.99)]) == []


def place(text: str, confidence: float, quad: Quad, degrees: int = 0) -> TextLine:
    return TextLine(text, confidence, quad, orientation_degrees=degrees)


def stays(doubtful: TextLine, sure: TextLine) -> bool:
    """Tell whether a doubtful reading is kept for the sure one beside it, in whatever order they come."""
    kept = [len(reject_non_text(lines)) == 2 for lines in ([doubtful, sure], [sure, doubtful])]
    assert kept[0] is kept[1]
    return kept[0]


@pytest.mark.parametrize(
    ("text", "needed"),
    [("", 0.95), ("7", 0.95), ("ab", 0.8), ("a b", 0.8), ("abc", 0.65), ("abcd", 0.5), ("abcde", 0.5)],
)
def test_what_a_reading_needs_falls_evenly_with_its_characters(text: str, needed: float) -> None:
    assert required_confidence(text, PARAMS) == pytest.approx(needed)


@pytest.mark.parametrize(("text", "needed"), [("7", 0.95), ("abcd", 0.5)])
def test_exactly_what_is_needed_is_enough(text: str, needed: float) -> None:
    assert len(reject_non_text([line(text, needed)])) == 1
    assert reject_non_text([line(text, needed - 0.01)]) == []


def test_one_sure_neighbour_among_many_lines_is_enough() -> None:
    lines = [line("Fig.", 0.99), line("1", 0.56, x=100), line("Another line", 0.99, y=300)]
    assert reject_non_text(lines) == lines


@pytest.mark.parametrize(("confidence", "kept"), [(0.5, True), (0.49, False)])
def test_even_beside_sure_text_a_reading_must_be_half_sure(confidence: float, kept: bool) -> None:
    assert stays(line("1", confidence, x=100), line("Fig.", 0.99)) is kept


# The sure line lies at (200, 100), 80 wide and 20 high. Two of its heights are 40 pixels.
SURE = place("Fig.", 0.99, quad_of(200, 100, 80, 20))


@pytest.mark.parametrize(("x", "kept"), [(320, True), (321, False), (140, True), (139, False), (230, True)])
def test_a_neighbour_is_at_most_two_heights_away_on_either_side(x: float, kept: bool) -> None:
    assert stays(place("1", 0.6, quad_of(x, 100, 20, 20)), SURE) is kept


@pytest.mark.parametrize(("x", "kept"), [(320, True), (321, False), (60, True), (59, False)])
def test_the_distance_is_between_the_edges_however_wide_the_neighbour_is(x: float, kept: bool) -> None:
    assert stays(place("1", 0.6, quad_of(x, 100, 100, 20)), SURE) is kept


@pytest.mark.parametrize(("y", "kept"), [(110, True), (111, False), (90, True), (89, False)])
def test_a_neighbour_stands_at_most_half_a_height_off_the_row(y: float, kept: bool) -> None:
    assert stays(place("1", 0.6, quad_of(290, y, 20, 20)), SURE) is kept


@pytest.mark.parametrize(("height", "kept"), [(10, True), (9, False), (40, True), (41, False)])
def test_a_neighbour_is_of_about_the_same_size(height: float, kept: bool) -> None:
    assert stays(place("1", 0.6, quad_of(290, 110 - height / 2, 20, height)), SURE) is kept


@pytest.mark.parametrize(("y", "kept"), [(110, True), (112, False)])
def test_the_lower_one_of_unequal_neighbours_says_how_far_off_the_row_is(y: float, kept: bool) -> None:
    # 12 high: its middle may be 6 off that of the row, which is at 110.
    assert stays(place("1", 0.6, quad_of(290, y, 20, 12)), SURE) is kept


@pytest.mark.parametrize(("x", "kept"), [(340, True), (341, False)])
def test_the_higher_one_of_unequal_neighbours_says_how_far_away_it_may_be(x: float, kept: bool) -> None:
    assert stays(place("1", 0.6, quad_of(x, 95, 20, 30)), SURE) is kept


def test_text_that_runs_another_way_is_no_neighbour() -> None:
    assert stays(place("1", 0.6, quad_of(290, 100, 20, 20)), SURE)
    assert not stays(place("1", 0.6, quad_of(290, 100, 20, 20), degrees=90), SURE)


@pytest.mark.parametrize(("along", "across", "kept"), [(60, 0, True), (60, 15, False), (110, 0, False), (0, 60, False)])
def test_the_row_of_a_tilted_line_is_tilted(along: float, across: float, kept: bool) -> None:
    sure = tilted(quad_of(200, 100, 80, 20), 30)
    u, v = (sure[1] - sure[0]) / 80, (sure[3] - sure[0]) / 20
    centre = sure.mean(axis=0) + u * along + v * across
    beside = tilted(quad_of(float(centre[0]) - 10, float(centre[1]) - 10, 20, 20), 30)
    assert stays(place("1", 0.6, beside), place("Fig.", 0.99, sure)) is kept


def test_a_line_that_is_just_sure_enough_vouches_for_its_neighbour() -> None:
    assert stays(place("1", 0.6, quad_of(290, 100, 20, 20)), place("Fig.", 0.5, quad_of(200, 100, 80, 20)))


# Grids of short readings, 20 high.


def cell(text: str, confidence: float, column: float, row: float, *, height: float = 20) -> TextLine:
    return place(text, confidence, quad_of(100 * column, 100 * row + (20 - height) / 2, 20, height))


def survives(doubtful: TextLine, *sure: TextLine) -> bool:
    kept = reject_non_text([doubtful, *sure])
    assert kept[-len(sure) :] == list(sure)
    return doubtful in kept


@pytest.mark.parametrize(("confidence", "kept"), [(0.4, True), (0.39, False)])
def test_a_doubtful_character_in_a_grid_of_sure_ones_counts(confidence: float, kept: bool) -> None:
    assert survives(cell("0", confidence, 1, 1), cell("7", 0.99, 0, 1), cell("8", 0.99, 1, 0)) is kept
    assert survives(cell("0", confidence, 2, 0), cell("7", 0.99, 0, 0), cell("8", 0.99, 1, 0)) is kept
    assert survives(cell("0", confidence, 0, 2), cell("7", 0.99, 0, 0), cell("8", 0.99, 0, 1)) is kept


def test_one_neighbour_or_one_that_is_not_aligned_is_no_grid() -> None:
    assert not survives(cell("0", 0.8, 1, 0), cell("7", 0.99, 0, 0))
    assert not survives(cell("0", 0.8, 1, 0), cell("7", 0.99, 0, 0), cell("8", 0.99, 2, 1))
    assert survives(cell("0", 0.8, 1, 0), cell("7", 0.99, 0, 0), cell("8", 0.99, 2, 0.1))
    assert not survives(cell("0", 0.8, 1, 0), cell("7", 0.99, 0, 0), cell("8", 0.99, 2, 0.11))


def test_neighbours_that_are_not_sure_vouch_for_nothing() -> None:
    cells = [cell("0", 0.8, column, 0) for column in range(3)]
    assert reject_non_text(cells) == []


@pytest.mark.parametrize(("text", "kept"), [("1234", True), ("12345", False)])
def test_a_grid_is_made_of_short_readings(text: str, kept: bool) -> None:
    assert survives(cell("0", 0.8, 1, 1), cell(text, 0.99, 0, 1), cell(text, 0.99, 1, 0)) is kept


def test_a_long_reading_is_in_no_grid() -> None:
    neighbours = cell("7", 0.99, 0, 1), cell("8", 0.99, 1, 0)
    assert not survives(cell("12345", 0.45, 1, 1), *neighbours)
    assert survives(cell("1234", 0.45, 1, 1), *neighbours)


@pytest.mark.parametrize(("text", "height", "kept"), [("+", 8, True), ("-", 7, True), ("=", 6, False), ("7", 8, False)])
def test_a_sign_in_a_grid_may_be_lower_than_its_cells(text: str, height: float, kept: bool) -> None:
    doubtful = cell(text, 0.8, 0.15, 0.15, height=height)
    assert survives(doubtful, cell("7", 0.99, 0, 0.15), cell("8", 0.99, 0.15, 0)) is kept


def test_a_character_of_a_grid_that_was_read_lying_is_as_tall_as_it_is_long() -> None:
    quad = quad_of(100, 100, 14, 20)
    lying = place("0", 0.8, np.roll(quad, -1, axis=0), 90)
    assert survives(lying, cell("7", 0.99, 0, 1), cell("8", 0.99, 1, 0))
    assert not survives(replace(lying, text="00"), cell("7", 0.99, 0, 1), cell("8", 0.99, 1, 0))


@pytest.mark.parametrize(("height", "kept"), [(15, True), (14, False), (26, True), (27, False)])
def test_the_cells_of_a_grid_are_of_a_size(height: float, kept: bool) -> None:
    assert survives(cell("0", 0.8, 0.8, 0.8, height=height), cell("7", 0.99, 0, 0.8), cell("8", 0.99, 0.8, 0)) is kept


@pytest.mark.parametrize(("distance", "kept"), [(1.2, True), (1.21, False)])
def test_the_next_cell_is_at_most_six_heights_away(distance: float, kept: bool) -> None:
    assert survives(cell("0", 0.8, 0, 0), cell("7", 0.99, distance, 0), cell("8", 0.99, 0, 3)) is kept


# A sure line at (200, 100), 80 wide and 20 high, and what stands above or below it.


@pytest.mark.parametrize(("confidence", "kept"), [(0.9, True), (0.89, False)])
def test_a_brace_on_a_line_of_its_own_counts_below_and_above_a_sure_line(confidence: float, kept: bool) -> None:
    assert survives(place("}", confidence, quad_of(200, 130, 20, 20)), SURE) is kept
    assert survives(place("}", confidence, quad_of(200, 70, 20, 20)), SURE) is kept


@pytest.mark.parametrize(("y", "kept"), [(140, True), (141, False), (60, True), (59, False)])
def test_it_stands_directly_below_or_above(y: float, kept: bool) -> None:
    # Its middle is at most one and a half heights below the line's end, at 120, or above its begin, at 100.
    assert survives(place("}", 0.92, quad_of(200, y, 20, 20)), SURE) is kept


@pytest.mark.parametrize(("x", "kept"), [(170, True), (169, False), (270, True), (271, False)])
def test_it_stands_within_the_line_or_a_little_before_it(x: float, kept: bool) -> None:
    assert survives(place("}", 0.92, quad_of(x, 135, 20, 20)), SURE) is kept


@pytest.mark.parametrize(("height", "kept"), [(15, True), (14, False)])
def test_it_is_of_the_size_of_the_line(height: float, kept: bool) -> None:
    assert survives(place("}", 0.92, quad_of(200, 130, 20, height)), SURE) is kept


@pytest.mark.parametrize(("neighbours", "needed"), [(2, 0.4), (3, 0.35), (4, 0.3), (5, 0.25), (8, 0.25)])
def test_the_more_cells_a_row_has_the_less_sure_each_must_be(neighbours: int, needed: float) -> None:
    cells = [cell("7", 0.99, 1 + column, 0) for column in range(neighbours)]
    assert survives(cell("0", needed + 0.01, 0, 0), *cells)
    assert not survives(cell("0", needed - 0.01, 0, 0), *cells)
