"""How far around a box its line is cut: as far as its thin marks go, and no neighbour stands."""

import numpy as np
import pytest
from numpy.typing import NDArray

from py_ocr.cutting import Sides, margins_around, marks_beyond, widened, widest_cuts
from py_ocr.types import Quad
from tests.unit.drawing import quad_of, tilted

VERTICAL_RATIO = 1.5


def reach(*quads: Quad) -> Sides:
    """Return how far the widest cut of the first of these boxes goes beyond it: top, right, bottom, left."""
    top, right, bottom, left = margins_around(quads[0], widest_cuts(quads, VERTICAL_RATIO)[0]).tolist()
    return round(top, 3), round(right, 3), round(bottom, 3), round(left, 3)


# A line 200 wide and 20 high.
LINE = quad_of(100, 100, 200, 20)


@pytest.mark.parametrize("degrees", [0, 30, 180])
def test_a_line_alone_is_searched_far_at_its_ends_and_little_above_and_below(degrees: float) -> None:
    assert reach(tilted(LINE, degrees)) == pytest.approx((5, 24, 5, 24), abs=0.01)


def test_a_column_is_searched_far_where_its_text_begins_and_ends() -> None:
    assert reach(quad_of(100, 100, 20, 200)) == (24, 5, 24, 5)


@pytest.mark.parametrize(("width", "far"), [(60, False), (61, True)])
def test_a_character_or_two_are_searched_a_little_on_all_sides(width: float, far: bool) -> None:
    assert reach(quad_of(100, 100, width, 20)) == (5, 24 if far else 5, 5, 24 if far else 5)


def test_two_lines_of_a_row_share_the_gap_between_them() -> None:
    assert reach(LINE, quad_of(310, 100, 50, 20)) == (5, 5, 5, 24)
    assert reach(LINE, quad_of(40, 100, 50, 20)) == (5, 24, 5, 5)


def test_a_line_is_cut_up_to_the_lines_above_and_below() -> None:
    assert reach(LINE, quad_of(100, 123, 200, 20)) == (5, 24, 3, 24)
    assert reach(LINE, quad_of(100, 79, 200, 20)) == (1, 24, 5, 24)


def test_what_overlaps_leaves_no_room() -> None:
    assert reach(LINE, quad_of(296, 102, 50, 20)) == (5, 0, 5, 24)
    assert reach(LINE, quad_of(100, 116, 200, 20)) == (5, 24, 0, 24)


@pytest.mark.parametrize(("overlap", "right"), [(5, 24), (6, 4)])
def test_lines_set_tight_overlap_and_are_not_beside_each_other(overlap: float, right: float) -> None:
    # The next line is indented: it begins 8 pixels behind the end of this one.
    assert reach(LINE, quad_of(308, 120 - overlap, 200, 20))[1] == right


def test_the_lower_one_of_two_lines_says_how_much_they_may_overlap() -> None:
    assert reach(LINE, quad_of(310, 112, 50, 60))[1] == 5
    assert reach(quad_of(100, 100, 200, 60), quad_of(310, 152, 50, 20))[1] == 5


def test_what_stands_elsewhere_limits_nothing() -> None:
    assert reach(LINE, quad_of(310, 200, 50, 20), quad_of(600, 123, 50, 20)) == (5, 24, 5, 24)


def test_no_boxes_have_no_cuts() -> None:
    assert widest_cuts([], VERTICAL_RATIO).shape == (0, 4, 2)


@pytest.mark.parametrize("degrees", [0, 17, -100])
def test_what_a_quad_is_widened_by_is_the_margin_around_it(degrees: float) -> None:
    quad = tilted(LINE, degrees)
    assert margins_around(quad, widened(quad, (1, 2, 3, 4))) == pytest.approx((1, 2, 3, 4), abs=1e-3)


def test_margins_are_measured_at_the_corners_of_the_top_and_left_side() -> None:
    quad = np.array([[0, 0], [100, 0], [90, 30], [0, 20]], dtype=np.float32)
    assert margins_around(quad, widened(quad, (1, 2, 3, 4))).tolist() == [1, 2, 3, 4]


