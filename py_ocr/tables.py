"""Tables: rows and columns of what a page shows as such, empty cells kept.

Columns are where the cells of several rows stand above each other with white between them. Reference for finding
them by the white space that runs through rows: Breuel, Two geometric algorithms for layout analysis, 2002.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from py_ocr.types import Grid, OcrPage, TextLine, TextWord

_CELL_GAP: Final = 1.2
"""Words of a line that are further apart than so many heights are two cells."""

_COLUMN_GAP: Final = 0.3
"""White between two columns, in heights of the text."""

_WRAPPED_GAP: Final = 0.75
"""A row that is nearer to the one above than so many times the usual distance goes on in its cell."""

_LEAST_ROWS: Final = 3
"""Fewer rows with several cells are a table only if each of them has three cells."""

_NUMBER: Final = re.compile(r"[\d\s.,%()+\-−–€$£¥]+")


@dataclass(frozen=True, slots=True, eq=False)
class TableCell:
    """A cell with text: its words, and left, top, right, bottom in pixels."""

    words: tuple[TextWord, ...]
    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: int
    """Index of its line in the page."""


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """Texts by row and column, "" where a cell is empty; `lines` are indices of the page's lines that it is made of."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    grid: Grid | None = None
    """Where its rules are, if it has any."""


def find_tables(page: OcrPage) -> tuple[TextTable, ...]:
    """Return the tables of a page, in reading order. Only upright text is looked at.

    What stands between rules is a table as they cut it, a cell that spans others having its text in the first; all else
    is one where white parts it into columns.
    """
    tables = [table for grid in page.grids if (table := _ruled(page, grid)) is not None]
    taken = {line for table in tables for line in table.lines}
    run: list[list[TableCell]] = []
    for row in printed_rows(page):
        if taken.intersection(cell.line for cell in row):
            tables += _table(run)
            run = []
            continue
        if run and not _belongs(row, run):
            tables += _table(run)
            run = []
        run.append(row)
    tables += _table(run)
    return tuple(sorted(tables, key=lambda table: min(table.lines)))


def _ruled(page: OcrPage, grid: Grid) -> TextTable | None:
    """Return the table of a grid, or None where fewer than two of its cells have text."""
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    first = {(row, column): (row, column) for row in range(rows) for column in range(columns)}
    for top, left, height, width in grid.spans:
        first |= {
            (row, column): (top, left) for row in range(top, top + height) for column in range(left, left + width)
        }
    cells: dict[tuple[int, int], dict[int, list[str]]] = {}
    for index, line in enumerate(page.lines):
        if line.orientation_degrees:
            continue
        for word in line.words or (TextWord(line.text, line.confidence, line.quad),):
            x, y = word.quad.mean(axis=0).tolist()
            place = int(np.searchsorted(grid.ys, y)) - 1, int(np.searchsorted(grid.xs, x)) - 1
            if place in first:
                cells.setdefault(first[place], {}).setdefault(index, []).append(word.text)
    if len(cells) < 2:
        return None
    texts = {place: " ".join(" ".join(words) for words in lines.values()) for place, lines in cells.items()}
    lines = sorted({index for held in cells.values() for index in held})
    table = (tuple(texts.get((row, column), "") for column in range(columns)) for row in range(rows))
    return TextTable(tuple(table), tuple(lines), grid)


def printed_rows(page: OcrPage) -> list[list[TableCell]]:
    """Return the cells of each printed row, from left to right, in reading order."""
    rows = [row for block in page.blocks for row in block.rows]
    upright = [[index for index in row if page.lines[index].orientation_degrees == 0] for row in rows]
    cells = [[cell for index in row for cell in _cells(page.lines[index], index)] for row in upright if row]
    return [sorted(row, key=lambda cell: cell.left) for row in cells]


