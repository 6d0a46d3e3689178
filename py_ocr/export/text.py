"""Export: a page as plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from py_ocr.types import OcrPage

_HYPHENATED = re.compile(r"[^\W\d_]{2}[-\u00ad\u2010]$")


def to_text(page: OcrPage) -> str:
    """Return the text in reading order: a printed row a line, a blank line between blocks.

    A word that was hyphenated at the end of a row is put together again on that row.
    """
    return "\n\n".join(
        "\n".join(join_hyphenated([" ".join(page.lines[index].text for index in row) for row in block.rows]))
        for block in page.blocks
    )


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