def test_each_side_moves_outwards_by_its_own_length() -> None:
    assert widened(LINE, (1, 2, 3, 4)).tolist() == [[96, 99], [302, 99], [302, 123], [96, 123]]


def test_a_quad_that_is_not_widened_is_itself() -> None:
    assert margins_around(LINE, LINE).tolist() == [0, 0, 0, 0]
    assert widened(LINE, (0.0, 0.0, 0.0, 0.0)).tolist() == LINE.tolist()


def test_many_quads_are_widened_as_each_of_them_alone() -> None:
    quads, by = np.stack([LINE, tilted(LINE, 30)]), [(1, 2, 3, 4), (8, 7, 6, 5)]
    together = widened(quads, by)
    assert together.tolist() == [widened(quad, sides).tolist() for quad, sides in zip(quads, by, strict=True)]
    assert margins_around(quads, together) == pytest.approx(np.array(by), abs=1e-3)


# Samples of 74 x 360 pixels whose box lies 12 inside of the top and bottom and 40 of the ends: it is 50 high. Paper
# around a mark is 3 pixels, at an end that is thin 15; a gap may be 17.
MARGINS: Sides = (12, 40, 12, 40)

Box = tuple[int, int, int, int]


def sample(*ink: Box, letters: bool = True, paper: int = 255, pen: int = 0) -> NDArray[np.uint8]:
    """Return a sample with letters from end to end of the box, and these boxes of ink."""
    image = np.full((74, 360, 3), paper, dtype=np.uint8)
    bars = [(x, 16, x + 8, 58) for x in range(44, 316, 16)] if letters else []
    for x0, y0, x1, y1 in [*bars, *ink]:
        image[y0:y1, x0:x1] = pen
    return image


def test_a_line_within_its_box_has_no_marks_beyond_it() -> None:
    assert marks_beyond(sample(), MARGINS) == (0, 0, 0, 0)


DOT = (28, 52, 34, 58)


def test_a_dot_before_a_line_is_a_mark_of_it() -> None:
    assert marks_beyond(sample(DOT), MARGINS) == (0, 0, 0, 12 + 3)
    mirrored = (360 - 34, 52, 360 - 28, 58)
    assert marks_beyond(sample(mirrored), MARGINS) == (0, 12 + 3, 0, 0)


@pytest.mark.parametrize(("paper", "pen"), [(30, 220), (120, 250), (140, 10)])
def test_a_dot_is_seen_in_the_light_on_the_dark_as_well(paper: int, pen: int) -> None:
    assert marks_beyond(sample(DOT, paper=paper, pen=pen), MARGINS) == (0, 0, 0, 15)


def test_marks_one_after_the_other_are_taken_in_up_to_the_last() -> None:
    assert marks_beyond(sample(DOT, (10, 52, 16, 58)), MARGINS)[3] == 30 + 3


@pytest.mark.parametrize(("x", "taken"), [(17, True), (16, False)])
def test_what_stands_further_away_than_dots_do_belongs_to_something_else(x: int, taken: bool) -> None:
    # The gap from the box to the mark is 17 pixels, or 18.
    assert (marks_beyond(sample((x, 52, x + 6, 58)), MARGINS)[3] > 15) is taken


def test_an_underscore_below_and_an_accent_above_are_marks() -> None:
    top, right, bottom, left = marks_beyond(sample((100, 64, 140, 67), (180, 6, 190, 10)), MARGINS)
    assert (top, bottom) == (6 + 3, 5 + 3)
    assert (right, left) == (0, 0)


def test_ink_that_goes_on_to_the_edge_is_something_else() -> None:
    assert marks_beyond(sample((0, 30, 38, 58)), MARGINS) == (0, 0, 0, 0)
    assert marks_beyond(sample((100, 62, 140, 74)), MARGINS) == (0, 0, 0, 0)


