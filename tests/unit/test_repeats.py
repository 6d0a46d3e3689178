"""Rows of dots and underscores: how many there are is what the ink shows."""

from collections.abc import Sequence

import numpy as np
import pytest

from py_ocr.crop import LineCrop
from py_ocr.recognition import RecognizedLine
from py_ocr.repeats import count_repeats
from py_ocr.types import CtcStep
from tests.unit.drawing import quad_of

CHARSET = ("", "a", "b", ".", "_", " ")
STRIDE = 8
WIDTH = 480

Box = tuple[int, int, int, int]


def counted(text: str, columns: Sequence[float], ink: Sequence[Box], *, paper: int = 255, pen: int = 0) -> str:
    """Return the text that a reading becomes: characters read at these columns of an image with these boxes of ink."""
    image = np.full((48, WIDTH, 3), paper, dtype=np.uint8)
    for x0, y0, x1, y1 in ink:
        image[y0:y1, x0:x1] = pen
    steps = tuple(
        CtcStep(CHARSET.index(c), column / STRIDE - 0.5, 0.9) for c, column in zip(text, columns, strict=True)
    )
    quad = quad_of(0, 0, WIDTH, 48)
    reading = RecognizedLine(steps, np.zeros(WIDTH // STRIDE, dtype=np.float32), WIDTH)
    line = count_repeats(LineCrop(image, quad, quad, turned=False), reading, CHARSET, STRIDE)
    places = [step.position for step in line.steps]
    assert places == sorted(places)
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


def test_dots_are_counted_in_the_light_on_the_dark_as_well() -> None:
    assert counted("a..", (20, 60, 80), [letter(20), *dots(60, 80, 100)], paper=20, pen=240) == "a..."


def test_what_was_read_is_never_made_fewer() -> None:
    assert counted("a....", (20, 60, 70, 80, 90), [letter(20), *dots(60, 90)]) == "a...."


def test_a_single_full_stop_is_not_counted() -> None:
    assert counted("a.", (20, 60), [letter(20), *dots(60, 80, 100)]) == "a."


@pytest.mark.parametrize(
    "ink",
    [dots(60, 80, 130), dots(60, 80, 100, size=10), dots(60, 80, 100, bottom=28)],
    ids=["uneven", "too large", "too high"],
)
def test_what_is_no_even_row_of_dots_is_left_as_it_was_read(ink: list[Box]) -> None:
    assert counted("a..", (20, 60, 80), [letter(20), *ink]) == "a.."


@pytest.mark.parametrize(("pen", "text"), [(190, "a..."), (200, "a..")])
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
    assert counted("ab_aba", (20, 52, 96, 200, 232, 264), [letter(20), letter(52), (80, 42, 144, 45)]) == "ab__aba"


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
