"""Characters that were read for others of their shape."""

import numpy as np
import pytest

from py_ocr.lookalikes import settle_bars, tell_lookalikes
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep, TextLine, TextWord
from tests.unit.drawing import quad_of


def corrected(*texts: str) -> list[str]:
    """Return what lines of these texts become on one page; each must still be what its words make."""
    lines = []
    for row, text in enumerate(texts):
        words = tuple(
            TextWord(word, 0.9, quad_of(50 * place, 30 * row, 40, 20)) for place, word in enumerate(text.split())
        )
        lines.append(TextLine(text, 0.9, quad_of(0, 30 * row, 300, 20), words=words))
    told = tell_lookalikes(lines)
    assert [" ".join(word.text for word in line.words) for line in told] == [line.text for line in told]
    return [line.text for line in told]


@pytest.mark.parametrize(
    ("read", "meant"),
    [("18o7", "1807"), ("4330O", "43300"), ("O5.30", "05.30"), ("12:3o", "12:30"), ("1OO23/4", "10023/4")],
)
def test_an_o_within_a_number_is_a_zero(read: str, meant: str) -> None:
    assert corrected(f"No {read} here") == [f"No {meant} here"]


@pytest.mark.parametrize(
    "text", ["O", "oo", "O2", "CO2", "H2O", "2o", "so", "B2O", "O.", "1Ox", "B12O", "x1O2y", "1O2x", "O5.3O", "O.:-/"]
)
def test_an_o_that_may_be_a_letter_stays(text: str) -> None:
    assert corrected(text) == [text]


def test_ideographs_of_few_strokes_are_signs_on_a_page_without_others() -> None:
    assert corrected("十", "一 5", "口", "1〇", "Sum") == ["+", "- 5", "0", "10", "Sum"]


def test_on_a_page_of_chinese_they_are_themselves() -> None:
    assert corrected("十", "一", "口", "東京") == ["十", "一", "口", "東京"]


def test_full_width_punctuation_makes_no_page_chinese() -> None:
    assert corrected("十", "（a）") == ["+", "（a）"]


@pytest.mark.parametrize(
    ("read", "meant"), [("ŁÓDź", "ŁÓDŹ"), ("ŘÍZENí", "ŘÍZENÍ"), ("éCOLE", "ÉCOLE"), ("ABé", "ABÉ")]
)
def test_an_accented_letter_among_capitals_is_a_capital(read: str, meant: str) -> None:
    assert corrected(read) == [meant]


@pytest.mark.parametrize("text", ["Łódź", "Aé", "él", "STRAßE", "ABCd", "iPhoné"])
def test_an_accented_letter_among_small_ones_or_too_few_capitals_stays(text: str) -> None:
    assert corrected(text) == [text]


@pytest.mark.parametrize(("read", "meant"), [("APl", "API"), ("RUNl", "RUNI"), ("lNFO", "INFO"), ("AlDl", "AIDI")])
def test_a_small_l_among_capitals_is_a_capital_i(read: str, meant: str) -> None:
    assert corrected(read) == [meant]


@pytest.mark.parametrize("text", ["Al", "Pl", "ml", "Ill", "McDl", "KWh l"])
def test_a_small_l_among_small_letters_or_beside_one_capital_stays(text: str) -> None:
    assert corrected(text) == [text]


BARS = ("", "a", "l", "1", "_", "2", "A")


@pytest.mark.parametrize(
    ("read", "score", "meant"),
    [
        ("al1_", 0.5, "all_"),
        ("al1", 0.5, "all"),
        ("al1_", 0.6, "al1_"),
        ("a12", 0.5, "a12"),
        ("_1_", 0.5, "_1_"),
        ("A1", 0.5, "A1"),
        ("1a", 0.5, "1a"),
    ],
)
def test_a_bar_of_even_odds_behind_small_letters_is_an_l(read: str, score: float, meant: str) -> None:
    steps = tuple(CtcStep(BARS.index(c), 3 * place, score if c == "1" else 0.99) for place, c in enumerate(read))
    line = RecognizedLine(steps, np.zeros(20, dtype=np.float32), 160)
    assert "".join(BARS[step.label] for step in settle_bars(line, BARS).steps) == meant


def test_marks_and_machine_readable_zones_are_told_too() -> None:
    assert corrected("iHola! ¿Qué tal?", "99 %o") == ["¡Hola! ¿Qué tal?", "99 ‰"]
    zone = ["P<UT0ERIKSSON <<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UT07408122F1204159ZE184226B<<<<<10"]
    assert corrected(*zone)[0] == "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"


def test_words_that_become_one_have_their_place_together() -> None:
    zone = ["P<UTOERIKSSON <<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
    words = tuple(
        TextWord(word, score, quad_of(x, 0, 40, 20))
        for word, score, x in zip(zone[0].split(), (0.8, 0.6), (0, 50), strict=True)
    )
    (joined,) = tell_lookalikes(
        [TextLine(zone[0], 0.7, quad_of(0, 0, 90, 20), words), TextLine(zone[1], 0.9, quad_of(0, 30, 90, 20))]
    )[0].words
    assert joined.confidence == pytest.approx(0.7)
    assert joined.quad.tolist() == quad_of(0, 0, 90, 20).tolist()


def test_a_line_that_needs_no_correction_is_kept_as_it_is() -> None:
    line = TextLine("as it is", 0.9, quad_of(0, 0, 300, 20))
    assert tell_lookalikes([line])[0] is line
