"""Unread: places with text in a script that the models do not know.

A recogniser has nothing to say of letters that it was not trained on: a wide line in Cyrillic, Arabic or Korean gives
a full stop, or nothing. Of other scripts, such as Hebrew, it makes letters of its own, none of them sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from py_ocr.geometry import quad_size
from py_ocr.parameters import Params, number
from py_ocr.types import Notice, TextLine

_RULES = frozenset("-–—_=~一")
"""What a rule drawn across a page reads as."""

_MESSAGE = "There is text in a script that these models do not know, or that is too hard to make out."


@dataclass(frozen=True, slots=True)
class UnreadParams(Params):
    """When a place holds text that cannot be read. Of the public images, none of which has such a script, not one is
    taken for one with these values, in any profile; where tiny reads alone, places of up to 6 heights come close."""

    characters_per_height: float = number(0.25)
    """A line with at most so many characters, in its heights, is next to empty: Chinese has one, letters have two.
    Higher values take labels that are set wide for unknown scripts, lower ones miss lines with punctuation."""

    lone_heights: float = number(8.0)
    """A line so wide, in its heights, that is next to empty is unread. Narrower ones are textures now and then."""

    beside_heights: float = number(2.0)
    """On a page with such a line, others are unread from this width on: its headings. Single letters are not."""

    kept_characters: int = number(2, least=1)
    """So many letters or digits of an unread line, or more, stay on the page: a number among unknown words."""

    doubtful_heights: float = number(8.0)
    """Only lines so wide can show by their scores that a page is in an unknown script."""

    doubtful_score: float = number(0.86, most=1)
    """Mean score below which such a line was not made out. Hard photos and prints have some."""

    doubtful_lines: int = number(2, least=1)
    """So many of such lines, or more, and"""

    doubtful_share: float = number(0.9, above=0, most=1)
    """this part of all wide lines of a page, have to be doubtful. Lower values take blurred pages for Greek ones."""


def find_unread(
    lines: Sequence[TextLine], params: UnreadParams = UnreadParams()
) -> tuple[list[TextLine], tuple[Notice, ...]]:
    """Return the lines of a page without those that are next to empty, and what is to be said of unread places.

    `lines` are those of a page before any is rejected, with their mean scores as confidences; order is kept.
    """
    empty = [index for index, line in enumerate(lines) if _is_next_to_empty(line, params)]
    if any(_heights(lines[index]) >= params.lone_heights for index in empty):
        unread = [lines[index] for index in empty if _heights(lines[index]) >= params.beside_heights]
    else:
        unread = []
    kept = [line for line in lines if not any(line is each for each in unread) or _keeps(line, params)]
    wide = [line for line in lines if _heights(line) >= params.doubtful_heights]
    doubtful = [line for line in wide if line.confidence < params.doubtful_score]
    if len(doubtful) >= params.doubtful_lines and len(doubtful) >= params.doubtful_share * len(wide):
        unread += [line for line in doubtful if not any(line is each for each in unread)]
    if not unread:
        return kept, ()
    return kept, (Notice("script_unknown", _MESSAGE, tuple(line.quad for line in unread)),)


def _is_next_to_empty(line: TextLine, params: UnreadParams) -> bool:
    text = "".join(line.text.split())
    is_rule = bool(text) and _RULES.issuperset(text)
    return not is_rule and len(text) <= params.characters_per_height * _heights(line)


def _keeps(line: TextLine, params: UnreadParams) -> bool:
    return sum(character.isalnum() for character in line.text) >= params.kept_characters


def _heights(line: TextLine) -> float:
    """Return how long a line is, in its heights."""
    width, height = quad_size(line.quad)
    return width / max(height, 1.0)