def test_rules_of_a_table_are_no_marks() -> None:
    assert marks_beyond(sample((0, 65, 360, 67)), MARGINS) == (0, 0, 0, 0)
    assert marks_beyond(sample((30, 0, 32, 74)), MARGINS) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "rule",
    [(20, 65, 200, 67), (200, 65, 340, 67), (20, 7, 200, 9), (30, 6, 32, 60), (328, 6, 330, 60), (30, 14, 32, 68)],
)
def test_what_goes_round_a_corner_of_the_box_is_a_rule_as_well(rule: Box) -> None:
    assert marks_beyond(sample(rule), MARGINS) == (0, 0, 0, 0)


def test_the_marks_of_a_column_are_as_large_as_those_of_a_line() -> None:
    column = np.ascontiguousarray(sample(DOT).transpose(1, 0, 2))
    assert marks_beyond(column, (40, 12, 40, 12)) == (12 + 3, 0, 0, 0)


def test_specks_are_no_marks() -> None:
    assert marks_beyond(sample((100, 65, 101, 66)), MARGINS) == (0, 0, 0, 0)
    assert marks_beyond(sample((100, 65, 102, 66)), MARGINS) == (0, 0, 4 + 3, 0)


def test_texture_is_no_ink() -> None:
    assert marks_beyond(sample(DOT, paper=200, pen=165), MARGINS) == (0, 0, 0, 0)
    assert marks_beyond(sample(DOT, paper=200, pen=155), MARGINS) == (0, 0, 0, 15)


@pytest.mark.parametrize(("bottom", "left"), [(36, 15), (37, 0)])
def test_a_line_that_begins_with_a_thin_mark_gets_more_paper_there(bottom: int, left: float) -> None:
    # A quotation mark at the edge of the box: 20 pixels of 50 are thin.
    letters = [(x, 16, x + 8, 58) for x in range(60, 316, 16)]
    assert marks_beyond(sample((42, 16, 46, bottom), *letters, letters=False), MARGINS) == (0, 0, 0, left)
    flipped = sample((42, 16, 46, bottom), *letters, letters=False)[:, ::-1]
    assert marks_beyond(flipped, MARGINS)[1] == left


def test_a_thin_mark_may_be_a_pixel_wide_and_has_paper_on_either_side() -> None:
    letters = [(x, 16, x + 8, 58) for x in range(60, 316, 16)]
    mark = sample((42, 16, 43, 30), *letters, letters=False)
    assert marks_beyond(mark, MARGINS)[3] == 15
    assert marks_beyond(mark[:, 41:], (12, 40, 12, 0))[3] == 0
    assert marks_beyond(sample((0, 52, 1, 58)), MARGINS) == (0, 0, 0, 0)


def test_a_pixel_of_paper_parts_a_thin_mark_from_the_letters() -> None:
    letters = [(x, 16, x + 8, 58) for x in range(47, 316, 16)]
    assert marks_beyond(sample((42, 16, 46, 30), *letters, letters=False), MARGINS)[3] == 15


@pytest.mark.parametrize("stem", [(42, 16, 43, 58), (46, 16, 47, 58)])
def test_a_mark_with_a_stem_at_either_side_is_not_thin(stem: Box) -> None:
    letters = [(x, 16, x + 8, 58) for x in range(60, 316, 16)]
    assert marks_beyond(sample((43, 16, 46, 20), stem, *letters, letters=False), MARGINS)[3] == 0


@pytest.mark.parametrize(("grain", "left"), [(20, 15), (80, 0)])
def test_beside_the_lettering_of_a_photograph_shadows_are_no_marks(grain: int, left: float) -> None:
    image = sample(DOT)
    paper = image[..., 0] == 255
    paper[::2] = False
    image[paper] -= np.uint8(grain)
    assert marks_beyond(image, MARGINS) == (0, 0, 0, left)


def test_how_grainy_paper_may_be_is_a_matter_of_its_contrast() -> None:
    image = sample(DOT, paper=200, pen=100)
    paper = image[..., 0] == 200
    paper[np.arange(len(paper)) % 4 > 0] = False
    image[paper] -= np.uint8(40)
    assert marks_beyond(image, MARGINS) == (0, 0, 0, 0)
