"""Initials: the large letter before a paragraph is the first one of its first word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from py_ocr.geometry import bounding_quad
from py_ocr.parameters import Params, number
from py_ocr.types import TextLine, TextWord

_LETTER_OF = {"0": "O", "1": "I"}
"""What a large letter alone may be read as."""


@dataclass(frozen=True, slots=True)
class InitialParams(Params):
    """When a letter is the initial of a line. Lengths are in heights of that line."""

    min_height: float = number(1.5, least=1)
    """An initial is so much taller than the line at least. Less takes the letter before an answer for one."""

    max_gap: float = number(1.0)
    """Widest gap between the initial and the line."""

    min_lines: int = number(2, least=2)
    """So many lines stand beside it at least."""

    max_shift: float = number(1.0)
    """The paragraph goes on below an initial: a line there begins at most so far from where it does, and below it."""

    min_confidence: float = number(0.55, most=1)
    """Confidence asked of the letter, whose place says already that it is one. Less takes pictures for letters."""


def join_initials(lines: Sequence[TextLine], params: InitialParams = InitialParams()) -> list[TextLine]:
    """Return the lines of a page, those with an initial beginning with it."""
    joined = list(lines)
    for initial in lines:
        letter = _LETTER_OF.get(initial.text, initial.text)
        if len(letter) != 1 or not letter.isupper() or initial.confidence < params.min_confidence:
            continue
        beside = [line for line in joined if _is_beside(initial, line, params)]
        if len(beside) < params.min_lines or not any(_goes_on(initial, line, params) for line in joined):
            continue
        first = min(beside, key=lambda line: float(line.quad[:, 1].min()))
        if first.text[0].isalpha():
            joined[joined.index(first)] = _with_initial(first, initial, letter)
            joined.remove(initial)
    return joined


def _is_beside(initial: TextLine, line: TextLine, params: InitialParams) -> bool:
    """Tell whether an upright line begins right of an initial, within its height."""
    (x0, y0), (x1, y1) = initial.quad.min(axis=0), initial.quad.max(axis=0)
    (left, top), (_, bottom) = line.quad.min(axis=0), line.quad.max(axis=0)
    height = bottom - top
    return bool(
        line is not initial
        and line.orientation_degrees == initial.orientation_degrees == 0
        and y1 - y0 >= params.min_height * height
        and x0 < left
        and left - x1 <= params.max_gap * height
        and y0 - height < (top + bottom) / 2 < y1
    )


def _goes_on(initial: TextLine, line: TextLine, params: InitialParams) -> bool:
    """Tell whether a line begins directly below an initial."""
    (x0, _), (_, y1) = initial.quad.min(axis=0), initial.quad.max(axis=0)
    (left, top), (_, bottom) = line.quad.min(axis=0), line.quad.max(axis=0)
    reach = params.max_shift * (bottom - top)
    return bool(line is not initial and abs(left - x0) <= reach and abs(top - y1) <= reach)


def _with_initial(line: TextLine, initial: TextLine, letter: str) -> TextLine:
    """Return a line that begins with the letter, and as far left as it, at its own height."""
    quad = line.quad.copy()
    quad[[0, 3], 0] = float(initial.quad[:, 0].min())
    words = line.words
    if words:
        first = words[0]
        box = bounding_quad([initial.quad, first.quad])
        words = (TextWord(letter + first.text, min(first.confidence, initial.confidence), box), *words[1:])
    return replace(line, text=letter + line.text, quad=np.asarray(quad, dtype=np.float32), words=words)
