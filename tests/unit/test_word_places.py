"""Where words are written: whole pixels of the page, the same for two readings that differ in the last digits."""

import numpy as np

from py_ocr.export.word_places import whole_pixels
from py_ocr.types import TextLine, TextWord
from tests.unit.drawing import quad_of


def line(shift: float = 0.0) -> TextLine:
    box = quad_of(10.2 + shift, 20.3, 100.1, 12.2)
    words = (
        TextWord("one", 0.9, quad_of(10.2 + shift, 20.3, 30.3, 12.2)),
        TextWord("two", 0.9, quad_of(60.1 + shift, 20.3, 50.2, 12.2)),
    )
    return TextLine("one two", 0.9, box, words, 0, "m")


def test_words_are_parts_of_their_lines_box_at_whole_pixels() -> None:
    first, second = whole_pixels(line())
    assert np.allclose(first, [[10, 20], [40, 20], [40, 32], [10, 32]], atol=0.01)
    assert np.allclose(second, [[60, 20], [110, 20], [110, 32], [60, 32]], atol=0.01)


def test_a_hundredth_of_a_pixel_changes_nothing() -> None:
    for one, other in zip(whole_pixels(line()), whole_pixels(line(0.01)), strict=True):
        assert np.array_equal(one, other)


def test_a_word_beside_its_line_keeps_its_place() -> None:
    away = TextWord("far", 0.9, quad_of(10, 80, 30, 12))
    [placed] = whole_pixels(TextLine("far", 0.9, quad_of(10, 20, 100, 12), (away,), 0, "m"))
    assert np.array_equal(placed, away.quad)


def test_a_line_without_words_stands_as_a_whole() -> None:
    [placed] = whole_pixels(TextLine("all", 0.9, quad_of(10, 20, 100, 12), (), 0, "m"))
    assert np.array_equal(placed, quad_of(10, 20, 100, 12))
