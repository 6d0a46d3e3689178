"""Draws what a scanner makes of a printed document: pages with text, some of them a little askew, as JPEG in a PDF."""

import io
import random
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from py_ocr.document import Document, DocumentPage
from py_ocr.export.formats import export_document
from py_ocr.types import OcrPage

WIDTH: Final = 874
HEIGHT: Final = 620
"""A5, lying, at 106 dots per inch."""

DPI: Final = 106
_LINES: Final = 8
_PROSE: Final = (
    "the invoice of paper and ink was paid in March for 12.50 while glue came later than expected because of Easter "
    "holidays total amount net gross tax number customer street city please transfer within fourteen days thank you"
)


def scanned_pages(count: int, *, askew: bool = True) -> list[bytes]:
    """Return JPEG files: a number, a heading and lines of words, the same ones each time."""
    return [_page(number, 0.3 * (number % 3 - 1) if askew else 0.0) for number in range(1, count + 1)]


def scanned_pdf(count: int, *, askew: bool = True) -> bytes:
    """Return a PDF without text, a picture to the page; two of three pages are a little askew, if any are to be."""
    blank = OcrPage(WIDTH, HEIGHT, (), ())
    document = Document("scan", count, tuple(DocumentPage(number, blank) for number in range(1, count + 1)))
    return export_document(document, "pdf", scanned_pages(count, askew=askew))


def _page(number: int, degrees: float) -> bytes:
    chosen = random.Random(number)
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(image)
    pen.text((60, 40), f"Report, page {number}", font=ImageFont.load_default(44), fill=10)
    for line in range(_LINES):
        words = " ".join(chosen.choice(_PROSE.split()) for _ in range(7))
        pen.text((60, 130 + 56 * line), words, font=ImageFont.load_default(25), fill=20)
    noise = np.random.default_rng(number).integers(-14, 4, (HEIGHT, WIDTH))
    paper = Image.fromarray(np.clip(np.asarray(image, np.int16) + noise, 0, 255).astype(np.uint8))
    turned = paper.rotate(degrees, fillcolor=248, resample=Image.Resampling.BICUBIC) if degrees else paper
    file = io.BytesIO()
    turned.convert("RGB").save(file, "JPEG", quality=85, dpi=(DPI, DPI))
    return file.getvalue()
