"""Machine-readable zones: letters and digits where ICAO Doc 9303 has them. The zones are its own specimens."""

import pytest

from py_ocr.mrz import read_zone

PASSPORT = [
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
]
VISA = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4UTO4009078F9612109<<<<<<<<"]
CARD = [
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
]


@pytest.mark.parametrize("zone", [PASSPORT, VISA, CARD])
def test_a_zone_that_was_read_right_stays(zone: list[str]) -> None:
    assert read_zone([*zone, "Page 1"]) == [*zone, "Page 1"]


@pytest.mark.parametrize(
    ("zone", "row", "read"),
    [
        (PASSPORT, 0, "P<UT0ER1K55ON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"),
        (PASSPORT, 0, "P<UTOERIKSSON«ANNA<MARIA <<<<<<<<<<<<<<<<<<<"),
        (PASSPORT, 1, "L898902C36UT07408122F1204159ZE184226B<<<<<10"),
        (PASSPORT, 1, "L898902C36UTO74O8I22FI204I59ZE184226B<<<<<10"),
        (PASSPORT, 1, "L8989O2C36UTO7408122F1204159ZE184226B<<<<<10"),
        (VISA, 1, "L89889O1C4UT04OO9078F9612109<<<<<<<<"),
        (CARD, 1, "74O8122F1204159UT0<<<<<<<<<<<6"),
        (CARD, 2, "ERIK550N<<ANNA<MAR1A<<<<<<<<<<"),
    ],
)
def test_what_was_read_for_its_shape_becomes_what_its_place_holds(zone: list[str], row: int, read: str) -> None:
    misread = [*zone]
    misread[row] = read
    assert read_zone(misread) == zone


def test_without_right_check_digits_nothing_is_changed() -> None:
    read = ["P<UT0ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UT07408123F1204159ZE184226B<<<<<10"]
    assert read_zone(read) == read


def test_both_dates_must_be_right() -> None:
    read = [PASSPORT[0], "L898902C36UT07408122F1204158ZE184226B<<<<<10"]
    assert read_zone(read) == read


def test_a_document_number_that_two_swaps_would_mend_stays() -> None:
    # Written 0ABO12345. The first and the fourth place weigh the same, so that either one may have been misread.
    line = "OABO123452UTO7408122F1204159ZE184226B<<<<<10"
    assert read_zone([line]) == [line]


@pytest.mark.parametrize("text", ["A << B", "if (a << 20) | (b << 10) | c:", "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"])
def test_other_lines_beside_a_zone_are_left_alone(text: str) -> None:
    assert read_zone([*PASSPORT, text])[2] == text