def _cells(line: TextLine, index: int) -> list[TableCell]:
    """Cut a line where its words are far apart."""
    if not line.words:
        return [_cell((TextWord(line.text, line.confidence, line.quad),), line.text, index)]
    groups: list[list[TextWord]] = [[line.words[0]]]
    for before, word in zip(line.words, line.words[1:], strict=False):
        height = float(np.ptp(word.quad[:, 1]))
        if float(word.quad[:, 0].min() - before.quad[:, 0].max()) > _CELL_GAP * height:
            groups.append([])
        groups[-1].append(word)
    if len(groups) == 1:
        return [_cell(tuple(line.words), line.text, index)]
    return [_cell(tuple(group), " ".join(word.text for word in group), index) for group in groups]


def _cell(words: tuple[TextWord, ...], text: str, line: int) -> TableCell:
    corners = np.concatenate([word.quad for word in words])
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return TableCell(words, text, float(left), float(top), float(right), float(bottom), line)


def _belongs(row: Sequence[TableCell], run: Sequence[Sequence[TableCell]]) -> bool:
    """Return whether a row may be of the table that the run is: below it, and no cell across two of its columns."""
    last = run[-1]
    height = float(np.median([cell.bottom - cell.top for cell in last]))
    if not -height < min(cell.top for cell in row) - max(cell.bottom for cell in last) < 3 * height:
        return False
    columns = _columns([*run, row])
    return len(columns) > 1 and all(len(_columns_of(cell, columns)) == 1 for line in [*run, row] for cell in line)


def _columns(rows: Sequence[Sequence[TableCell]]) -> list[tuple[float, float]]:
    """Return where the columns of rows begin and end: what cells cover, parted by white."""
    cells = sorted((cell for row in rows if len(row) > 1 for cell in row), key=lambda cell: cell.left)
    columns: list[tuple[float, float]] = []
    for cell in cells:
        gap = _COLUMN_GAP * (cell.bottom - cell.top)
        if columns and cell.left < columns[-1][1] + gap:
            columns[-1] = (columns[-1][0], max(columns[-1][1], cell.right))
        else:
            columns.append((cell.left, cell.right))
    return columns


def _columns_of(cell: TableCell, columns: Sequence[tuple[float, float]]) -> list[int]:
    """Return the columns that a cell reaches into; the nearest where there is none."""
    reached = [index for index, (left, right) in enumerate(columns) if cell.left < right and cell.right > left]
    centre = (cell.left + cell.right) / 2
    return reached or [min(range(len(columns)), key=lambda index: abs(centre - sum(columns[index]) / 2))]


def _table(run: Sequence[Sequence[TableCell]]) -> list[TextTable]:
    """Return the table that a run of rows is, if it is one."""
    several = [row for row in run if len(row) > 1]
    if len(several) < _LEAST_ROWS and (len(several) < 2 or min(map(len, several)) < 3):
        return []
    columns = _columns(run)
    if len(columns) < 2:
        return []
    tops = [float(np.mean([(cell.top + cell.bottom) / 2 for cell in row])) for row in run]
    usual = float(np.median(np.diff(tops))) if len(tops) > 1 else 0.0
    rows: list[list[str]] = []
    for row, top, above in zip(run, tops, [-np.inf, *tops], strict=False):
        texts = [""] * len(columns)
        for cell in row:
            index = _columns_of(cell, columns)[0]
            texts[index] = f"{texts[index]} {cell.text}".strip()
        filled = [index for index, text in enumerate(texts) if text]
        if rows and top - above < _WRAPPED_GAP * usual and _goes_on(texts, filled, rows[-1]):
            rows[-1][filled[0]] += f" {texts[filled[0]]}"
        else:
            rows.append(texts)
    if len(rows) < 2:
        return []
    lines = tuple(dict.fromkeys(cell.line for row in run for cell in row))
    return [TextTable(tuple(tuple(row) for row in rows), lines)]


def _goes_on(texts: Sequence[str], filled: Sequence[int], above: Sequence[str]) -> bool:
    """Return whether a row is one cell with words that go on below those of the row above."""
    return len(filled) == 1 and bool(above[filled[0]]) and not _NUMBER.fullmatch(texts[filled[0]])
