"""Spacing: where words begin, from the spaces that were read, those that were missed, and the characters' distances.

The recogniser gives the probability of a space at every step, so a space can be put back that lost to a blank; and it
knows only gaps, so it parts the letters of a title that is set wide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from py_ocr.languages import is_unspaced
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep

_IN_NUMBERS = ".,:/-"
"""Signs within numbers, dates, times and ranges."""

_DIGIT_GROUP = 3

_CLAUSE_ENDS = ".,:;!?"
"""Signs that end a word, with a space behind them."""

_SENTENCE_ENDS = "!?"

_CODE = "()[]{}<>;|!"
"""Signs that stand close to what they belong to, with gaps of their own around them."""

_CLOSING = ")]}"
_BEHIND_CLOSING = ";,."


@dataclass(frozen=True, slots=True)
class SpacingParams(Params):
    """When a space counts."""

    space_score: float = number(0.1, most=1)
    """Probability of a space between two words from which it counts, though a blank was likelier. Lower values part
    words, higher ones run them together in narrow print."""

    space_score_signs: float = number(0.4, most=1)
    """The same between brackets and the other signs of code and what they hold: what looks like a gap there mostly is
    the shape of the sign. Lower values part `run();` into pieces."""

    space_score_numbers: float = number(0.5, most=1)
    """The same within a number, at its point or its colon. Lower values read `58. 30`."""

    tracked_letters: int = number(4, least=2)
    """So many single letters with even gaps, or more, are the letters of words that are set wide. Fewer are initials or
    the answers to a question."""

    tracked_share: float = number(0.7, most=1)
    """At least this part of a line's words are single letters for that."""

    tracked_gap_ratio: float = number(1.45, least=1)
    """A gap this many times the median one still parts words of such a line."""

    full_width_share: float = number(0.1, above=0, most=1)
    """Letters and digits may be of full width on a page of which at least this part is Chinese or Japanese. A texture
    that reads as an ideograph is no sign of that."""

    full_width_pitch: tuple[float, float] = (0.7, 1.15)
    """Distance of full-width letters and digits, in widths of such a character: from, to."""


def word_starts(
    reading: RecognizedLine,
    charset: Sequence[str],
    full_width_steps: float | None = None,
    params: SpacingParams = SpacingParams(),
) -> frozenset[int]:
    """Return the indices of the characters that begin a word. Spaces that were read begin none.

    `full_width_steps` is the width of a full-width character in steps, on a page that may have such letters and digits.
    """
    text = [charset[step.label] for step in reading.steps]
    space_scores = reading.space_scores.tolist()
    starts = frozenset(
        index
        for index, character in enumerate(text)
        if not character.isspace() and (index == 0 or _is_parted(reading.steps, space_scores, text, index, params))
    )
    inked = [index for index, character in enumerate(text) if not character.isspace()]
    if _is_tracked(text, starts, params):
        return _widest_gaps(reading.steps, inked, params)
    if full_width_steps is not None:
        return starts - _within_full_width(reading.steps, text, inked, full_width_steps, params)
    return starts


def _is_parted(
    steps: Sequence[CtcStep], space_scores: Sequence[float], text: Sequence[str], index: int, params: SpacingParams
) -> bool:
    """Tell whether a space was read in front of a character, or belongs there.

    Both neighbours of one that was missed must be of scripts that put spaces between words; their punctuation counts
    as they do. How much has to speak for it depends on what it would part.
    """
    before, after = text[index - 1], text[index]
    if before.isspace():
        # No one writes `run() ;`.
        closed = index >= 2 and text[index - 2] in _CLOSING and after in _BEHIND_CLOSING
        return not (closed and steps[index - 1].score < 1 - params.space_score)
    if is_unspaced(before) or is_unspaced(after):
        return False
    between = space_scores[int(steps[index - 1].position) + 1 : math.ceil(steps[index].position)]
    likely = max(between, default=-1.0)
    return likely >= _least_space_score(params) and likely >= _required_space_score(text, index, params)


def _least_space_score(params: SpacingParams) -> float:
    """Return the probability below which no space counts, whatever it would part: so it is with most characters."""
    return min(params.space_score, params.space_score_signs, params.space_score_numbers)


def _required_space_score(text: Sequence[str], index: int, params: SpacingParams) -> float:
    """Return the probability from which a space in front of a character counts."""
    if _is_within_number(text, index):
        return params.space_score_numbers
    before, after = text[index - 1], text[index]
    ends_clause = before in _CLAUSE_ENDS and (after.isalnum() or after == "(")
    between_signs = _is_ascii_sign(before) and _is_ascii_sign(after) and before not in _CLAUSE_ENDS
    is_code = (before in _CODE or after in _CODE or between_signs) and not ends_clause
    return params.space_score_signs if is_code else params.space_score


def _is_ascii_sign(character: str) -> bool:
    return character.isascii() and not character.isalnum()


def _is_within_number(text: Sequence[str], index: int) -> bool:
    """Tell whether a character continues a number: its sign behind a digit, or a digit behind that.

    A comma is followed by groups of three digits or by a fraction, not by a year.
    """
    if text[index] in _IN_NUMBERS:
        return text[index - 1].isdigit()
    if not (index >= 2 and text[index - 2].isdigit() and text[index - 1] in _IN_NUMBERS and text[index].isdigit()):
        return False
    group = 0
    while index + group < len(text) and text[index + group].isdigit():
        group += 1
    return text[index - 1] != "," or group <= _DIGIT_GROUP


def _is_tracked(text: Sequence[str], starts: frozenset[int], params: SpacingParams) -> bool:
    """Tell whether a line is set so wide that its letters were read as words; the alphabet is not."""
    words = _words(text, starts)
    single = [word for word in words if len(word) == 1 and word.isalpha() and not is_unspaced(word)]
    if len(single) < params.tracked_letters or len(single) < params.tracked_share * len(words):
        return False
    return any(ord(b) - ord(a) != 1 for a, b in pairwise(single))


def _words(text: Sequence[str], starts: frozenset[int]) -> list[str]:
    words: list[str] = []
    for index, character in enumerate(text):
        if index in starts:
            words.append("")
        if words and not character.isspace():
            words[-1] += character
    return words


def _widest_gaps(steps: Sequence[CtcStep], inked: Sequence[int], params: SpacingParams) -> frozenset[int]:
    """Return the first of these characters, and those behind a gap that is clearly wider than most."""
    gaps = np.diff([steps[index].position for index in inked])
    wide = np.flatnonzero(gaps > params.tracked_gap_ratio * np.median(gaps))
    return frozenset([inked[0], *(inked[int(gap) + 1] for gap in wide)])


def _within_full_width(
    steps: Sequence[CtcStep], text: Sequence[str], inked: Sequence[int], width_steps: float, params: SpacingParams
) -> frozenset[int]:
    """Return the letters and digits that follow another one at the distance of full-width forms: no space parts those.

    A single gap of that size may as well be a space; two in a row are the pitch.
    """
    low, high = (part * width_steps for part in params.full_width_pitch)
    gaps = np.diff([steps[index].position for index in inked])
    fits = np.concatenate([[False], (gaps >= low) & (gaps <= high), [False]])
    return frozenset(
        inked[place]
        for place in range(1, len(inked))
        if (text[inked[place - 1]].isalnum() or text[inked[place - 1]] in _SENTENCE_ENDS)
        and (text[inked[place]].isalnum() or text[inked[place]] in _SENTENCE_ENDS)
        and fits[place]
        and (fits[place - 1] or fits[place + 1])
    )
