"""The profiles with the real models: what each reads, and that no page is garbled for want of letters."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from py_ocr.export.json import to_dict
from py_ocr.native import NativeChoice, NativeReader, open_models
from py_ocr.types import LinesRead, OcrPage
from tests.fixtures.make import ENGLISH, FOLDER, JAPANESE, PAGES

TINY, SMALL = "ppocr-v6-tiny-rec", "ppocr-v6-small-rec"


@pytest.fixture(scope="module")
def readers() -> Iterator[dict[str, NativeReader]]:
    """A warm reader of each profile."""
    models = open_models(None)
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(NativeReader(models, NativeChoice(profile=name)))
            for name in ("fast", "balanced", "best")
        }


def read(reader: NativeReader, image: Path) -> dict[str, Any]:
    return reader.read(image, lambda *_: None)


@pytest.mark.parametrize("name", PAGES)
def test_what_the_quick_recogniser_cannot_write_is_read_by_the_sure_one(
    readers: dict[str, NativeReader], name: str
) -> None:
    lines = [line["text"] for line in read(readers["balanced"], FOLDER / f"{name}.png")["lines"]]
    assert lines == list(PAGES[name])
    # The quick one alone garbles it, so there is something to test.
    garbled = [line["text"] for line in read(readers["fast"], FOLDER / f"{name}.png")["lines"]]
    assert garbled[-1] != PAGES[name][-1]


def test_best_reads_all_of_it_with_the_sure_recogniser(readers: dict[str, NativeReader]) -> None:
    page = read(readers["best"], FOLDER / "mixed.png")
    assert [line["text"] for line in page["lines"]] == [*ENGLISH[:5], JAPANESE[4]]
    assert {line["recognizer"] for line in page["lines"]} == {SMALL}
    assert (page["models"]["profile"], "sure_recognizer" in page["models"]) == ("best", False)


def test_balanced_reads_most_lines_of_a_plain_page_with_the_quick_recogniser(
    readers: dict[str, NativeReader],
) -> None:
    page = read(readers["balanced"], FOLDER / "letter.png")
    readers_of_lines = [line["recognizer"] for line in page["lines"]]
    assert readers_of_lines.count(TINY) > 9 * readers_of_lines.count(SMALL)
    assert page["models"] == {
        "profile": "balanced",
        "detector": "ppocr-v6-small-det",
        "recognizer": TINY,
        "sure_recognizer": SMALL,
        "classifier": "ppocr-v2-cls",
    }
    assert page["text"] == read(readers["best"], FOLDER / "letter.png")["text"]


def test_fast_sees_a_single_line_that_is_lower_than_its_detector_can_see(
    readers: dict[str, NativeReader], tmp_path: Path
) -> None:
    line = Image.new("RGB", (1400, 38), "white")
    ImageDraw.Draw(line).text((8, 4), "Low lines are seen as well as others", "black", ImageFont.load_default(24))
    line.save(tmp_path / "line.png")
    assert read(readers["fast"], tmp_path / "line.png")["text"] == "Low lines are seen as well as others"


def test_a_page_is_told_line_by_line_and_ends_as_it_does_untold(readers: dict[str, NativeReader]) -> None:
    image = FOLDER / "mixed.png"
    *told, page = readers["balanced"].stream(image, lambda *_: None)
    assert isinstance(page, OcrPage)
    assert to_dict(page)["text"] == read(readers["balanced"], image)["text"]
    drafts = [draft for each in told if isinstance(each, LinesRead) for draft in each.lines]
    assert drafts[0].line.text == ENGLISH[0]
    # The line in Japanese comes as the quick one garbles it, then right.
    (garbled, right) = [draft for draft in drafts if draft.line.quad.tolist() == page.lines[-1].quad.tolist()]
    assert (garbled.id, garbled.provisional, right.provisional) == (right.id, True, False)
    assert garbled.line.text != right.line.text == JAPANESE[4]


def test_who_leaves_a_stream_early_can_read_on(readers: dict[str, NativeReader]) -> None:
    for _ in readers["balanced"].stream(FOLDER / "mixed.png", lambda *_: None):
        break
    assert read(readers["balanced"], FOLDER / "word.png")["lines"]
