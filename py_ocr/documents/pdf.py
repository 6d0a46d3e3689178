"""The pages of a PDF, by PDFium: their own text, and pictures of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from py_ocr.decode import decode_frame
from py_ocr.documents.page_source import PageSource, PdfText, SourcePage
from py_ocr.embedded import Box, EmbeddedText, EmbeddedWord
from py_ocr.errors import ImageError
from py_ocr.scaling import Pixels

_RENDER_DPI: Final = 300.0
"""How fine pages are rendered, unless they are one picture, which has its own resolution."""

_MOST_DPI: Final = 600.0
_MOST_PIXELS: Final = 40_000_000
_SCAN_COVER: Final = 0.85
"""A picture covers its page when it has so much of the area: then the page is a scan."""

_LEAST_PICTURE: Final = 0.005
"""Smaller pictures, in shares of the page, are ornaments."""

_SAME_POINTS: Final = 1.0
"""A picture that ends so many points from the edges of its page, or less, is the page."""

_APP1: Final = 0xE1
"""The marker of a JPEG's EXIF."""

_NO_FRAMES: Final = (0xC4, 0xC8, 0xCC)
"""Markers between those of frames that begin something else."""

_POINTS_IN_INCH: Final = 72.0
_NO_TEXT: Final = ("\0", "\uffff")
"""What PDFium gives for glyphs without a character."""

_NO_PAGES: Final = re.compile(rb"/Count\s+0\b")
_A_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
_HYPHEN: Final = "-"
_LINE_END_HYPHENS: Final = (0x2, 0xFFFE)
"""What PDFium gives for a hyphen at the end of a line."""


def open_pdf(data: bytes, password: str | None, pdf_text: PdfText, most_pixels: int) -> PageSource:
    """Open a PDF. Raises ImageError: `pdf_encrypted`, `pdf_damaged` or `document_empty`."""
    try:
        import pypdfium2  # noqa: PLC0415  # part of the extra `native`; images do without it
    except ModuleNotFoundError as error:
        remedy = "Install it with `pip install 'py-ocr[native]'`."
        raise ImageError("image_undecodable", "PDFs are read with pypdfium2, which is missing.", remedy) from error
    try:
        pdf = pypdfium2.PdfDocument(data, password=password)
    except pypdfium2.PdfiumError as error:
        raise _not_opened(error, data) from error
    count = len(pdf)
    if count == 0:
        pdf.close()
        raise _without_pages()

    def load(number: int) -> SourcePage:
        try:
            page = pdf[number - 1]
        except pypdfium2.PdfiumError as error:
            raise _damaged(f"Page {number} of the PDF cannot be read.") from error
        with _closing(page):
            return _prepare(page, pdf_text, most_pixels)

    return PageSource(count, load, pdf.close)


@contextmanager
def _closing(page: Any) -> Iterator[None]:
    try:
        yield
    finally:
        page.close()


def _prepare(page: Any, pdf_text: PdfText, most_pixels: int) -> SourcePage:
    width, height = page.get_size()
    pictures = _pictures(page, width, height)
    dpi = _dpi_for(width, height, pictures, min(_MOST_PIXELS, most_pixels))
    scale = dpi / _POINTS_IN_INCH
    if pdf_text != "never":
        lines = _lines(page, scale)
        if lines or pdf_text == "always":
            centres = [word.quad.mean(axis=0) / scale for line in lines for word in line]
            unread = [] if pdf_text == "always" else [box for box, _ in pictures if not _holds(box, centres)]
            text = EmbeddedText(
                round(width * scale),
                round(height * scale),
                lines,
                tuple((a * scale, b * scale, c * scale, d * scale) for a, b, c, d in unread),
            )
            return SourcePage(_render(page, scale) if unread else None, "", round(dpi, 2), text)
    if (jpeg := _scan_of(page, width, height)) is not None:
        scan = decode_frame(jpeg, most_pixels=most_pixels)
        return SourcePage(scan.pixels, "", round(scan.pixels.full.width / width * _POINTS_IN_INCH, 2))
    return SourcePage(_render(page, scale), "", round(dpi, 2))


def _scan_of(page: Any, width: float, height: float) -> bytes | None:
    """Return the JPEG that a page is, where it is nothing else: what a scanner wrote is read as it wrote it."""
    from pypdfium2 import raw  # noqa: PLC0415

    shown = list(page.get_objects(max_depth=1))
    if len(shown) != 1 or shown[0].type != raw.FPDF_PAGEOBJ_IMAGE or shown[0].get_filters() != ["DCTDecode"]:
        return None
    corners = [_to_device(page, x, y, 1.0) for x, y in shown[0].get_quad_points()]
    upright = ((0.0, height), (width, height), (width, 0.0), (0.0, 0.0))
    off = max(
        abs(a - b) for point, corner in zip(corners, upright, strict=True) for a, b in zip(point, corner, strict=True)
    )
    jpeg = bytes(shown[0].get_data())
    return jpeg if off <= _SAME_POINTS and _is_common(jpeg) else None


def _is_common(jpeg: bytes) -> bool:
    """Return whether a JPEG is grey or of three colours, and says nothing of which way is up, as a PDF does that."""
    at = 2
    while jpeg[:2] == b"\xff\xd8" and at + 9 < len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == _APP1:
            return False
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES:
            return jpeg[at + 9] in (1, 3)
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return False


