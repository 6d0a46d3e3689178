"""Searchable PDFs, as readers that others wrote see them: PDFium for text, qpdf for the form."""

import io
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from py_ocr.document import Document, DocumentPage
from py_ocr.documents.opening import open_document
from py_ocr.documents.reading import DocumentReading
from py_ocr.export.formats import ExportOptions, export_document
from py_ocr.types import OcrPage, TextBlock, TextLine, TextWord
from tests.unit.cpython.test_documents import archive, pdf, png, tiff
from tests.unit.drawing import quad_of

WORDS: Final = ("Ärger", "中文字", "𠀋x", "fin")


def page(width: int, height: int, words: tuple[str, ...] = WORDS, recognizer: str = "m") -> OcrPage:
    """Return a page whose words stand in one line, a tenth from the top, each a tenth of the page wide."""
    step = width / 10
    written = tuple(
        TextWord(word, 0.9, quad_of(step * (1 + 2 * index), height / 10, step, height / 20))
        for index, word in enumerate(words)
    )
    quad = quad_of(step, height / 10, step * (2 * len(words) - 1), height / 20)
    line = TextLine(" ".join(words), 0.9, quad, written, 0, recognizer)
    return OcrPage(width, height, (line,), (TextBlock(((0,),), quad),))


def document(*pages: OcrPage) -> Document:
    return Document("x", len(pages), tuple(DocumentPage(index, one) for index, one in enumerate(pages, 1)))


