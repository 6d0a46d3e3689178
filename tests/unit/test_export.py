"""What a page looks like as text and JSON: the form that the CLI, the page and the API share."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from py_ocr.export.json import to_json
from py_ocr.export.text import join_hyphenated, to_text
from py_ocr.types import BackendUse, Fallback, Notice, OcrPage, TextBlock, TextLine, TextWord
from tests.unit.drawing import quad_of

WORD = TextWord("“naïve” 你好", 0.87654321, quad_of(10.123456, 20, 30, 8))
LINES = (
    TextLine("milk", 0.912345, quad_of(10, 20, 30, 8), (WORD,)),
    TextLine("1.20", 0.9, quad_of(300, 20, 30, 8)),
    TextLine("total", 0.8, np.roll(quad_of(10, 60, 30, 8), -2, axis=0), orientation_degrees=180),
)
PAGE = OcrPage(
    width=400,
    height=100,
    lines=LINES,
    blocks=(
        TextBlock(rows=((0, 1),), quad=quad_of(10, 20, 320, 8)),
        TextBlock(rows=((2,),), quad=quad_of(10, 60, 30, 8)),
    ),
    timings_ms={"detect": 12.3456},
    backend=BackendUse("auto", "wasm", (Fallback("webgpu", "wasm", "no adapter"),), "2 threads"),
    models={"profile": "f", "detector": "d", "recognizer": "r", "classifier": "c"},
)


def exported(page: OcrPage) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(to_json(page))
    return value


def test_a_printed_row_is_a_line_and_blocks_are_parted_by_an_empty_one() -> None:
    assert to_text(PAGE) == "milk 1.20\n\ntotal"


def test_the_json_has_the_agreed_fields_and_no_others() -> None:
    page = exported(PAGE)
    assert set(page) == {
        "schema", "width", "height", "text", "lines", "blocks", "tables", "timings_ms", "backend", "models",
        "notices",
    }  # fmt: skip
    assert set(page["lines"][0]) == {"text", "confidence", "quad", "orientation_degrees", "recognizer", "words"}
    assert set(page["lines"][0]["words"][0]) == {"text", "confidence", "quad"}
    assert set(page["blocks"][0]) == {"lines", "rows", "quad"}
    assert set(page["backend"]) == {"requested", "used", "detail", "fallbacks", "kernels"}
    assert page["schema"] == 1


def test_the_json_says_what_the_page_says() -> None:
    page = exported(PAGE)
    assert (page["width"], page["height"]) == (400, 100)
    assert page["text"] == to_text(PAGE)
    assert [line["text"] for line in page["lines"]] == ["milk", "1.20", "total"]
    assert page["lines"][2]["orientation_degrees"] == 180
    assert page["lines"][2]["quad"][0] == [40, 68]
    assert [block["lines"] for block in page["blocks"]] == [[0, 1], [2]]
    assert page["blocks"][0]["rows"] == [[0, 1]]
    assert page["backend"]["fallbacks"] == [{"from": "webgpu", "to": "wasm", "reason": "no adapter"}]
    assert page["models"]["profile"] == "f"
    assert page["notices"] == []


def test_a_notice_says_what_and_where() -> None:
    notice = Notice("script_unknown", "Not read.", (quad_of(10, 20, 30, 8),))
    assert exported(replace(PAGE, notices=(notice,)))["notices"] == [
        {"code": "script_unknown", "message": "Not read.", "quads": [[[10, 20], [40, 20], [40, 28], [10, 28]]]}
    ]


def test_numbers_are_rounded_to_what_they_mean() -> None:
    line = exported(PAGE)["lines"][0]
    assert line["confidence"] == 0.9123
    assert line["words"][0]["confidence"] == 0.8765
    assert line["words"][0]["quad"][0] == [10.12, 20.0]


def test_every_script_stays_readable_as_it_is() -> None:
    assert "“naïve” 你好".replace('"', '\\"') in to_json(PAGE)


def test_a_page_without_text_is_a_page_and_not_an_error() -> None:
    page = exported(replace(PAGE, lines=(), blocks=()))
    assert (page["text"], page["lines"], page["blocks"]) == ("", [], [])


@pytest.mark.parametrize(
    ("rows", "joined"),
    [
        (["remain igno-", "rant of its origins", "They"], ["remain ignorant", "of its origins", "They"]),
        (["one-", "two"], ["onetwo"]),
        (["Total -", "none"], ["Total -", "none"]),
        (["New-", "York"], ["New-", "York"]),
        (["5-", "years"], ["5-", "years"]),
        (["a long word goes on-", "and-", "on"], ["a long word goes onandon"]),
    ],
)
def test_a_word_broken_between_rows_is_whole_in_the_text(rows: list[str], joined: list[str]) -> None:
    assert join_hyphenated(rows) == joined


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (("Milk 1", ".20"), "Milk 1.20"),
        (("7", ",50", "EUR"), "7,50 EUR"),
        (("12", "20"), "12 20"),
        (("Total", ".20"), "Total .20"),
        (("1", ". End"), "1 . End"),
        (("5", "."), "5 ."),
    ],
)
def test_a_number_that_was_seen_in_two_pieces_is_one(pieces: tuple[str, ...], text: str) -> None:
    lines = tuple(TextLine(piece, 0.9, quad_of(100 * index, 0, 50, 20)) for index, piece in enumerate(pieces))
    block = TextBlock(rows=(tuple(range(len(lines))),), quad=quad_of(0, 0, 300, 20))
    assert to_text(OcrPage(width=400, height=100, lines=lines, blocks=(block,))) == text


def test_numbers_on_two_rows_stay_two() -> None:
    lines = (TextLine("1", 0.9, quad_of(0, 0, 50, 20)), TextLine(".20", 0.9, quad_of(0, 30, 50, 20)))
    block = TextBlock(rows=((0,), (1,)), quad=quad_of(0, 0, 50, 50))
    assert to_text(OcrPage(width=400, height=100, lines=lines, blocks=(block,))) == "1\n.20"
