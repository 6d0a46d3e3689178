"""Export: a page as JSON, or as the plain values that it is made of."""

from __future__ import annotations

import json
from typing import Any

from py_ocr.export.text import to_text
from py_ocr.tables import TextTable, find_tables
from py_ocr.types import BackendUse, LinesRead, OcrPage, Quad, TextLine, TextOptions, TextWord

SCHEMA = 1


def to_dict(page: OcrPage, text: TextOptions = TextOptions()) -> dict[str, Any]:
    """Return the page as plain values for JSON; confidences have 4 decimals, coordinates 2. `text` is for its text."""
    return {
        "schema": SCHEMA,
        "width": page.width,
        "height": page.height,
        "text": to_text(page, text),
        "lines": [_line(line) for line in page.lines],
        "blocks": [
            {
                "lines": list(block.line_indices),
                "rows": [list(row) for row in block.rows],
                "quad": _quad(block.quad),
            }
            for block in page.blocks
        ],
        "tables": [_table(table) for table in find_tables(page)],
        "timings_ms": {stage: round(value, 2) for stage, value in page.timings_ms.items()},
        "backend": use_to_dict(page.backend),
        "models": dict(page.models),
        "notices": [
            {"code": notice.code, "message": notice.message, "quads": [_quad(quad) for quad in notice.quads]}
            for notice in page.notices
        ],
    }


def _table(table: TextTable) -> dict[str, Any]:
    plain = {"rows": [list(row) for row in table.rows], "lines": list(table.lines)}
    if table.grid is None:
        return plain
    xs, ys = ([round(value, 2) for value in places] for places in (table.grid.xs, table.grid.ys))
    return {**plain, "grid": {"xs": xs, "ys": ys, "spans": [list(span) for span in table.grid.spans]}}


def lines_read_to_dict(lines: LinesRead) -> dict[str, Any]:
    """Return what is new about a page that is being read, as plain values for JSON."""
    return {
        "lines": [{"id": draft.id, "provisional": draft.provisional, **_line(draft.line)} for draft in lines.lines],
        "withdrawn": list(lines.withdrawn),
    }


def use_to_dict(use: BackendUse) -> dict[str, Any]:
    """Return which backend ran, and why not another, as plain values for JSON."""
    return {
        "requested": use.requested,
        "used": use.used,
        "detail": use.detail,
        "fallbacks": [
            {"from": change.source, "to": change.target, "reason": change.reason} for change in use.fallbacks
        ],
        "kernels": use.kernels,
    }


def to_json(page: OcrPage, text: TextOptions = TextOptions(), *, indent: int | None = None) -> str:
    """Return `to_dict` as JSON text, with every script readable as it is."""
    return json.dumps(to_dict(page, text), ensure_ascii=False, indent=indent)


def _line(line: TextLine) -> dict[str, Any]:
    return {
        "text": line.text,
        "confidence": round(line.confidence, 4),
        "quad": _quad(line.quad),
        "orientation_degrees": line.orientation_degrees,
        "recognizer": line.recognizer,
        "words": [
            {
                "text": word.text,
                "confidence": round(word.confidence, 4),
                "quad": _quad(word.quad),
                **_doubtful(word),
            }
            for word in line.words
        ],
    }


def _doubtful(word: TextWord) -> dict[str, Any]:
    """Return the doubtful characters of a word, which has that field only where they were asked for."""
    characters = [
        {
            "index": character.index,
            "choices": [{"text": each.text, "score": round(each.score, 4)} for each in character.choices],
        }
        for character in word.doubtful
    ]
    return {"doubtful": characters} if characters else {}


def _quad(quad: Quad) -> list[list[float]]:
    return [[round(float(x), 2), round(float(y), 2)] for x, y in quad]
