"""Export: a searchable PDF: pages as they were, and their words where they stand, invisible, in reading order.

Equal documents give equal bytes: there are no dates and no random ids.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from py_ocr.document import Document, DocumentPage
from py_ocr.errors import ImageError
from py_ocr.export.pdf_font import DESCENT, UNITS_PER_EM, InvisibleFont, glyphless_font
from py_ocr.export.pdf_increment import written_behind
from py_ocr.export.pdf_pictures import PagePicture, page_picture
from py_ocr.export.word_places import Corners, whole_pixels, words_of
from py_ocr.types import OcrPage, TextLine, TextWord

_FONT_NAME: Final = "/PyOcrText"
_EMBEDDED: Final = "embedded"
"""The recogniser of lines whose text the file has already: see `py_ocr.embedded`."""

_RIGHT_TO_LEFT: Final = ("R", "AL")

PictureOf = Callable[[DocumentPage], tuple[bytes, int]]
"""Returns the image file of a page, and which of its frames the page is."""

ToPage = Callable[[float, float], tuple[float, float]]
"""Takes a point in pixels of the upright page, downwards, to points of the PDF page, upwards."""


def pdf_from_pictures(document: Document, picture_of: PictureOf) -> bytes:
    """Return a PDF of the pages' own pictures. A page that could not be read has its picture and no text."""
    writer, font = PdfWriter(), _Font()
    for at in document.pages:
        try:
            picture = page_picture(*picture_of(at))
        except ImageError:
            continue  # there is nothing to show of a file that cannot be decoded
        page = writer.add_blank_page(picture.width, picture.height)
        image = writer._add_object(picture.stream)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): _dict(P=image)})
        matrix = " ".join(_number(value) for value in picture.matrix)
        content = f"q {matrix} cm /P Do Q\n"
        if at.page is not None and at.page.lines:
            content += _text(at.page, _onto(picture, at.page), font)
            font.use(writer, page)
        page[NameObject("/Contents")] = writer._add_object(_packed(content))
    font.finish(writer)
    return _written(writer)


def _onto(picture: PagePicture, read: OcrPage) -> ToPage:
    """Return how a page lies on the picture that it was read from."""
    scale_x, scale_y = picture.width / read.width, picture.height / read.height
    return lambda x, y: (x * scale_x, picture.height - y * scale_y)


def pdf_with_text(document: Document, source: bytes, password: str | None = None) -> bytes:
    """Return a PDF with the text of its pages added; all else is the bytes that it had before.

    One that was encrypted is written without encryption. Raises ImageError (`pdf_damaged`, `pdf_encrypted`).
    """
    if not any(_added(at) for at in document.pages):
        return source
    try:
        reader = PdfReader(io.BytesIO(source))
        if not reader.is_encrypted:
            try:
                writer = PdfWriter(reader, incremental=True)
                _add_text(document, writer)
                grown = written_behind(source, reader, writer)
                if len(PdfReader(io.BytesIO(grown)).pages) == len(reader.pages):
                    return grown
            except (PyPdfError, ValueError, KeyError, NotImplementedError):
                pass  # its tables are damaged: it is written anew
        elif not reader.decrypt(password or ""):
            cause = "The PDF is encrypted, and the password is missing or wrong."
            raise ImageError("pdf_encrypted", cause, "Give its password.")
        writer = PdfWriter(clone_from=reader)
        _add_text(document, writer)
        return _written(writer)
    except PyPdfError as error:
        remedy = "Save it anew with another program."
        raise ImageError("pdf_damaged", f"No text can be added to the PDF ({error}).", remedy) from error


def _add_text(document: Document, writer: PdfWriter) -> None:
    font = _Font()
    for at in document.pages:
        page, added = writer.pages[at.number - 1], _added(at)
        if added is None:
            continue
        content = writer._add_object(_packed(_text(added, _placement(page, added), font)))
        font.use(writer, page)
        # First of all, so that what comes after cannot change where it goes.
        page[NameObject("/Contents")] = ArrayObject([content, *_contents(page)])
    font.finish(writer)


def _added(at: DocumentPage) -> OcrPage | None:
    """Return the page with those lines that the file does not have itself, or None where it has them all."""
    if at.page is None:
        return None
    lines = tuple(line for line in at.page.lines if line.recognizer != _EMBEDDED)
    return OcrPage(at.page.width, at.page.height, lines, ()) if lines else None


def _placement(page: PageObject, read: OcrPage) -> ToPage:
    """Return how the upright page lies on the PDF's page, which may be cropped and turned."""
    crop, media = page.cropbox, page.mediabox
    left, bottom = max(float(crop.left), float(media.left)), max(float(crop.bottom), float(media.bottom))
    right, top = min(float(crop.right), float(media.right)), min(float(crop.top), float(media.top))
    width, height = right - left, top - bottom
    turned = page.rotation % 360
    across, down = (height, width) if turned in (90, 270) else (width, height)
    scale_x, scale_y = across / read.width, down / read.height

    def to_page(x: float, y: float) -> tuple[float, float]:
        x, y = x * scale_x, y * scale_y
        if turned == 90:
            return left + y, bottom + x
        if turned == 180:
            return left + width - x, bottom + y
        if turned == 270:
            return left + width - y, bottom + height - x
        return left + x, bottom + height - y

    return to_page


