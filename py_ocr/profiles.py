"""Profiles: a quick recogniser reads every line, and a sure one reads again what the quick one may have wrong.

Which models a profile has stands in the manifest. Here is when its sure recogniser is asked, where it has one: for
lines that were read with doubt; for a few lines of each page, whether there is doubt or not, since what the quick one
cannot write (it has fewer characters) it takes for something similar, and is sure of that; and for all lines of a page
that turns out to have such characters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import LineCrop
from py_ocr.languages import is_han, is_letter
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine

_CODE_SIGNS = frozenset('_{}|\\`"')
"""Signs of code and of quotations, which the quick recogniser confuses and leaves out, and is sure of that."""

_ABBREVIATED_NUMBER = re.compile(r"[^\W\d_]{2}\.\d")

_FIRST_ACCENTED = 0x80
_FIRST_HAN = 0x2E80


@dataclass(frozen=True, slots=True)
class ProfileParams(Params):
    """When the sure recogniser is asked. Chosen on the accuracy sets, where nothing else is said."""

    accept_score: float = number(0.96, most=1)
    """A line is not read again whose characters, spaces aside, the quick recogniser read with at least this mean score.
    Its scores are calibrated: at 0.96, about 4 characters in 100 are wrong. Spaces are left out because they are read
    with low scores and rightly. Higher values read more lines twice, lower ones leave more errors; documents hardly
    change between 0.95 and 0.98, receipts and forms gain words."""

    min_characters: int = number(2)
    """A line with fewer characters is read again however sure the reading was: nothing beside them tells a speck or an
    edge from a digit. Higher values read the numbers of tables twice."""

    doubtful_space_scores: tuple[float, float] = (0.1, 0.5)
    """Probabilities of a space between two characters, from and to, at which the quick recogniser leaves open whether
    there is one. It parts words of code and of small print that the sure one reads whole."""

    min_character_score: float = number(0.5, most=1)
    """A line with a character below this, a space aside, is read again: it is as likely wrong as right, and the others
    do not make up for it. Higher values read more lines twice."""

    cramped_pitch: float = number(2.0, above=0)
    """Median distance of a line's characters, in steps, up to which it is cramped: no step is left for its spaces.
    Higher values take ordinary print for cramped."""

    cramped_accept_score: float = number(0.985, most=1)
    """As `accept_score`, for a cramped line."""

    ideograph_weight: float = number(5.0, least=1)
    """The doubt of an ideograph counts so many times: many look alike, and with the same score three to five times as
    many are wrong as letters. Lower values leave errors in short Chinese texts; higher ones read most of them twice."""

    samples: int = number(3)
    """From so many parts of a page, top to bottom, a line is read by both recognisers, unless one is read again there
    anyway. With fewer, a passage in another language may be missed; each costs a line."""

    max_sample_share: float = number(0.1, most=1)
    """Most of a page's text, by width, that is read again as samples; the first sample is read whatever it takes."""

    min_witness_confidence: float = number(0.8, most=1)
    """Only lines that the sure recogniser read with at least this mean confidence show what a page is written in: what
    is no text reads as characters of all scripts. Higher values miss small print in another language."""

    min_foreign_share: float = number(0.005, above=0, most=1)
    """Of the letters that the sure recogniser read, the share that the other one cannot write from which it reads the
    whole page. Romanian has about 2 in 100 of them and Japanese every other one, a Chinese page now and then a rare
    one, which is read right where it stands without that. Higher values miss languages, lower ones cost time."""


def is_doubtful(line: RecognizedLine, charset: Sequence[str], params: ProfileParams) -> bool:
    """Tell whether a line that the quick recogniser read has to be read again. `charset` is that of its labels."""
    doubts = [
        (1 - step.score) * (params.ideograph_weight if is_han(charset[step.label]) else 1)
        for step in line.steps
        if not charset[step.label].isspace()
    ]
    positions = [step.position for step in line.steps]
    is_cramped = len(positions) > 1 and float(np.median(np.diff(positions))) <= params.cramped_pitch
    accept_score = max(params.accept_score, params.cramped_accept_score if is_cramped else 0.0)
    return (
        len(doubts) < max(1, params.min_characters)
        or sum(doubts) / len(doubts) > 1 - accept_score
        or any(step.score < params.min_character_score and not charset[step.label].isspace() for step in line.steps)
        or any(charset[step.label] in _CODE_SIGNS for step in line.steps)
        or _has_digit_in_word(line, charset)
        or _has_doubtful_space(line, charset, params)
        or _has_unparted_number(line, charset)
    )


