"""Export: hOCR, ALTO 4 and TSV: every word with its box and its confidence, for programs that know these forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from py_ocr.document import Document, DocumentPage
from py_ocr.types import OcrPage, Quad, TextLine, TextWord

_TSV_HEAD = (
    *("level", "page_num", "block_num", "par_num", "line_num", "word_num"),
    *("left", "top", "width", "height", "conf", "text"),
)


class _Box(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int


def to_hocr(document: Document) -> str:
    """Return hOCR 1.2: XHTML whose elements are pages, areas, paragraphs, lines and words."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
        '<html xmlns="http://www.w3.org/1999/xhtml">',
        f"<head><title>{_xml(document.name)}</title>",
        '<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>',
        '<meta name="ocr-system" content="py-ocr"/>',
        '<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_line ocrx_word"/></head>',
        "<body>",
    ]
    for at, page in _read(document):
        p = at.number
        name = f"image &quot;{_attribute(at.name or document.name)}&quot;; "
        resolution = f"; scan_res {round(at.dpi)} {round(at.dpi)}" if at.dpi else ""
        title = f"{name}bbox 0 0 {page.width} {page.height}; ppageno {p - 1}{resolution}"
        out.append(f'<div class="ocr_page" id="page_{p}" title="{title}">')
        for b, (block, box) in enumerate(_blocks(page), 1):
            out.append(f'<div class="ocr_carea" id="block_{p}_{b}" title="{_bbox(box)}">')
            out.append(f'<p class="ocr_par" id="par_{p}_{b}" title="{_bbox(box)}">')
            for index, line in block:
                turn = f"; textangle {(360 - line.orientation_degrees) % 360}" if line.orientation_degrees else ""
                title = f"{_bbox(_box(line.quad))}{turn}"
                out.append(f'<span class="ocr_line" id="line_{p}_{index + 1}" title="{title}">')
                words = [
                    f'<span class="ocrx_word" id="word_{p}_{index + 1}_{w}" title="{_bbox(_box(word.quad))}; '
                    f'x_wconf {round(100 * word.confidence)}">{_xml(word.text)}</span>'
                    for w, word in enumerate(_words(line), 1)
                ]
                out.append(" ".join(words) + "</span>")
            out.append("</p></div>")
        out.append("</div>")
    return "\n".join([*out, "</body></html>", ""])


def to_alto(document: Document) -> str:
    """Return ALTO 4.4, the form of libraries and archives, in pixels."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.loc.gov/standards/alto/ns-v4# '
        'http://www.loc.gov/standards/alto/v4/alto-4-4.xsd" SCHEMAVERSION="4.4">',
        "<Description><MeasurementUnit>pixel</MeasurementUnit>",
        f"<sourceImageInformation><fileName>{_xml(document.name)}</fileName></sourceImageInformation>",
        '<Processing ID="ocr"><processingSoftware><softwareName>py-ocr</softwareName></processingSoftware>'
        "</Processing></Description>",
        "<Layout>",
    ]
    for at, page in _read(document):
        p = at.number
        size = f'WIDTH="{page.width}" HEIGHT="{page.height}"'
        out.append(f'<Page ID="page_{p}" PHYSICAL_IMG_NR="{p}" {size}>')
        out.append(f'<PrintSpace HPOS="0" VPOS="0" {size}>')
        for b, (block, box) in enumerate(_blocks(page), 1):
            out.append(f'<TextBlock ID="block_{p}_{b}" {_position(box)}>')
            for index, line in block:
                out.append(f'<TextLine ID="line_{p}_{index + 1}" {_position(_box(line.quad))}>')
                previous: _Box | None = None
                for w, word in enumerate(_words(line), 1):
                    place = _box(word.quad)
                    if previous is not None:
                        width = max(0, place.left - previous.right)
                        out.append(f'<SP WIDTH="{width}" HPOS="{previous.right}" VPOS="{previous.top}"/>')
                    out.append(
                        f'<String ID="word_{p}_{index + 1}_{w}" {_position(place)} '
                        f'WC="{word.confidence:.2f}" CONTENT="{_attribute(word.text)}"/>'
                    )
                    previous = place
                out.append("</TextLine>")
            out.append("</TextBlock>")
        out.append("</PrintSpace></Page>")
    return "\n".join([*out, "</Layout></alto>", ""])


def to_tsv(document: Document) -> str:
    """Return a row for each page, block, paragraph, line and word, with the columns that Tesseract's TSV has."""
    rows: list[Sequence[object]] = [_TSV_HEAD]
    for at, page in _read(document):
        p = at.number
        rows.append((1, p, 0, 0, 0, 0, 0, 0, page.width, page.height, -1, ""))
        for b, (block, box) in enumerate(_blocks(page), 1):
            rows.append((2, p, b, 0, 0, 0, *_size(box), -1, ""))
            rows.append((3, p, b, 1, 0, 0, *_size(box), -1, ""))
            for n, (_, line) in enumerate(block, 1):
                rows.append((4, p, b, 1, n, 0, *_size(_box(line.quad)), -1, ""))
                for w, word in enumerate(_words(line), 1):
                    conf = f"{100 * word.confidence:.2f}"
                    rows.append((5, p, b, 1, n, w, *_size(_box(word.quad)), conf, " ".join(word.text.split())))
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


def _read(document: Document) -> Iterator[tuple[DocumentPage, OcrPage]]:
    return ((page, page.page) for page in document.pages if page.page is not None)


def _blocks(page: OcrPage) -> Iterator[tuple[list[tuple[int, TextLine]], _Box]]:
    for block in page.blocks:
        yield [(index, page.lines[index]) for index in block.line_indices], _box(block.quad)


def _words(line: TextLine) -> tuple[TextWord, ...]:
    return line.words or (TextWord(line.text, line.confidence, line.quad),)


def _box(quad: Quad) -> _Box:
    low, high = np.floor(quad.min(axis=0)), np.ceil(quad.max(axis=0))
    return _Box(max(0, int(low[0])), max(0, int(low[1])), int(high[0]), int(high[1]))


def _bbox(box: _Box) -> str:
    return "bbox " + " ".join(map(str, box))


def _size(box: _Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right - box.left, box.bottom - box.top


def _position(box: _Box) -> str:
    left, top, width, height = _size(box)
    return f'HPOS="{left}" VPOS="{top}" WIDTH="{width}" HEIGHT="{height}"'


def _xml(text: str) -> str:
    """Escape text, without the control characters that XML cannot have."""
    return escape("".join(character for character in text if character >= " " or character in "\t\n"))


def _attribute(text: str) -> str:
    return _xml(text).replace('"', "&quot;")
