"""The native command with documents: every page is read, and every form comes out."""

import io
import json
from pathlib import Path
from typing import Final

import pypdfium2
import pytest
from PIL import Image

from py_ocr.__main__ import main

NOTE: Final = Path(__file__).parents[2] / "fixtures" / "note.png"
TEXT: Final = "Hello world\nInvoice 2026"


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scanned PDF of two pages."""
    folder = tmp_path_factory.mktemp("scan")
    note = Image.open(NOTE).convert("RGB")
    path = folder / "scan.pdf"
    note.save(path, "PDF", save_all=True, append_images=[note], resolution=150)
    return path


def read(out: Path, *arguments: str) -> int:
    return main([*arguments, "--quiet", "--out", str(out)])


def test_a_scan_comes_out_searchable_and_kept(scan: Path, tmp_path: Path) -> None:
    assert read(tmp_path, str(scan), "--format", "pdf") == 0
    made = (tmp_path / "scan.pdf.pdf").read_bytes()
    assert made.startswith(scan.read_bytes())
    with pypdfium2.PdfDocument(made) as opened:
        texts = [page.get_textpage().get_text_range().replace("\r", "").strip() for page in opened]
    assert texts == [TEXT, TEXT]


def test_pages_that_are_named_are_read(scan: Path, tmp_path: Path) -> None:
    assert read(tmp_path, str(scan), "--format", "json", "--pages", "2") == 0
    document = json.loads((tmp_path / "scan.pdf.json").read_text("utf-8"))
    assert (document["page_count"], [page["number"] for page in document["pages"]]) == (2, [2])
    assert document["text"] == TEXT


def test_every_page_of_a_tiff_is_read(tmp_path: Path) -> None:
    note = Image.open(NOTE).convert("RGB")
    file = io.BytesIO()
    note.save(file, "TIFF", save_all=True, append_images=[note])
    source = tmp_path / "pages.tiff"
    source.write_bytes(file.getvalue())
    assert read(tmp_path, str(source)) == 0
    assert (tmp_path / "pages.tiff.txt").read_text("utf-8") == f"{TEXT}\n\n{TEXT}\n"


@pytest.mark.parametrize(
    ("form", "suffix", "part"),
    [
        ("hocr", ".hocr", ">Invoice</span>"),
        ("alto", ".xml", 'CONTENT="Invoice"'),
        ("tsv", ".tsv", "\tInvoice\n"),
        ("markdown", ".md", "Invoice 2026"),
        ("csv", ".csv", "Invoice 2026"),
    ],
)
def test_a_picture_comes_out_in_every_form(form: str, suffix: str, part: str, tmp_path: Path) -> None:
    assert read(tmp_path, str(NOTE), "--format", form) == 0
    assert part in (tmp_path / f"note.png{suffix}").read_text("utf-8")


def test_a_pdf_is_not_printed() -> None:
    with pytest.raises(SystemExit):
        main([str(NOTE), "--format", "pdf"])
