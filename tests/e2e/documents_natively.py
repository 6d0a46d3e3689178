"""Draws documents for the tests in the browser, and writes them with CPython, to be compared with what the page wrote.

`draw` prints files in base64 by their names, `bad` such as cannot be read as they are; `scan` writes a scanned PDF of
so many pages to a file, `askew` one whose pages lie askew; `write` takes
{"document", "format", "sources"} and prints {"data", "texts"}: the file, and where it is a PDF the text of each page as
PDFium finds it.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

from measure.scans import scanned_pdf
from py_ocr.document import Document, DocumentPage
from py_ocr.export.formats import export_document
from py_ocr.export.parse import document_from_dict
from py_ocr.types import OcrPage

NOTE = Path(__file__).parents[1] / "fixtures" / "note.png"


def draw(pages: int) -> dict[str, bytes]:
    """Return a scanned PDF, a TIFF and an archive, each with so many pages, and a PDF that is no scan."""
    note = Image.open(NOTE).convert("RGB")
    jpeg, tiff, archive = io.BytesIO(), io.BytesIO(), io.BytesIO()
    note.save(jpeg, "JPEG", quality=92, dpi=(150, 150))
    note.save(tiff, "TIFF", save_all=True, append_images=[note] * (pages - 1))
    with zipfile.ZipFile(archive, "w") as written:
        for number in range(pages, 0, -1):
            written.writestr(f"page {number}.jpg", jpeg.getvalue())
    blank = OcrPage(note.width, note.height, (), ())
    scan = Document("scan", pages, tuple(DocumentPage(number, blank) for number in range(1, pages + 1)))
    return {
        "scan.pdf": export_document(scan, "pdf", [jpeg.getvalue()] * pages),
        "pages.tiff": tiff.getvalue(),
        "pages.zip": archive.getvalue(),
        "broken.pdf": b"%PDF-1.7\nnothing of a PDF",
    }


def bad() -> dict[str, bytes]:
    """Return a PDF without pages, and archives that unpack to more than they may."""
    without = io.BytesIO()
    pikepdf.new().save(without)
    return {
        "without.pdf": without.getvalue(),
        "large.zip": _bomb(2**16, told=2**30),
        "liar.zip": _bomb(2**26, told=2**10),
    }


def _bomb(size: int, told: int) -> bytes:
    """Return an archive with one picture of so many zeros, of which it tells another size."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page.png", bytes(size))
    data = bytearray(file.getvalue())
    # In the header of the file, and in the directory.
    for start, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        where = data.index(start) + at
        data[where : where + 4] = told.to_bytes(4, "little")
    return bytes(data)


def write(order: dict[str, Any]) -> dict[str, Any]:
    """Return the file that an order is about, and the texts in it."""
    sources = [base64.b64decode(source) for source in order["sources"]]
    data = export_document(document_from_dict(order["document"]), order["format"], sources)
    texts: list[str] = []
    if order["format"] == "pdf":
        with pypdfium2.PdfDocument(data) as opened:
            texts = [page.get_textpage().get_text_range() for page in opened]
    return {"data": base64.b64encode(data).decode("ascii"), "texts": texts}


if __name__ == "__main__":
    if sys.argv[1] in ("draw", "bad"):
        drawn = draw(int(sys.argv[2])) if sys.argv[1] == "draw" else bad()
        print(json.dumps({name: base64.b64encode(data).decode("ascii") for name, data in drawn.items()}))
    elif sys.argv[1] in ("scan", "askew"):
        Path(sys.argv[3]).write_bytes(scanned_pdf(int(sys.argv[2]), askew=sys.argv[1] == "askew"))
    else:
        print(json.dumps(write(json.load(sys.stdin))))
