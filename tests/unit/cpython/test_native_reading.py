"""Pages that people meet, drawn here, as the real models read them: each was lost, turned or mixed up once."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from py_ocr.native import NativeChoice, NativeReader, open_models

Read = Callable[[Image.Image], str]

Placed = tuple[float, float, str]
"""A text and where its top left corner stands."""


@pytest.fixture(scope="module")
def reader() -> Iterator[NativeReader]:
    with NativeReader(open_models(None), NativeChoice(threads=1)) as reader:
        yield reader


@pytest.fixture
def read(reader: NativeReader, tmp_path: Path) -> Read:
    """Return what reads an image and gives its lines, without the empty ones between blocks."""

    def read_image(image: Image.Image) -> str:
        image.save(tmp_path / "page.png")
        text: str = reader.read(tmp_path / "page.png", lambda *_: None)["text"]
        return "\n".join(row for row in text.splitlines() if row)

    return read_image


def page(width: int, height: int, font_px: int, texts: Sequence[Placed]) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    assert texts
    for x, y, text in texts:
        pen.text((x, y), text, font=ImageFont.load_default(font_px), fill="black")
    return image


def rows(texts: Sequence[str], pitch: int, *, x: float = 30, y: float = 20) -> list[Placed]:
    return [(x, y + pitch * row, text) for row, text in enumerate(texts)]


@pytest.mark.parametrize("words", ["ant bee cat dog elk fox", "Home File Edit View Help Exit", "9 10 11 12 13 14"])
def test_a_list_of_short_words_is_read_word_by_word(read: Read, words: str) -> None:
    assert read(page(300, 220, 24, rows(words.split(), 28))) == "\n".join(words.split())


def test_a_table_of_single_digits_stands_upright(read: Read) -> None:
    table = ["1057", "0319", "7024", "9160"]
    cells = [(60 + 90 * x, 50 + 90 * y, digit) for y, row in enumerate(table) for x, digit in enumerate(row)]
    assert read(page(420, 420, 40, cells)) == "\n".join(" ".join(row) for row in table)


@pytest.mark.parametrize("text", ["MAX_FILE_SIZE = 10_000", "“Wait for me”, she said", "Chapter one ..... 17"])
def test_thin_marks_are_read_as_many_as_there_are(read: Read, text: str) -> None:
    curly = str.maketrans("“”", '""')
    assert read(page(500, 100, 28, rows([text], 28))).translate(curly) == text.translate(curly)


def test_code_is_not_spaced_out(read: Read) -> None:
    code = ["int main(void) {", "run();", "if (!done) next[i] = a_b;"]
    assert read(page(500, 220, 28, rows(code, 42))) == "\n".join(code)


def test_a_table_of_phrases_is_read_row_by_row(read: Read) -> None:
    table = [
        ("Where is it sent", "To your own device"),
        ("How long is it kept", "As long as you like"),
        ("Can it be deleted", "Yes at any moment"),
        ("Does it cost a fee", "No it is all free"),
    ]
    left, right = (rows([row[side] for row in table], 46, x=30 + 300 * side) for side in (0, 1))
    assert read(page(640, 220, 24, [*left, *right])) == "\n".join(" ".join(row) for row in table)


def test_narrow_columns_are_read_one_after_the_other(read: Read) -> None:
    columns = (
        ["The river was", "slow and brown", "in the spring", "and boats that", "came up from"],
        ["old houses by", "its banks had", "been built for", "merchants who", "never saw them"],
        ["and the garden", "walls behind", "them were so", "high that only", "birds knew the"],
    )
    texts = [text for place, column in enumerate(columns) for text in rows(column, 34, x=20 + 225 * place)]
    assert read(page(700, 210, 24, texts)) == "\n".join("\n".join(column) for column in columns)


@pytest.mark.parametrize(("word", "font_px"), [("SALE", 300), ("EXIT", 360)])
def test_letters_as_large_as_half_the_picture_are_seen(read: Read, word: str, font_px: int) -> None:
    assert read(page(800, 500, font_px, [(40, 40, word)])) == word


def test_ten_bits_of_grey_in_a_file_of_sixteen_are_not_black(read: Read) -> None:
    grey = np.asarray(page(360, 110, 40, [(30, 30, "Total 48.20")]).convert("L")).astype(np.uint16)
    assert read(Image.fromarray(grey * 4 + 3)) == "Total 48.20"


@pytest.mark.parametrize("gap", [12, 20])
def test_a_title_that_is_set_wide_has_its_words(read: Read, gap: int) -> None:
    font, x = ImageFont.load_default(40), 30.0
    letters: list[Placed] = []
    for letter in "CHAPTER ONE":
        letters.append((x, 40, letter))
        x += font.getlength(letter) + gap
    assert read(page(640, 140, 40, letters)) == "CHAPTER ONE"


def test_nothing_parts_or_mistakes_a_number(read: Read) -> None:
    prices = ["1,250.00", "58.30", "18:07", "43300"]
    assert read(page(300, 220, 28, rows(prices, 46))) == "\n".join(prices)


def test_letters_that_are_narrow_are_read(read: Read) -> None:
    wide = page(1400, 60, 40, [(20, 6, "you for your support")])
    narrow = wide.resize((round(wide.width * 0.3), wide.height), Image.Resampling.BILINEAR).crop((0, 0, 150, 60))
    image = Image.new("RGB", (400, 160), "white")
    image.paste(narrow, (100, 50))
    assert read(image) == "you for your support"


def test_a_minus_sign_alone_in_a_cell_is_read(read: Read) -> None:
    table = [("Test", "Result", "Ref"), ("Protein", "+", "neg"), ("Glucose", "-", "neg"), ("Nitrite", "++", "neg")]
    cells = [(30 + 110 * x, 20 + 36 * y, text) for y, row in enumerate(table) for x, text in enumerate(row)]
    assert read(page(340, 170, 18, cells)) == "\n".join(" ".join(row) for row in table)


def test_a_letter_alone_has_the_case_that_its_height_says(read: Read) -> None:
    code = ["1 import os", "2 x = 10", "3 X = 20"]
    assert read(page(240, 140, 20, rows(code, 36))) == "\n".join(code)


def test_a_quotation_mark_in_front_of_a_line_is_read(read: Read) -> None:
    lines = ["‘Four in a row now’", "‘One thing for you’"]
    assert read(page(300, 110, 20, rows(lines, 36))).translate(str.maketrans("‘’", "''")) == "\n".join(
        line.translate(str.maketrans("‘’", "''")) for line in lines
    )


def test_a_passport_has_letters_and_digits_where_they_belong(read: Read) -> None:
    zone = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
    assert read(page(760, 110, 24, rows(zone, 40))) == "\n".join(zone)


def test_a_large_initial_begins_the_first_word_of_its_paragraph(read: Read) -> None:
    beside = ["nce there was a small house", "edge of the wood, where nobody"]
    below = ["lived for a very long time, and", "yet smoke rose from it every day."]
    image = page(420, 170, 20, [*rows(beside, 32, x=76, y=14), *rows(below, 32, x=14, y=78)])
    ImageDraw.Draw(image).text((14, 4), "O", font=ImageFont.load_default(66), fill="black")
    assert read(image) == "\n".join([f"O{beside[0]}", beside[1], *below])