def _holds(box: Box, points: list[NDArray[np.float32]]) -> bool:
    left, top, right, bottom = box
    return any(left <= x <= right and top <= y <= bottom for x, y in points)


def _dpi_for(width: float, height: float, pictures: list[tuple[Box, int]], most_pixels: int) -> float:
    """Return the resolution of a scan where the page is one, else what text needs, within what memory bears."""
    most = min(_MOST_DPI, math.sqrt(most_pixels / (width * height)) * _POINTS_IN_INCH)
    for (left, top, right, bottom), width_px in pictures:
        if (right - left) * (bottom - top) >= _SCAN_COVER * width * height:
            return min(most, width_px / (right - left) * _POINTS_IN_INCH)
    return min(most, _RENDER_DPI)


def _render(page: Any, scale: float) -> Pixels:
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
    try:
        pixels: NDArray[np.uint8] = np.array(bitmap.to_numpy()[..., :3])
    finally:
        bitmap.close()
    rgba = np.full((*pixels.shape[:2], 4), 255, dtype=np.uint8)
    rgba[..., :3] = pixels
    return Pixels.whole(rgba)


def _pictures(page: Any, width: float, height: float) -> list[tuple[Box, int]]:
    """Return the boxes of a page's pictures in points of the upright page, downwards, and their widths in pixels."""
    from pypdfium2 import raw  # noqa: PLC0415

    found: list[tuple[Box, int]] = []
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=8):
        corners = [_to_device(page, x, y, 1.0) for x, y in picture.get_quad_points()]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        box = (min(xs), min(ys), max(xs), max(ys))
        first, second = corners[0], corners[1]
        px = picture.get_px_size()
        is_turned = abs(second[1] - first[1]) > abs(second[0] - first[0])
        if (box[2] - box[0]) * (box[3] - box[1]) >= _LEAST_PICTURE * width * height:
            found.append((box, px[1] if is_turned else px[0]))
    return found


def _to_device(page: Any, x: float, y: float, scale: float) -> tuple[float, float]:
    """Return a point of a PDF page, upwards, in pixels of the upright page, downwards."""
    left, bottom, right, top = page.get_bbox()
    x, y = x - left, y - bottom
    width, height = right - left, top - bottom
    turned = {0: (x, height - y), 90: (y, x), 180: (width - x, y), 270: (height - y, width - x)}
    device = turned[page.get_rotation() % 360]
    return device[0] * scale, device[1] * scale


def _lines(page: Any, scale: float) -> tuple[tuple[EmbeddedWord, ...], ...]:
    text_page = page.get_textpage()
    try:
        text = _characters(text_page)
        lines: list[list[EmbeddedWord]] = [[]]
        word: list[int] = []
        for index, character in enumerate([*text, " "]):
            if character not in _NO_TEXT and not character.isspace():
                word.append(index)
                continue
            if word:
                lines[-1].append(_word(page, text_page, text, word, scale))
                word = []
            if character in "\r\n" and lines[-1]:
                lines.append([])
    finally:
        text_page.close()
    return tuple(tuple(line) for line in lines if line)


def _characters(text_page: Any) -> list[str]:
    """Return the character at each index of PDFium, which may give two to one beyond 16 bits: the second is ""."""
    from pypdfium2 import raw  # noqa: PLC0415

    codes = [raw.FPDFText_GetUnicode(text_page, index) for index in range(text_page.count_chars())]
    characters = []
    for code, after in zip(codes, [*codes[1:], 0], strict=False):
        if 0xD800 <= code < 0xDC00 <= after < 0xE000:
            characters.append(chr(0x10000 + ((code - 0xD800) << 10) + after - 0xDC00))
        else:
            characters.append(_HYPHEN if code in _LINE_END_HYPHENS else "" if 0xD800 <= code < 0xE000 else chr(code))
    return characters


def _word(page: Any, text_page: Any, text: list[str], indices: list[int], scale: float) -> EmbeddedWord:
    boxes = [text_page.get_charbox(index, loose=True) for index in indices]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    first, last = boxes[0], boxes[-1]
    # Text whose characters go up or down the page is turned.
    rise = (last[1] + last[3] - first[1] - first[3]) / 2
    if len(boxes) > 1 and abs(rise) > abs(last[0] + last[2] - first[0] - first[2]) / 2:
        corners = corners[3:] + corners[:3] if rise > 0 else corners[1:] + corners[:1]
    quad = np.array([_to_device(page, x, y, scale) for x, y in corners], np.float32)
    return EmbeddedWord("".join(text[index] for index in indices), quad)


def _without_pages() -> ImageError:
    return ImageError("document_empty", "The PDF has no pages.", "Choose another file.")


def _not_opened(error: Exception, data: bytes) -> ImageError:
    if "password" in str(error).lower():
        cause = "The PDF is encrypted, and the password is missing or wrong."
        return ImageError("pdf_encrypted", cause, "Give its password.")
    # PDFium opens none without pages, and does not say why.
    if _NO_PAGES.search(data) and not _A_PAGE.search(data):
        return _without_pages()
    return _damaged("The PDF is damaged.")


def _damaged(cause: str) -> ImageError:
    return ImageError("pdf_damaged", cause, "Download it again, or save it anew with another program.")
