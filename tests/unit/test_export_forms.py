"""hOCR, ALTO, TSV, Markdown, CSV and text with layout: what programs that know these forms find in them."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from typing import Final

from py_ocr.document import Document, DocumentPage
from py_ocr.errors import ImageError
from py_ocr.export.formats import ExportOptions, export_document, zip_files
from py_ocr.export.parse import document_from_dict
from py_ocr.types import OcrPage
from tests.unit.test_tables import NUMBERS, grid, line, page

XHTML: Final = "{http://www.w3.org/1999/xhtml}"
ALTO: Final = "{http://www.loc.gov/standards/alto/ns-v4#}"


def document(*pages: OcrPage) -> Document:
    return Document("a <b>.pdf", len(pages), tuple(DocumentPage(n, one) for n, one in enumerate(pages, 1)))


PROSE: Final = document(
    page(line(50, 50, 'A "first" line'), line(50, 80, "& a second")), page(line(50, 50, "Other page"))
)


def written(form: str, what: Document = PROSE) -> str:
    return export_document(what, form).decode("utf-8")


def test_hocr_is_xml_with_every_word_in_its_place() -> None:
    root = ET.fromstring(written("hocr"))
    pages = root.findall(f".//{XHTML}div[@class='ocr_page']")
    assert [one.get("title") for one in pages] == [
        f'image "a <b>.pdf"; bbox 0 0 1000 1000; ppageno {number}' for number in (0, 1)
    ]
    words = root.findall(f".//{XHTML}span[@class='ocrx_word']")
    assert [word.text for word in words] == ["A", '"first"', "line", "&", "a", "second", "Other", "page"]
    assert words[1].get("title") == "bbox 70 50 140 70; x_wconf 90"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_alto_has_blocks_lines_words_and_the_spaces_between_them() -> None:
    root = ET.fromstring(written("alto"))
    assert root.tag == f"{ALTO}alto"
    assert [one.get("PHYSICAL_IMG_NR") for one in root.iter(f"{ALTO}Page")] == ["1", "2"]
    first = next(root.iter(f"{ALTO}TextLine"))
    assert [child.tag.removeprefix(ALTO) for child in first] == ["String", "SP", "String", "SP", "String"]
    word = first[2]
    assert {key: word.get(key) for key in ("CONTENT", "HPOS", "VPOS", "WIDTH", "HEIGHT", "WC")} == {
        **{"CONTENT": '"first"', "HPOS": "70", "VPOS": "50", "WIDTH": "70", "HEIGHT": "20", "WC": "0.90"}
    }


def test_tsv_has_a_row_for_each_level() -> None:
    rows = list(csv.DictReader(io.StringIO(written("tsv")), delimiter="\t", quoting=csv.QUOTE_NONE))
    words = [row for row in rows if row["level"] == "5"]
    assert [(row["page_num"], row["text"]) for row in words][-2:] == [("2", "Other"), ("2", "page")]
    assert {row["level"] for row in rows} == {"1", "2", "3", "4", "5"}


def test_csv_gives_a_table_back() -> None:
    assert list(csv.reader(io.StringIO(written("csv", document(page(*grid(NUMBERS))))))) == NUMBERS


def test_markdown_has_tables_and_escapes_what_it_would_take_for_more() -> None:
    assert written("markdown", document(page(*grid(NUMBERS)))).startswith(
        "| Item | 2023 | 2024 |\n| --- | --- | --- |\n"
    )
    assert "1\\*2" in written("markdown", document(page(line(50, 50, "so 1*2 is two"))))


def test_layout_keeps_columns_and_indentation() -> None:
    text = export_document(document(page(*grid(NUMBERS))), "text", options=ExportOptions(layout=True)).decode()
    rows = text.splitlines()
    assert [row.find("17") for row in rows if "17" in row] == [rows[0].find("2024")]
    assert next(row for row in rows if row.startswith("Ink")).split() == ["Ink", "9"]


def test_a_document_is_the_same_after_a_way_through_json() -> None:
    failed = DocumentPage(3, None, "c.png", error=ImageError("image_empty", "It is empty.", "Choose another."))
    whole = Document("x", 3, (*PROSE.pages, failed))
    assert document_from_dict(json.loads(whole.to_json())).to_dict() == whole.to_dict()
    assert whole.text == 'A "first" line\n& a second\n\nOther page'


def test_archives_of_results_have_no_dates_and_no_two_files_of_one_name() -> None:
    files = [("a.txt", b"1"), ("a.txt", b"2")]
    assert zip_files(files) == zip_files(files)
    assert b"a (2).txt" in zip_files(files)
