"""The large letter before a paragraph belongs to its first word."""

from collections.abc import Sequence

import numpy as np
import pytest

from py_ocr.initials import join_initials
from py_ocr.types import Quad, TextLine, TextWord
from tests.unit.drawing import quad_of


def line(text: str, quad: Quad, confidence: float = 0.9) -> TextLine:
    width = (quad[1, 0] - quad[0, 0]) / max(1, len(text.split()))
    words = tuple(
        TextWord(word, confidence, quad_of(quad[0, 0] + width * place, quad[0, 1], width, 20))
        for place, word in enumerate(text.split())
    )
    return TextLine(text, confidence, quad, words)


FIRST = line("nce there was", quad_of(60, 10, 240, 20))
SECOND = line("a small house", quad_of(60, 40, 240, 20))
LAST = line("at the edge", quad_of(10, 70, 290, 20))
PARAGRAPH = [FIRST, SECOND, LAST]


def initial(text: str = "O", x: float = 10, y: float = 10, width: float = 40, height: float = 52) -> TextLine:
    return line(text, quad_of(x, y, width, height), 0.8)


def texts(*lines: TextLine) -> list[str]:
    return [each.text for each in join_initials(lines)]


@pytest.mark.parametrize("read", ["O", "0"])
def test_an_initial_begins_the_first_of_the_lines_beside_it(read: str) -> None:
    expected = ["Once there was", "a small house", "at the edge"]
    assert texts(initial(read), *PARAGRAPH) == expected
    assert texts(SECOND, FIRST, LAST, initial(read)) == ["a small house", "Once there was", "at the edge"]


def test_the_line_begins_where_its_initial_does_and_keeps_its_height() -> None:
    joined = join_initials([initial(), *PARAGRAPH])[0]
    assert joined.quad.tolist() == quad_of(10, 10, 290, 20).tolist()
    assert joined.words[0].text == "Once"
    assert joined.words[0].quad.min(axis=0).tolist() == [10, 10]
    assert joined.words[0].quad.max(axis=0).tolist() == [140, 62]
    assert joined.words[0].confidence == pytest.approx(0.8)
    assert [word.text for word in joined.words[1:]] == ["there", "was"]


@pytest.mark.parametrize(
    "letter",
    [
        initial("o"),
        initial("OO"),
        initial("7"),
        initial(height=29),
        initial(x=-30),
        initial(x=310),
        initial(y=200),
    ],
    ids=["small", "two", "a digit", "low", "far away", "behind", "below"],
)
def test_other_letters_stay(letter: TextLine) -> None:
    assert texts(letter, *PARAGRAPH) == [letter.text, *(each.text for each in PARAGRAPH)]


def test_one_line_beside_it_is_no_paragraph() -> None:
    assert texts(initial(), FIRST, LAST) == ["O", "nce there was", "at the edge"]


def test_the_paragraph_must_go_on_below_it() -> None:
    assert texts(initial(), FIRST, SECOND) == ["O", "nce there was", "a small house"]
    for x, y in ((34, 70), (10, 86), (10, 38)):
        assert texts(initial(), FIRST, SECOND, line("at the edge", quad_of(x, y, 290, 20)))[0] == "O"


@pytest.mark.parametrize(("confidence", "joined"), [(0.56, True), (0.54, False)])
def test_a_picture_that_hardly_reads_as_a_letter_is_none(confidence: float, joined: bool) -> None:
    letter = line("O", quad_of(10, 10, 40, 52), confidence)
    assert (texts(letter, *PARAGRAPH)[0] == "Once there was") is joined


def test_a_line_that_begins_with_a_digit_has_no_initial() -> None:
    numbers: Sequence[TextLine] = [line("1 one", quad_of(60, 10, 240, 20)), line("2 two", quad_of(60, 40, 240, 20))]
    assert texts(initial("A"), *numbers) == ["A", "1 one", "2 two"]


def test_turned_lines_have_none() -> None:
    turned = TextLine("O", 0.9, np.roll(quad_of(10, 10, 40, 52), -1, axis=0), orientation_degrees=90)
    assert texts(turned, *PARAGRAPH)[0] == "O"
