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