def _has_digit_in_word(line: RecognizedLine, charset: Sequence[str]) -> bool:
    """Tell whether a 0 or a 1 stands beside a small letter: it may be an o or an l, of which the quick one is sure."""
    pairs = ((charset[a.label], charset[b.label]) for a, b in pairwise(line.steps))
    return any((a in "01" and b.islower()) or (a.islower() and b in "01") for a, b in pairs)


def _has_doubtful_space(line: RecognizedLine, charset: Sequence[str], params: ProfileParams) -> bool:
    """Tell whether it is open, between two characters, if they are parted."""
    low, high = params.doubtful_space_scores
    space_scores = line.space_scores.tolist()
    for before, after in pairwise(line.steps):
        if charset[before.label].isspace() or charset[after.label].isspace():
            continue
        between = space_scores[int(before.position) + 1 : math.ceil(after.position)]
        if between and low <= max(between) < high:
            return True
    return False


def _has_unparted_number(line: RecognizedLine, charset: Sequence[str]) -> bool:
    """Tell whether a number stands directly behind an abbreviation: the quick one misses the space of `no. 5`."""
    return _ABBREVIATED_NUMBER.search("".join(charset[step.label] for step in line.steps)) is not None


def choose_samples(
    crops: Sequence[LineCrop], texts: Sequence[str], asked: Collection[int], params: ProfileParams
) -> tuple[int, ...]:
    """Return the indices of the lines that show in which characters a page is written.

    They are spread over its height. Lines with accents come first, as languages that need more of them show some,
    then wide ones. `asked` are lines that are read again anyway: a part of the page with a wide one needs no more.
    """
    top_to_bottom = sorted(range(len(crops)), key=lambda index: float(crops[index].quad[:, 1].mean()))
    total_px = sum(crop.width_px for crop in crops)
    shares = {index: crop.width_px / total_px for index, crop in enumerate(crops)}
    candidates = []
    for part in np.array_split(np.array(top_to_bottom, dtype=np.int32), max(1, min(params.samples, len(crops)))):
        lines = [int(index) for index in part]
        best = max(lines, key=lambda index: (_has_accents(texts[index]), shares[index]), default=None)
        if best is not None and not any(2 * shares[index] >= shares[best] for index in lines if index in asked):
            candidates.append(best)
    chosen: list[int] = []
    for index in sorted(candidates, key=lambda index: (not _has_accents(texts[index]), -shares[index])):
        if not (chosen or asked) or sum(shares[each] for each in (*chosen, index)) <= params.max_sample_share:
            chosen.append(index)
    return tuple(sorted(chosen))


def foreign_letters(charset: Sequence[str], writes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (C,) bool over `charset`: the letters and ideographs that a recogniser cannot write."""
    return ~writes & np.array([is_letter(text) for text in charset], dtype=np.bool_)


def is_foreign(
    lines: Iterable[RecognizedLine], charset: Sequence[str], foreign: NDArray[np.bool_], params: ProfileParams
) -> bool:
    """Tell whether lines of a page, read by the sure recogniser, are in letters that the quick one cannot write."""
    witnesses = [line for line in lines if line.confidence >= params.min_witness_confidence]
    labels = [step.label for line in witnesses for step in line.steps if is_letter(charset[step.label])]
    return bool(labels) and int(foreign[labels].sum()) >= params.min_foreign_share * len(labels)


def _has_accents(text: str) -> bool:
    return any(_FIRST_ACCENTED <= ord(character) < _FIRST_HAN and character.isalpha() for character in text)
