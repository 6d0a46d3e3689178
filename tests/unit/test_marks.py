"""Marks that the recognisers cannot write, or confuse, put back by the rules of writing."""

import pytest

from py_ocr.marks import put_marks


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("iHola! ¿Qué tal? iMuy bien!", "¡Hola! ¿Qué tal? ¡Muy bien!"),
        ("Oferta! ¿Cuánto cuesta?", "¡Oferta! ¿Cuánto cuesta?"),
        ("¿Dónde está? Qué año! El niño", "¿Dónde está? ¡Qué año! El niño"),
        ("«Ya voy!», dijo. ¿Y ella?", "«¡Ya voy!», dijo. ¿Y ella?"),
        ("¡Hola! ¿Qué tal?", "¡Hola! ¿Qué tal?"),
        ("por fin! ¿Y ahora?", "por fin! ¿Y ahora?"),
        ("¿Qué dices!", "¿Qué dices!"),
    ],
)
def test_a_spanish_exclamation_is_opened(read: str, meant: str) -> None:
    assert put_marks([read]) == [meant]


def test_only_a_page_with_inverted_question_marks_is_spanish() -> None:
    assert put_marks(["Stop! Now!", "iPhone!"]) == ["Stop! Now!", "iPhone!"]
    assert put_marks(["Alto!", "¿Quién?"]) == ["¡Alto!", "¿Quién?"]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (',,Zitat", sagte er', '„Zitat", sagte er'),
        ("er sagt (,,so“)", "er sagt („so“)"),
        ("ein ,einfach' Wort", "ein ‚einfach' Wort"),
        ("«so» deutsch\" ,einfach'", "«so» „deutsch\" ‚einfach'"),
        ('"so" deutsch" ,einfach\'', '"so" deutsch" ‚einfach\''),
    ],
)
def test_commas_that_open_a_quotation_are_low_marks(read: str, meant: str) -> None:
    assert put_marks([read]) == [meant]


@pytest.mark.parametrize(
    "text", ["a,,b", "x ,y", "a ,b, c'", "f(a,b)", "x ,y's z", "1 ,2", 'Zitat", 50', "x,y,z", "x ,y z,"]
)
def test_other_commas_stay(text: str) -> None:
    assert put_marks([text]) == [text]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("45° 30' 12\"", "45° 30′ 12″"),
        ("45°30’12.5”N", "45°30’12.5”N"),
        ("45°30' N", "45°30′ N"),
        ("45° 30' 12″", "45° 30′ 12″"),
        ("99 %o", "99 ‰"),
        ("2.5%o", "2.5‰"),
        ("5 μm, 3 μg", "5 µm, 3 µg"),
        ("5 μm, 10 Ω", "5 µm, 10 Ω"),
        ("½ Ib, 3 Ibs", "½ lb, 3 lbs"),
    ],
)
def test_units_are_written_in_their_own_signs(read: str, meant: str) -> None:
    assert put_marks([read]) == [meant]


@pytest.mark.parametrize("text", ["6' 2\" tall", "it's 30'", 'printf("%o")', "x%o", "μ = 3", "Ib 3", "Ibsen"])
def test_what_only_looks_like_a_unit_stays(text: str) -> None:
    assert put_marks([text]) == [text]


def test_a_greek_page_keeps_its_letter() -> None:
    assert put_marks(["5 μm", "λόγος"]) == ["5 μm", "λόγος"]
