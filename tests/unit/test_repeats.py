"""Rows of dots and underscores: how many there are is what the ink shows."""

from collections.abc import Sequence

import numpy as np
import pytest

from py_ocr.crop import LineCrop
from py_ocr.recognition import RecognizedLine
from py_ocr.repeats import RepeatParams, count_repeats
from py_ocr.types import CtcStep
from tests.unit.drawing import quad_of

CHARSET = ("", "a", "b", ".", "_", " ", "中", "文", "—")
STRIDE = 8
WIDTH = 480

Box = tuple[int, int, int, int]


def recounted(
    text: str,
    columns: Sequence[float],
    ink: Sequence[Box],
    *,
    paper: int = 255,
    pen: int = 0,
    params: RepeatParams = RepeatParams(),
) -> RecognizedLine:
    """Return what a reading becomes: characters read at these columns of an image with these boxes of ink."""
    image = np.full((48, WIDTH, 3), paper, dtype=np.uint8)
    for x0, y0, x1, y1 in ink:
        image[y0:y1, x0:x1] = pen
    steps = tuple(
        CtcStep(CHARSET.index(c), column / STRIDE - 0.5, 0.9) for c, column in zip(text, columns, strict=True)
    )
    quad = quad_of(0, 0, WIDTH, 48)
    reading = RecognizedLine(steps, np.zeros(WIDTH // STRIDE, dtype=np.float32), WIDTH)
    line = count_repeats(LineCrop(image, quad, quad, turned=False), reading, CHARSET, STRIDE, params)
    places = [step.position for step in line.steps]
    assert places == sorted(places)
    return line


def counted(
    text: str,
    columns: Sequence[float],
    ink: Sequence[Box],
    *,
    paper: int = 255,
    pen: int = 0,
    params: RepeatParams = RepeatParams(),
) -> str:
    """Return the text of that."""
    line = recounted(text, columns, ink, paper=paper, pen=pen, params=params)
    return "".join(CHARSET[step.label] for step in line.steps)


def letter(x: int) -> Box:
    return (x - 12, 8, x + 12, 40)


def dots(*columns: int, size: int = 6, bottom: int = 40) -> list[Box]:
    return [(x - size // 2, bottom - size, x + size // 2, bottom) for x in columns]


@pytest.mark.parametrize("count", [3, 4, 9])
def test_a_row_of_dots_has_as_many_as_the_picture(count: int) -> None:
    ink = [letter(20), *dots(*(60 + 20 * index for index in range(count)))]
    assert counted("a..", (20, 60, 80), ink) == "a" + count * "."


def test_dots_that_were_read_with_spaces_between_them_are_one_row() -> None:
    ink = [letter(20), *dots(60, 80, 100, 120, 140), letter(200)]
    assert counted("a. .b", (20, 60, 90, 130, 200), ink) == "a.....b"


@pytest.mark.parametrize(("paper", "pen"), [(20, 240), (120, 250), (140, 10)])
def test_dots_are_counted_in_the_light_on_the_dark_as_well(paper: int, pen: int) -> None:
    assert counted("a..", (20, 60, 80), [letter(20), *dots(60, 80, 100)], paper=paper, pen=pen) == "a..."


def test_what_was_read_is_never_made_fewer() -> None:
    assert counted("a....", (20, 60, 70, 80, 90), [letter(20), *dots(60, 90)]) == "a...."


def test_a_single_full_stop_is_not_counted() -> None:
    assert counted("a.", (20, 60), [letter(20), *dots(60, 80, 100)]) == "a."


@pytest.mark.parametrize(
    "ink",
    [dots(60, 80, 130), dots(60, 80, 100, size=10), dots(60, 80, 100, bottom=30)],
    ids=["uneven", "too large", "too high"],
)
def test_what_is_no_even_row_of_dots_is_left_as_it_was_read(ink: list[Box]) -> None:
    assert counted("a..", (20, 60, 80), [letter(20), *ink]) == "a.."


@pytest.mark.parametrize(("pen", "text"), [(195, "a..."), (196, "a..")])
def test_faint_marks_are_not_counted(pen: int, text: str) -> None:
    assert counted("a..", (20, 60, 80), [letter(20), *dots(60, 80, 100)], pen=pen) == text


# Letters 32 pixels apart, as wide as an underscore of theirs.


@pytest.mark.parametrize(("length", "count"), [(32, 1), (64, 2), (96, 3)])
def test_a_stroke_is_as_many_underscores_as_characters_would_stand_there(length: int, count: int) -> None:
    ink = [letter(20), letter(52), (80, 42, 80 + length, 45), letter(200), letter(232), letter(264)]
    assert counted("ab_aba", (20, 52, 96, 200, 232, 264), ink) == f"ab{count * '_'}aba"


def test_the_shortest_stroke_of_a_line_is_one_underscore() -> None:
    # By the letters' distance of 32 the long one would be two.
    ink = [letter(20), (44, 42, 68, 45), letter(84), letter(116), (140, 42, 212, 45), letter(236)]
    assert counted("a_ab_a", (20, 52, 84, 116, 176, 236), ink) == "a_ab___a"


def test_a_rule_under_letters_that_were_not_read_is_no_underscore() -> None:
    ink = [letter(20), letter(52), (80, 42, 176, 45), (84, 8, 172, 36), letter(200), letter(232), letter(264)]
    assert counted("ab_aba", (20, 52, 96, 200, 232, 264), ink) == "ab_aba"


def test_a_stroke_at_half_height_is_no_underscore() -> None:
    ink = [letter(20), letter(52), (80, 20, 176, 23), (80, 42, 84, 45), letter(200), letter(232), letter(264)]
    assert counted("ab_aba", (20, 52, 96, 200, 232, 264), ink) == "ab_aba"


def test_one_underscore_that_was_read_for_two_begins_half_a_step_earlier() -> None:
    line = recounted("ab_aba", (20, 52, 96, 200, 232, 264), [letter(20), letter(52), (80, 42, 144, 45)])
    assert [step.position for step in line.steps if CHARSET[step.label] == "_"] == [11, 11.5]


@pytest.mark.parametrize(("columns", "text"), [((60, 80, 100, 127), "a...."), ((60, 80, 100, 135), "a..")])
def test_dots_may_be_a_third_of_their_distance_off(columns: tuple[int, ...], text: str) -> None:
    # 60, 80, 100 and 127 have a mean distance of 22.3: the widest is 4.7 more, a fifth; 135, of 25, is 10 more.
    assert counted("a..", (20, 60, 80), [letter(20), *dots(*columns)]) == text


def test_other_characters_keep_their_place_and_score() -> None:
    image = np.full((48, WIDTH, 3), 255, dtype=np.uint8)
    for x0, y0, x1, y1 in [*dots(60, 80, 100), letter(164)]:
        image[y0:y1, x0:x1] = 0
    steps = (CtcStep(3, 7, 0.8), CtcStep(3, 12, 0.6), CtcStep(1, 20, 0.9))
    quad = quad_of(0, 0, WIDTH, 48)
    reading = RecognizedLine(steps, np.zeros(WIDTH // STRIDE, dtype=np.float32), WIDTH)
    line = count_repeats(LineCrop(image, quad, quad, turned=False), reading, CHARSET, STRIDE)
    assert [(step.label, step.position, step.score) for step in line.steps] == [
        (3, 7, 0.6),
        (3, 9.5, 0.6),
        (3, 12, 0.6),
        (1, 20, 0.9),
    ]


def test_a_line_without_repeats_is_kept_as_it_is() -> None:
    quad, image = quad_of(0, 0, WIDTH, 48), np.zeros((48, WIDTH, 3), dtype=np.uint8)
    image[:, ::4] = 255
    reading = RecognizedLine((CtcStep(1, 3, 0.9), CtcStep(3, 6, 0.9)), np.zeros(60, dtype=np.float32), WIDTH)
    assert count_repeats(LineCrop(image, quad, quad, turned=False), reading, CHARSET, STRIDE) is reading


def test_a_row_that_was_read_right_keeps_its_places() -> None:
    line = recounted("a...", (20, 60, 70, 100), [letter(20), *dots(60, 80, 100)])
    assert [step.position for step in line.steps] == [2, 7, 8.25, 12]


def test_dots_are_below_the_middle() -> None:
    assert counted("a..", (20, 60, 80), [letter(20), *dots(60, 80, 100, bottom=31)]) == "a..."


@pytest.mark.parametrize(
    ("width", "height", "text"), [(9, 9, "a..."), (10, 6, "a.."), (6, 10, "a..")], ids=["largest", "wide", "tall"]
)
def test_a_dot_is_at_most_a_fifth_of_the_line_wide_and_high(width: int, height: int, text: str) -> None:
    ink = [(x, 42 - height, x + width, 42) for x in (60, 80, 100)]
    assert counted("a..", (20, 60, 80), [letter(20), *ink]) == text


def test_a_dot_may_be_just_as_large_as_is_said() -> None:
    ink = [letter(20), *dots(60, 80, 100, size=6)]
    assert counted("a..", (20, 60, 80), ink, params=RepeatParams(max_dot=6 / 48)) == "a..."


def test_distances_may_deviate_by_just_as_much_as_is_said() -> None:
    # 13, 20 and 27: seven are 0.35 of their mean.
    assert counted("a..", (20, 60, 80), [letter(20), *dots(60, 73, 93, 120)]) == "a...."


def test_a_slash_that_was_not_read_is_no_dot() -> None:
    slash = [(130 + 2 * row, 40 - 6 * row, 132 + 2 * row, 46 - 6 * row) for row in range(5)]
    assert counted("a..", (20, 60, 80), [letter(20), *dots(60, 80, 100), *slash]) == "a..."


def test_the_ink_of_the_characters_around_a_row_is_not_counted() -> None:
    # As small as a dot, and at the distance of one: what the letters are beside it is read already.
    ink = [letter(20), *dots(40, 60, 80, 100, 120, size=4), letter(200)]
    assert counted("ab..ba", (20, 40, 60, 80, 120, 200), ink) == "ab...ba"


def test_a_row_begins_and_ends_close_to_the_characters_around_it() -> None:
    ink = [letter(20), *dots(44, 64, 84, size=4), letter(110)]
    assert counted("a..b", (40, 50, 80, 88), ink) == "a...b"


def test_underscores_that_a_space_parts_are_two_rows() -> None:
    letters = [letter(x) for x in (20, 52, 84, 240, 272, 304)]
    columns = (20, 52, 84, 136, 176, 200, 240, 272, 304)
    assert counted("abb_ _abb", columns, [*letters, (104, 42, 168, 45), (184, 42, 216, 45)]) == "abb__ _abb"


def test_dots_that_a_character_parts_are_two_rows() -> None:
    ink = [*dots(20, 40, 60), letter(90), *dots(120, 140, 160)]
    assert counted("..a..", (20, 40, 90, 120, 140), ink) == "...a..."


@pytest.mark.parametrize(("read", "length", "text"), [("_", 64, "_"), ("a_", 64, "a__")])
def test_it_takes_two_characters_for_a_distance(read: str, length: int, text: str) -> None:
    assert counted(read, (20, 52)[-len(read) :], [(36, 42, 36 + length, 45), letter(300)]) == text


def test_an_underscore_that_no_ink_shows_stays_one() -> None:
    letters = [letter(x) for x in (20, 52, 200, 232, 264)]
    assert counted("ab_aba", (20, 52, 96, 200, 232, 264), [*letters]) == "ab_aba"
    above = [(x0, y0, x1, 24) for x0, y0, x1, _ in letters]
    assert counted("ab_aba", (20, 52, 96, 200, 232, 264), above) == "ab_aba"
    assert counted("._", (20, 96), [letter(400)]) == "._"
    assert counted("a_b", (20, 100, 180), [(18, 8, 22, 40), (178, 8, 182, 40), letter(400)]) == "a_b"


@pytest.mark.parametrize(
    ("pitch", "first", "second", "text"),
    [
        (40, 24, 72, "a_ab___a"),  # just three fifths of the distance: one
        (32, 16, 96, "a_ab___a"),  # too short for one: by their distance
        (32, 44, 88, "a_ab__a"),  # one that is wide
        (32, 24, 48, "a_ab__a"),  # of two that may be one, the shorter
    ],
)
def test_how_wide_one_underscore_of_a_line_is(pitch: int, first: int, second: int, text: str) -> None:
    columns = [20, 20 + pitch, 20 + 2 * pitch, 20 + 3 * pitch]
    start = columns[-1] + 16
    columns += [start + second // 2, start + second + 20]
    left = columns[1] - first // 2
    ink = [letter(columns[0]), (left, 42, left + first, 45), letter(columns[2]), letter(columns[3])]
    assert counted("a_ab_a", columns, [*ink, (start, 42, start + second, 45), letter(columns[-1])]) == text


def test_a_speck_beside_a_stroke_does_not_shorten_it() -> None:
    ink = [letter(20), letter(52), (80, 42, 144, 45), (150, 42, 153, 45), letter(200), letter(232), letter(264)]
    assert counted("ab_aba", (20, 52, 96, 200, 232, 264), ink) == "ab__aba"


# A Chinese dash is as long as two characters; these are 40 pixels apart.
IDEOGRAPHS = [(20 + x, 4, 56 + x, 44) for x in (0, 40, 160, 200)]
COLUMNS = (38, 78, 198, 238)


def test_a_chinese_dash_that_was_not_read_is_two_dashes() -> None:
    assert counted("中文中文", COLUMNS, [*IDEOGRAPHS, (104, 22, 172, 25)]) == "中文——中文"


def test_a_chinese_dash_that_was_read_as_one_is_two() -> None:
    columns = (*COLUMNS[:2], 138, *COLUMNS[2:])
    assert counted("中文—中文", columns, [*IDEOGRAPHS, (104, 22, 172, 25)]) == "中文——中文"


@pytest.mark.parametrize(
    "ink",
    [[], [(104, 10, 172, 36)], [(104, 40, 172, 43)], [(104, 22, 125, 25)], [(104, 22, 172, 25), (130, 8, 134, 40)]],
    ids=["nothing", "a block", "an underline", "a short stroke", "an unread character"],
)
def test_what_is_no_dash_between_ideographs_is_left_as_it_was_read(ink: list[Box]) -> None:
    assert counted("中文中文", COLUMNS, [*IDEOGRAPHS, *ink]) == "中文中文"


def test_letters_with_a_rule_between_them_get_no_chinese_dash() -> None:
    assert counted("abab", COLUMNS, [*IDEOGRAPHS, (104, 22, 172, 25)]) == "abab"


def test_a_numeral_between_ideographs_is_no_dash() -> None:
    ink = [(20 + x, 4, 56 + x, 44) for x in (0, 40, 120, 160)]
    assert counted("中文中文", (38, 78, 158, 198), [*ink, (100, 22, 136, 25)]) == "中文中文"
