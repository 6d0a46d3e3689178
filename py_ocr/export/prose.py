"""Export: text that keeps the layout, Markdown, and the cells of tables as CSV."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from py_ocr.document import Document
from py_ocr.export.text import join_hyphenated, to_text
from py_ocr.tables import TableCell, TextTable, find_tables, printed_rows
from py_ocr.types import OcrPage, TextBlock

_BULLET: Final = re.compile(r"[•·●▪◦‣*–—-]\s+")
_NUMBERED: Final = re.compile(r"(\d{1,3})[.)]\s+")
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|])")
_LEADING: Final = re.compile(r"^([#+>-]|\d+[.)])")
_HEADING_RATIO: Final = 1.25
_TITLE_RATIO: Final = 1.7
_LONGEST_HEADING: Final = 120
_FORM_FEED: Final = "\f"


def to_document_text(document: Document, *, layout: bool) -> str:
    """Return the text of all pages; with `layout` words stand where they are printed, and form feeds part pages."""
    if not layout:
        return document.text + "\n"
    return _FORM_FEED.join(to_layout_text(page.page) + "\n" for page in document.pages if page.page is not None)


def to_layout_text(page: OcrPage) -> str:
    """Return the text with columns and indentation kept by blanks. A page with turned text is written as always."""
    rows = sorted(printed_rows(page), key=lambda row: min(cell.top for cell in row))
    cells = [cell for row in rows for cell in row]
    if not cells or any(line.orientation_degrees for line in page.lines):
        return to_text(page)
    pitch = float(np.median([(cell.right - cell.left) / max(1, _columns(cell.text)) for cell in cells]))
    height = float(np.median([cell.bottom - cell.top for cell in cells]))
    start = min(cell.left for cell in cells)
    lines: list[str] = []
    bottom: float | None = None
    for row in _merged(rows):
        if bottom is not None and min(cell.top for cell in row) - bottom > height:
            lines.append("")
        lines.append(_placed(row, start, max(pitch, 1.0)))
        bottom = max(cell.bottom for cell in row)
    return "\n".join(lines)


def _merged(rows: Sequence[Sequence[TableCell]]) -> list[list[TableCell]]:
    """Put rows of two columns that stand at the same height into one."""
    merged: list[list[TableCell]] = []
    for row in rows:
        middle = float(np.mean([(cell.top + cell.bottom) / 2 for cell in row]))
        if merged and min(c.top for c in merged[-1]) < middle < max(c.bottom for c in merged[-1]):
            before = merged[-1]
            if all(cell.right <= other.left or cell.left >= other.right for cell in row for other in before):
                before.extend(row)
                continue
        merged.append(list(row))
    return [sorted(row, key=lambda cell: cell.left) for row in merged]


def _placed(row: Sequence[TableCell], start: float, pitch: float) -> str:
    line, used = "", 0
    for cell in row:
        at = round((cell.left - start) / pitch)
        blanks = max(at - used, 2 if line else 0)
        line += " " * blanks + cell.text
        used += blanks + _columns(cell.text)
    return line


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese and Japanese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def to_csv(document: Document) -> str:
    """Return the tables, with an empty row between two; all rows and cells where there is no table."""
    pages = [page.page for page in document.pages if page.page is not None]
    tables: list[Sequence[Sequence[str]]] = [table.rows for page in pages for table in find_tables(page)]
    if not tables:
        tables = [[[cell.text for cell in row] for row in printed_rows(page)] for page in pages]
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    for index, table in enumerate(table for table in tables if table):
        if index:
            writer.writerow([])
        writer.writerows(table)
    return file.getvalue()


def to_markdown(document: Document) -> str:
    """Return Markdown: larger lines as headings, bullets and numbers as lists, tables as tables."""
    pages = [_page(page.page) for page in document.pages if page.page is not None]
    return "\n\n---\n\n".join(text for text in pages if text) + "\n"


def _page(page: OcrPage) -> str:
    tables = find_tables(page)
    owner = {line: table for table in tables for line in table.lines}
    heights = [float(np.ptp(line.quad[:, 1])) for line in page.lines if line.orientation_degrees in (0, 180)]
    usual = float(np.median(heights)) if heights else 1.0
    written: list[str] = []
    done: set[int] = set()
    for block in page.blocks:
        rows: list[tuple[int, ...]] = []
        for row in block.rows:
            table = next((owner[index] for index in row if index in owner), None)
            if table is None:
                rows.append(row)
                continue
            written += _paragraph(page, rows, usual)
            rows = []
            if id(table) not in done:
                done.add(id(table))
                written.append(_markdown_table(table))
        written += _paragraph(page, rows, usual)
    return "\n\n".join(written)


def _paragraph(page: OcrPage, rows: Sequence[tuple[int, ...]], usual: float) -> list[str]:
    if not rows:
        return []
    block = TextBlock(tuple(rows), page.lines[rows[0][0]].quad)
    one = OcrPage(page.width, page.height, page.lines, (block,))
    texts = to_text(one).split("\n")
    height = float(np.median([np.ptp(page.lines[index].quad[:, 1]) for row in rows for index in row]))
    if height > _HEADING_RATIO * usual and len(rows) <= 2 and len(" ".join(texts)) <= _LONGEST_HEADING:
        return [f"{'#' if height > _TITLE_RATIO * usual else '##'} {_escaped(' '.join(texts))}"]
    items: list[str] = []
    for text in join_hyphenated(texts):
        if match := _BULLET.match(text):
            items.append(f"- {_escaped(text[match.end() :])}")
        elif match := _NUMBERED.match(text):
            items.append(f"{match[1]}. {_escaped(text[match.end() :])}")
        elif items and items[-1][:1] in "-0123456789" and _is_item(items[-1]):
            items[-1] += f" {_escaped(text)}"
        else:
            items.append(_escaped(text))
    return ["\n".join(items)]


def _is_item(text: str) -> bool:
    return bool(re.match(r"- |\d{1,3}\. ", text))


def _escaped(text: str) -> str:
    """Escape what Markdown would take for more than text."""
    return _LEADING.sub(r"\\\1", _SPECIAL.sub(r"\\\1", text))


def _markdown_table(table: TextTable) -> str:
    def row(cells: Iterable[str]) -> str:
        return "| " + " | ".join(_SPECIAL.sub(r"\\\1", cell) for cell in cells) + " |"

    head, *body = table.rows
    return "\n".join([row(head), row("---" for _ in head).replace("\\", ""), *(row(cells) for cells in body)])