def _contents(page: PageObject) -> list[PdfObject]:
    raw = page.raw_get("/Contents") if "/Contents" in page else None
    if raw is None:
        return []
    inner = raw.get_object()
    return list(inner) if isinstance(inner, ArrayObject) else [raw]


class _Font:
    """The font of a document, which is made when all of its characters are known."""

    def __init__(self) -> None:
        self.letters = InvisibleFont()
        self._reference: IndirectObject | None = None
        self._font = DictionaryObject()

    def use(self, writer: PdfWriter, page: PageObject) -> None:
        """Give a page the font, beside those that it has or inherits."""
        if self._reference is None:
            self._reference = writer._add_object(self._font)
        resources = DictionaryObject(_inherited(page))
        own = resources.get("/Font", DictionaryObject()).get_object()
        fonts = DictionaryObject(own if isinstance(own, DictionaryObject) else {})
        fonts[NameObject(_FONT_NAME)] = self._reference
        resources[NameObject("/Font")] = fonts
        page[NameObject("/Resources")] = resources

    def finish(self, writer: PdfWriter) -> None:
        """Write the font, where it was used."""
        if self._reference is None:
            return
        program = _packed_bytes(glyphless_font())
        program[NameObject("/Length1")] = NumberObject(len(glyphless_font()))
        name = NameObject("/PyOcrGlyphless")
        descriptor = _dict(
            Type="/FontDescriptor",
            FontName=name,
            Flags=5,
            FontBBox=ArrayObject(map(NumberObject, (0, -DESCENT, UNITS_PER_EM, UNITS_PER_EM - DESCENT))),
            ItalicAngle=0,
            Ascent=UNITS_PER_EM - DESCENT,
            Descent=-DESCENT,
            CapHeight=UNITS_PER_EM - DESCENT,
            StemV=80,
            FontFile2=writer._add_object(program),
        )
        glyphs = _packed_bytes(b"\0\0" * (len(self.letters.codes) + 1))
        descendant = _dict(
            Type="/Font",
            Subtype="/CIDFontType2",
            BaseFont=name,
            CIDSystemInfo=_dict(
                Registry=TextStringObject("Adobe"), Ordering=TextStringObject("Identity"), Supplement=0
            ),
            FontDescriptor=writer._add_object(descriptor),
            DW=UNITS_PER_EM,
            CIDToGIDMap=writer._add_object(glyphs),
        )
        self._font.update(
            _dict(
                Type="/Font",
                Subtype="/Type0",
                BaseFont=name,
                Encoding="/Identity-H",
                DescendantFonts=ArrayObject([writer._add_object(descendant)]),
                ToUnicode=writer._add_object(_packed_bytes(self.letters.to_unicode())),
            )
        )


def _inherited(page: DictionaryObject) -> DictionaryObject:
    """Return the resources of a page, which may be those of a node above it."""
    node: Any = page
    while node is not None:
        if "/Resources" in node:
            found = node["/Resources"].get_object()
            return found if isinstance(found, DictionaryObject) else DictionaryObject()
        node = node["/Parent"].get_object() if "/Parent" in node else None
    return DictionaryObject()


def _text(page: OcrPage, to_page: ToPage, font: _Font) -> str:
    """Return the operators that write the words of a page invisibly, in its order."""
    words = [
        _written_word(word, quad, is_last, to_page, font)
        for line in page.lines
        for (word, is_last), quad in zip(_words(line), whole_pixels(line), strict=True)
    ]
    return f"q BT {_FONT_NAME} 1 Tf 3 Tr\n" + "".join(words) + "ET Q\n"


def _words(line: TextLine) -> list[tuple[TextWord, bool]]:
    words = words_of(line)
    # Scripts without spaces have words without spaces between them.
    spaced = line.text.split(" ") if line.text else []
    separate = len(spaced) >= len(words)
    return [(word, index == len(words) - 1 or not separate) for index, word in enumerate(words)]


def _written_word(word: TextWord, quad: Corners, is_last: bool, to_page: ToPage, font: _Font) -> str:
    text = _as_drawn(word.text)
    if not text:
        return ""
    top_left, _, bottom_right, bottom_left = (to_page(float(x), float(y)) for x, y in quad)
    along = np.subtract(bottom_right, bottom_left) / len(text)
    up = np.subtract(top_left, bottom_left)
    x, y = np.asarray(bottom_left) + up * (DESCENT / UNITS_PER_EM)
    matrix = " ".join(_number(float(value)) for value in (*along, *up, x, y))
    return f"{matrix} Tm <{font.letters.encode(text if is_last else text + ' ')}> Tj\n"


def _as_drawn(text: str) -> str:
    """Return characters from left to right: that is how PDF has scripts that are read from right to left."""
    text = "".join(character for character in text if character.isprintable())
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return text
    return text[::-1]


def _dict(**entries: PdfObject | str | int) -> DictionaryObject:
    def value(entry: PdfObject | str | int) -> PdfObject:
        if isinstance(entry, PdfObject):
            return entry
        return NumberObject(entry) if isinstance(entry, int) else NameObject(entry)

    return DictionaryObject({NameObject(f"/{name}"): value(entry) for name, entry in entries.items()})


def _packed(content: str) -> StreamObject:
    return _packed_bytes(content.encode("ascii"))


def _packed_bytes(data: bytes) -> StreamObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream.flate_encode(9)


def _number(value: float) -> str:
    """Return a number with 3 decimals at most; below that nothing can be seen, and runtimes differ."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
