"""What the ink of a line says: the case of letters that have one shape, quotation marks that were missed."""

from collections.abc import Sequence

import numpy as np
import pytest

from py_ocr.crop import LineCrop
from py_ocr.recognition import RecognizedLine
from py_ocr.shapes import LineShapes, ShapeParams, tell_case
from py_ocr.types import CtcStep, Quad
from tests.unit.drawing import quad_of

CHARSET = ("", "x", "X", "1", "a", "e", "o", "O", "p", "'", "‘", "’", '"', " ", ".")
STRIDE = 8
PITCH = 32

Box = tuple[int, int, int, int]


def drawn(text: str, heights: Sequence[int], *, extra: Sequence[Box] = (), lead: int = 0, quad: Quad | None = None):  # type: ignore[no-untyped-def]
    """Return a line image, 32 pixels a character behind `lead`, of letters so high over a baseline, and its reading."""
    width = lead + PITCH * len(text)
    image = np.full((48, width, 3), 255, dtype=np.uint8)
    for place, height in enumerate(heights):
        left = lead + PITCH * place + 8
        image[40 - height : 40, left : left + 16] = 0
    for x0, y0, x1, y1 in extra:
        image[y0:y1, x0:x1] = 0
    steps = tuple(
        CtcStep(CHARSET.index(c), (lead + PITCH * place + 16) / STRIDE - 0.5, 0.9) for place, c in enumerate(text)
    )
    box = quad_of(0, 0, width, 48) if quad is None else quad
    line = RecognizedLine(steps, np.zeros(width // STRIDE, dtype=np.float32), width)
    return LineCrop(image, box, box, turned=False), line


def text_of(line: RecognizedLine) -> str:
    return "".join(CHARSET[step.label] for step in line.steps)


def cased(*lines: tuple[LineCrop, RecognizedLine], starts: Sequence[frozenset[int]] | None = None) -> list[str]:
    """Return what lines of one page, of one word each where nothing else is said, become."""
    shapes = [LineShapes(crop, line, CHARSET, STRIDE) for crop, line in lines]
    begun = [frozenset({0})] * len(lines) if starts is None else starts
    return [text_of(line) for line in tell_case([crop for crop, _ in lines], shapes, begun, ShapeParams())]


@pytest.mark.parametrize(
    ("read", "height", "meant"),
    [("X", 20, "x"), ("x", 20, "x"), ("x", 30, "X"), ("X", 30, "X"), ("X", 26, "X"), ("x", 26, "x")],
)
def test_a_letter_alone_is_a_capital_if_it_is_as_high_as_a_digit(read: str, height: int, meant: str) -> None:
    assert cased(drawn(f"{read} 1", (height, 0, 30)), starts=[frozenset({0, 2})]) == [f"{meant} 1"]


@pytest.mark.parametrize(("height", "meant"), [(20, "x a"), (29, "X a")])
def test_small_letters_tell_as_well(height: int, meant: str) -> None:
    assert cased(drawn("x a", (height, 0, 20)), starts=[frozenset({0, 2})]) == [meant]


def test_a_word_with_another_letter_keeps_its_case() -> None:
    assert cased(drawn("Xa 1", (20, 20, 0, 30)), starts=[frozenset({0, 3})]) == ["Xa 1"]


def test_a_letter_that_is_alone_on_its_line_is_measured_by_its_row() -> None:
    row = quad_of(300, 0, 64, 48)
    below = quad_of(300, 100, 64, 48)
    alone = quad_of(0, 0, 32, 48)
    assert cased(drawn("X", (20,), quad=alone), drawn("11", (30, 30), quad=row))[0] == "x"
    assert cased(drawn("X", (20,), quad=alone), drawn("11", (30, 30), quad=below))[0] == "X"
    assert cased(drawn("X", (20,), quad=alone))[0] == "X"


def test_a_row_is_measured_on_the_page() -> None:
    # The letter's image shows twice as much of the page a pixel: 20 of its pixels are 40 of the other's.
    alone, row = quad_of(0, 0, 64, 96), quad_of(300, 24, 64, 48)
    assert cased(drawn("x", (20,), quad=alone), drawn("11", (40, 40), quad=row))[0] == "X"


def test_what_was_not_read_beside_a_letter_does_not_make_it_higher() -> None:
    crop, line = drawn("x 1", (20, 0, 30), extra=[(28, 4, 34, 40)])
    assert cased((crop, line), starts=[frozenset({0, 2})]) == ["x 1"]


def test_on_a_photograph_nothing_is_told() -> None:
    crop, line = drawn("X 1", (20, 0, 30))
    grainy = crop.image_hwc.copy()
    grainy[::2, ::3] = 170
    shown = LineCrop(grainy, crop.quad, crop.cut, turned=False)
    assert cased((shown, line), starts=[frozenset({0, 2})]) == ["X 1"]


def opened(text: str, marks: Sequence[Box], lead: int = 40) -> str:
    crop, line = drawn(text, [30] * len(text), extra=marks, lead=lead)
    return text_of(LineShapes(crop, line, CHARSET, STRIDE).with_opening_mark())


ONE = [(36, 10, 40, 18)]
TWO = [(28, 10, 32, 18), (36, 10, 40, 18)]


@pytest.mark.parametrize(
    ("read", "marks", "meant"),
    [
        ("aa'", ONE, "'aa'"),
        ("aa’", ONE, "‘aa’"),
        ('aa"', TWO, '"aa"'),
        ("aa'", TWO, "aa'"),
        ('aa"', ONE, 'aa"'),
        ("aa'", [], "aa'"),
        ("aa", ONE, "aa"),
        ("'aa'", ONE, "'aa'"),
        ("a'a'", ONE, "a'a'"),
    ],
)
def test_a_mark_that_was_missed_is_put_before_a_line_that_closes_one(read: str, marks: list[Box], meant: str) -> None:
    assert opened(read, marks) == meant


@pytest.mark.parametrize(
    "mark",
    [(36, 30, 40, 38), (36, 10, 40, 32), (18, 10, 40, 18), (36, 10, 40, 13), (0, 10, 4, 18), (10, 10, 14, 18)],
    ids=["low", "tall", "wide", "flat", "at the edge", "far away"],
)
def test_other_ink_in_front_of_a_line_is_no_mark(mark: Box) -> None:
    assert opened("aa'", [mark]) == "aa'"


def test_the_mark_stands_in_front_of_the_first_character() -> None:
    crop, line = drawn("aa'", (30, 30, 30), extra=ONE, lead=40)
    steps = LineShapes(crop, line, CHARSET, STRIDE).with_opening_mark().steps
    assert 0 < steps[0].position < steps[1].position
    assert steps[0].score == line.steps[-1].score
