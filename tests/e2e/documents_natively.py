"""Draws documents for the tests in the browser, and writes them with CPython, to be compared with what the page wrote.

`draw` prints files in base64 by their names; `scan` writes a scanned PDF of so many pages to a file; `write` takes
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
    if sys.argv[1] == "draw":
        drawn = draw(int(sys.argv[2]))
        print(json.dumps({name: base64.b64encode(data).decode("ascii") for name, data in drawn.items()}))
    elif sys.argv[1] == "scan":
        Path(sys.argv[3]).write_bytes(scanned_pdf(int(sys.argv[2]), askew=False))
    else:
        print(json.dumps(write(json.load(sys.stdin))))
