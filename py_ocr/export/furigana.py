"""Furigana: the small kana beside Japanese characters that say how those are read.

They come as lines of their own, above the line that they belong to, or to the right of it where it runs downwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from py_ocr.geometry import quad_size
from py_ocr.languages import is_han, is_kana
from py_ocr.types import TextLine

MAX_SIZE = 0.65
"""Furigana are set at half the size of their line; a line of more is one of its own."""

MAX_GAP = 0.8
"""The middle of furigana is at most so many heights of the line outside its box."""


@dataclass(frozen=True, slots=True)
class Furigana:
    """The line that small kana belong to, and the index in its text behind which they stand."""

    base: int
    behind: int


def find_furigana(lines: Sequence[TextLine]) -> Mapping[int, Furigana]:
    """Return by the indices of the lines that are furigana what each belongs to."""
    found = {}
    for index, line in enumerate(lines):
        if not _is_kana_only(line.text):
            continue
        places = ((base, _place(line, other)) for base, other in enumerate(lines) if base != index)
        behind = next(((base, place) for base, place in places if place is not None), None)
        if behind is not None:
            found[index] = Furigana(*behind)
    return found


def annotated(text: str, furigana: Sequence[tuple[int, str]]) -> str:
    """Return a line's text with what is read in brackets behind the characters that it belongs to."""
    for behind, kana in sorted(furigana, reverse=True):
        text = f"{text[:behind]}（{kana}）{text[behind:]}"
    return text


def _is_kana_only(text: str) -> bool:
    return any(is_kana(character) for character in text) and all(is_kana(c) or c in "ー・ " for c in text)


def _place(line: TextLine, base: TextLine) -> int | None:
    """Return the index in the base's text behind which a line stands, if it is furigana of it: behind ideographs."""
    width, height = quad_size(base.quad)
    if not width or not height or not base.text:
        return None
    # In the directions of the base: a single kana beside a column is a line of its own, and upright.
    corners = line.quad - base.quad[0]
    along = corners @ (base.quad[1] - base.quad[0]) / width
    across = corners @ (base.quad[3] - base.quad[0]) / height
    if np.ptp(across) > MAX_SIZE * height or not -MAX_GAP * height <= float(across.mean()) <= 0.1 * height:
        return None
    # Japanese is set in squares, so that a share of the width is as great a share of the characters.
    pitch = width / len(base.text)
    first, last = float(along.min()) / pitch, float(along.max()) / pitch
    covered = [index for index in range(len(base.text)) if first - 0.5 <= index + 0.5 <= last + 0.5]
    ideographs = [index for index in covered if is_han(base.text[index]) or base.text[index] == "々"]
    if not ideographs:
        return None
    return ideographs[-1] + 1
