"""The files that the tour hands to the page, each for a state of it."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from measure.scans import scanned_pdf

ROWS = (
    ("Item", "Qty", "Price", "Sum"),
    ("Notebook, ruled", "4", "3.20", "12.80"),
    ("Pencils, HB", "12", "0.45", "5.40"),
    ("Delivery", "", "", "4.90"),
    ("Total", "", "", "23.10"),
)
COLUMNS_PX = (60, 470, 610, 790, 960)
TABLE_PX = (1020, 640)
BLURRED = (
    "Minutes of the meeting of 14 March",
    "Present: Ms Abernathy, Mr Quill, Dr Osei",
    "1. The fence along Mill Lane is to be mended.",
    "2. Thirty-one chairs are missing from the hall.",
    "3. The choir asks for the key on Thursdays.",
)


@dataclass(frozen=True)
class File:
    """A file as a chooser gives it."""

    name: str
    data: bytes


def table() -> File:
    """Return a picture of a bill with ruled lines."""
    image = Image.new("RGB", TABLE_PX, (252, 252, 250))
    pen = ImageDraw.Draw(image)
    pen.text((60, 44), "Invoice 2026-118", (20, 22, 26), ImageFont.load_default(40))
    top, height = 140, 74
    for index, row in enumerate(ROWS):
        for column, text in enumerate(row):
            pen.text(
                (COLUMNS_PX[column] + 14, top + index * height + 20), text, (20, 22, 26), ImageFont.load_default(28)
            )
    for index in range(len(ROWS) + 1):
        pen.line(((60, top + index * height), (960, top + index * height)), (90, 95, 100), 2)
    for x_px in COLUMNS_PX:
        pen.line(((x_px, top), (x_px, top + len(ROWS) * height)), (90, 95, 100), 2)
    return File("invoice.png", _png(image))


def doubtful() -> File:
    """Return a picture of a text that is not sharp: some of its words are doubtful."""
    image = Image.new("RGB", (900, 460), (238, 236, 229))
    for index, text in enumerate(BLURRED):
        ImageDraw.Draw(image).text((50, 50 + index * 74), text, (70, 72, 80), ImageFont.load_default(25))
    return File("minutes 1987.png", _png(image.filter(ImageFilter.GaussianBlur(2.8))))


def document(pages: int = 6) -> File:
    """Return a scanned PDF."""
    return File("annual report.pdf", scanned_pdf(pages, askew=False))


def encrypted() -> File:
    """Return a PDF that opens with the password "secret"."""
    data = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(scanned_pdf(1, askew=False))) as plain:
        plain.save(data, encryption=pikepdf.Encryption(owner="secret", user="secret"))
    return File("payslip.pdf", data.getvalue())


def damaged() -> File:
    """Return a picture that ends before its last pixel."""
    data = table().data
    return File("half a download.png", data[: len(data) // 2])


def too_large() -> File:
    """Return a picture whose header claims more pixels than anybody reads."""
    header = struct.pack(">IIBBBBB", 65_536, 65_536, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1024))), (b"IEND", b""))
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return File("wall map, 4 gigapixels.png", b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def no_image() -> File:
    """Return a file that is no image."""
    return File("notes.txt", b"just words")


def at(path: Path) -> File:
    """Return a file of the project."""
    return File(path.name, path.read_bytes())


def _png(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()