def jpeg(width: int = 300, height: int = 400, orientation: int = 1) -> bytes:
    rows, columns = np.mgrid[:height, :width]
    pixels = np.stack([rows * 255 // height, columns * 255 // width, (rows ^ columns) % 256], axis=-1)
    image = Image.fromarray(pixels.astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90, exif=exif, dpi=(150, 150))
    return file.getvalue()


def texts(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as opened:
        return [one.get_textpage().get_text_range().strip() for one in opened]


def well_formed(data: bytes) -> pikepdf.Pdf:
    opened = pikepdf.open(io.BytesIO(data))
    assert opened.check_pdf_syntax() == []
    return opened


def test_a_jpeg_goes_into_a_pdf_as_it_is_with_its_words_in_order() -> None:
    data = jpeg()
    made = export_document(document(page(300, 400)), "pdf", [data])
    assert data in made
    assert len(made) < len(data) * 1.05 + 4000
    assert texts(made) == [" ".join(WORDS)]
    with well_formed(made) as opened:
        assert [float(value) for value in opened.pages[0].mediabox[2:]] == [144, 192]  # 300 x 400 px at 150 dpi


def test_words_stand_where_they_were_read() -> None:
    made = export_document(document(page(300, 400)), "pdf", [jpeg()])
    with pypdfium2.PdfDocument(made) as opened:
        text = opened[0].get_textpage()
        left, bottom, right, top = text.get_charbox(text.get_text_range().index("中"), loose=True)
    assert left == pytest.approx(144 * 0.3, abs=0.1)
    assert right == pytest.approx(144 * (0.3 + 0.1 / 3), abs=0.1)
    assert (192 - top, 192 - bottom) == (pytest.approx(19.2, abs=0.5), pytest.approx(28.8, abs=0.5))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_lies_upright_whatever_its_exif_says(orientation: int) -> None:
    data = jpeg(60, 40, orientation)
    upright = open_document(data).load(1).rgba
    assert upright is not None
    height, width = upright.shape[:2]
    made = export_document(document(page(width, height)), "pdf", [data])
    with pypdfium2.PdfDocument(made) as opened:
        seen = opened[0].render(scale=150 / 72, rev_byteorder=True).to_numpy()[..., :3]
    seen = seen[:height, :width]  # PDFium rounds up
    assert seen.shape[:2] == (height, width)
    assert np.abs(seen.astype(int) - upright[..., :3]).mean() < 12


def test_nothing_of_the_text_is_seen() -> None:
    blank = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(blank, "PNG")
    made = export_document(document(page(200, 200)), "pdf", [blank.getvalue()])
    with pypdfium2.PdfDocument(made) as opened:
        assert opened[0].render(scale=2).to_numpy().min() == 255


def test_every_page_of_a_tiff_and_of_an_archive_is_a_page() -> None:
    both = document(page(61, 40, ("one",)), page(62, 40, ("two",)))
    assert texts(export_document(both, "pdf", [tiff(2)])) == ["one", "two"]
    named = Document("z", 2, tuple(DocumentPage(p.number, p.page, f"p{p.number}.png") for p in both.pages))
    assert texts(export_document(named, "pdf", [archive({"p1.png": png(1), "p2.png": png(2)})])) == ["one", "two"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_in_an_archive_keep_their_pictures() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for width in (200, 300):
            written.writestr("page.jpg", jpeg(width))
    read = Document("a.zip", 2, tuple(DocumentPage(number, page(200, 400), "page.jpg") for number in (1, 2)))
    with well_formed(export_document(read, "pdf", [file.getvalue()])) as made:
        assert [int(each.Resources.XObject["/P"].Width) for each in made.pages] == [200, 300]


def test_a_pdf_that_came_in_is_kept_byte_for_byte_and_grows_by_its_text() -> None:
    source = pdf([b"q 200 0 0 100 0 0 cm /I Do Q"] * 3)
    read = document(*(page(100, 50, (f"page{number}",)) for number in (1, 2, 3)))
    made = export_document(read, "pdf", [source])
    assert made.startswith(source)
    assert texts(made) == ["page1", "page2", "page3"]
    well_formed(made)


def test_text_that_a_pdf_has_is_not_added_again() -> None:
    source = pdf([b"BT /F 20 Tf 20 50 Td (Here) Tj ET"])
    reading = DocumentReading.begin("x", open_document(source), None, lambda _rgba, _number: page(1, 1))
    assert export_document(reading.read_all(), "pdf", [source]) == source


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_text_is_right_on_a_page_that_is_turned_and_cropped(turn: int) -> None:
    with pikepdf.open(io.BytesIO(pdf([b""], (300, 200)))) as opened:
        opened.pages[0].Rotate = turn
        opened.pages[0].CropBox = pikepdf.Array([50, 20, 250, 180])
        file = io.BytesIO()
        opened.save(file)
    with pypdfium2.PdfDocument(file.getvalue()) as plain:
        width, height = (round(side * 2) for side in plain[0].get_size())
    made = export_document(document(page(width, height, ("word",))), "pdf", [file.getvalue()])
    # The text that is found is where the reader of PDFs, which knows of turns, finds the word again.
    source = open_document(made).load(1)
    assert source.embedded is not None
    [[word]] = source.embedded.lines
    scale = source.embedded.width / width
    assert word.text == "word"
    np.testing.assert_allclose(word.quad.min(axis=0) / scale, [width / 10, height / 10], atol=2)
    np.testing.assert_allclose(word.quad.max(axis=0) / scale, [width / 5, height * 0.15], atol=2)


def test_equal_documents_give_equal_bytes() -> None:
    assert export_document(document(page(300, 400)), "pdf", [jpeg()]) == export_document(
        document(page(300, 400)), "pdf", [jpeg()]
    )


def test_an_encrypted_pdf_gets_its_text_with_its_password() -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf([b""]))) as plain:
        plain.save(file, encryption=pikepdf.Encryption(owner="o", user="secret", R=4, aes=False, metadata=False))
    read = document(page(200, 100, ("word",)))
    made = export_document(read, "pdf", [file.getvalue()], ExportOptions(password="secret"))
    assert texts(made) == ["word"]


def test_a_scan_of_twenty_pages_grows_by_little_more_than_its_text(tmp_path: Path) -> None:
    scan = document(*(page(1240, 1754, tuple(f"w{number}x{n}" for n in range(4))) for number in range(20)))
    pictures = [jpeg(1240, 1754)] * 20
    plain = export_document(document(*(OcrPage(1240, 1754, (), ()) for _ in range(20))), "pdf", pictures)
    source = tmp_path / "scan.pdf"
    source.write_bytes(plain)
    made = export_document(scan, "pdf", [source.read_bytes()])
    assert len(made) <= 1.05 * len(plain) + len(scan.text.encode())
    assert texts(made) == [text.page.lines[0].text for text in scan.pages if text.page]
