import pytest

from py_ocr.rejection import RejectionParams, reject_non_text, required_confidence
from py_ocr.types import TextLine
from tests.unit.drawing import quad_of

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
