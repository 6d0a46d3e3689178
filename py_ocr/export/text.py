"""Export: a page as plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from py_ocr.export.furigana import annotated, find_furigana
from py_ocr.geometry import quad_size
from py_ocr.types import OcrPage, TextBlock, TextOptions

_NUMBER_HEAD = re.compile(r"\d$")
_NUMBER_TAIL = re.compile(r"[.,]\d")
_HYPHENATED = re.compile(r"[^\W\d_]{2}[-\u00ad\u2010]$")

_SAME_EDGE = 0.6
"""Rows whose left edges are less than so many characters apart begin at the same place."""


def to_text(page: OcrPage, options: TextOptions = TextOptions()) -> str:
    """Return the text in reading order: a printed row a line, a blank line between blocks.

    A word that was hyphenated at the end of a row is put together again on that row, unless rows are indented: then
    they are as they are printed.
    """
    texts = _line_texts(page, options)
    rows_of_blocks = [
        [row for indices in block.rows if (row := tuple(index for index in indices if index in texts))]
        for block in page.blocks
    ]
    indents = _indents(page) if options.indent else {}
    written = []
    for rows in rows_of_blocks:
        joined = [_join_row([texts[index] for index in row]) for row in rows]
        if options.indent:
            joined = [" " * indents[row[0]] + text for row, text in zip(rows, joined, strict=True)]
        else:
            joined = join_hyphenated(joined)
        written.append("\n".join(joined))
    return "\n\n".join(block for block in written if block)


def _line_texts(page: OcrPage, options: TextOptions) -> Mapping[int, str]:
    """Return the text of each line by its index, without those lines that are not to be written."""
    texts = {index: line.text for index, line in enumerate(page.lines)}
    if options.furigana == "keep":
        return texts
    furigana = find_furigana(page.lines)
    if options.furigana == "brackets":
        for base in {each.base for each in furigana.values()}:
            own = [(each.behind, texts[index]) for index, each in furigana.items() if each.base == base]
            texts[base] = annotated(texts[base], own)
    return {index: text for index, text in texts.items() if index not in furigana}


def _indents(page: OcrPage) -> dict[int, int]:
    """Return by the index of each row's first line how many characters it is indented in its column.

    Blocks that share a part of the page's width are one column, since blank lines part code into blocks.
    """
    indents: dict[int, int] = {}
    columns: list[list[TextBlock]] = []
    for block in page.blocks:
        shared = [column for column in columns if any(_overlap(block, other) for other in column)]
        columns = [column for column in columns if column not in shared]
        columns.append([block, *(other for column in shared for other in column)])
    for column in columns:
        firsts = [row[0] for block in column for row in block.rows]
        pitch = _pitch(page, column)
        along = _direction(page, firsts[0])
        edges = np.array([float(page.lines[index].quad[0] @ along) for index in firsts]) / pitch
        levels = _levels(edges)
        indents |= {index: round(level) for index, level in zip(firsts, levels - levels.min(), strict=True)}
    return indents


def _overlap(a: TextBlock, b: TextBlock) -> bool:
    (left_a, right_a), (left_b, right_b) = ((q[:, 0].min(), q[:, 0].max()) for q in (a.quad, b.quad))
    return bool(min(right_a, right_b) > max(left_a, left_b))


def _pitch(page: OcrPage, column: Sequence[TextBlock]) -> float:
    """Return how wide a character is in a column, in pixels: the median of its lines."""
    lines = [page.lines[index] for block in column for index in block.line_indices]
    return max(1.0, float(np.median([quad_size(line.quad)[0] / max(1, len(line.text)) for line in lines])))


def _direction(page: OcrPage, index: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return the unit vector along which a line is read."""
    quad = page.lines[index].quad
    direction: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = quad[1] - quad[0]
    return direction / max(float((direction @ direction) ** 0.5), 1e-3)


def _levels(
    edges: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the edges with those that are close together at their mean."""
    order = np.argsort(edges, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(edges[order]) >= _SAME_EDGE) + 1)
    levels = edges.copy()
    for group in groups:
        levels[group] = edges[group].mean()
    return levels


def _join_row(texts: Sequence[str]) -> str:
    """Return the lines of a row with spaces between them, but for numbers that were seen in two pieces."""
    row = texts[0]
    for text in texts[1:]:
        row += text if _NUMBER_HEAD.search(row) and _NUMBER_TAIL.match(text) else f" {text}"
    return row


def join_hyphenated(rows: Sequence[str]) -> list[str]:
    """Return the rows with words that were broken between two of them put together at the end of the first."""
    joined: list[str] = []
    for row in rows:
        if joined and _HYPHENATED.search(joined[-1]) and row[:1].islower():
            head, _, rest = row.partition(" ")
            joined[-1] = joined[-1][:-1] + head
            if rest:
                joined.append(rest)
        else:
            joined.append(row)
    return joined
