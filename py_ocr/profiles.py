"""Profiles: a quick recogniser reads every line, and a sure one reads again what the quick one may have wrong.

Which models a profile has stands in the manifest. Here is when its sure recogniser is asked, where it has one: for
lines that were read with doubt; for a few lines of each page, whether there is doubt or not, since what the quick one
cannot write (it has fewer characters) it takes for something similar, and is sure of that; and for all lines of a page
that turns out to have such characters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import LineCrop
from py_ocr.languages import is_han, is_letter
from py_ocr.parameters import Params, number
from py_ocr.passages import Span, words_of
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep

_CODE_SIGNS = frozenset("_{}|\\`")
"""Signs of code, which the quick recogniser confuses and leaves out, and is sure of that. So it does with all that
stands beside them."""

_QUOTE = '"'
"""It takes one mark for another, too, but not what is quoted."""

_LONE_LOOKALIKES = frozenset("01")
"""What it takes the words I and O for."""

_LETTERS = re.compile(r"[a-zA-Z]+")
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

    word_characters: int = number(4, least=1)
    """A word of fewer characters may have as much doubt in all as one of so many. Higher values leave errors in short
    words."""

    min_characters: int = number(2)
    """A line with fewer characters is read again however sure the reading was: nothing beside them tells a speck or an
    edge from a digit. Higher values read the numbers of tables twice."""

    doubtful_space_scores: tuple[float, float] = (0.1, 0.5)
    """Probabilities of a space between two characters, from and to, at which the quick recogniser leaves open whether
    there is one. It parts words of code and of small print that the sure one reads whole."""

    min_character_score: float = number(0.45, most=1)
    """A line with a character below this, a space aside, is read again: it is more likely wrong than right, and the
    others do not make up for it. Higher values read more lines twice."""

    cramped_pitch: float = number(2.0, above=0)
    """Median distance of a line's characters, in steps, up to which it is cramped: no step is left for its spaces.
    Higher values take ordinary print for cramped."""

    cramped_word: int = number(12, least=2)
    """A word of so many letters or more, on a cramped line, may be two that were run together. Lower values read
    ordinary words twice."""

    ideograph_weight: float = number(5.0, least=1)
    """The doubt of an ideograph counts so many times: many look alike, and with the same score three to five times as
    many are wrong as letters. Lower values leave errors in short Chinese texts; higher ones read most of them twice."""

    short_text_px: int = number(1000, least=0)
    """A page whose lines together are no wider is read again as a whole: of a label or a sign every character counts,
    nothing beside it shows what it is written in, and it takes little time. Higher values read screenshots twice."""

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


def doubtful_words(line: RecognizedLine, charset: Sequence[str], params: ProfileParams) -> tuple[Span, ...]:
    """Return the words of a line, as spans of its characters, that the quick recogniser may have wrong.

    All of a line is one span where it is in doubt whether it is text, or text that people read. `charset` is that of
    its labels.
    """
    words = words_of(line, charset)
    characters = [charset[step.label] for step in line.steps]
    is_short = sum(stop - start for start, stop in words) < max(1, params.min_characters)
    if is_short or not _CODE_SIGNS.isdisjoint(characters):
        return ((0, len(line.steps)),)
    is_cramped = len(line.steps) > 1 and _pitch_of(line) <= params.cramped_pitch
    return tuple(
        _with_neighbours(at, words, characters, params)
        for at, word in enumerate(words)
        if _is_doubtful(line, word, charset, params, is_cramped=is_cramped)
    )


def _with_neighbours(at: int, words: Sequence[Span], characters: Sequence[str], params: ProfileParams) -> Span:
    """Return a word, with those beside it where it is nearly all signs, since alone a dot could be anything, or where
    an abbreviation may end: how wide spaces are shows beside it."""
    first, stop = words[at]
    text = "".join(characters[first:stop])
    if sum(map(str.isalnum, text)) >= params.min_characters and _ABBREVIATED_NUMBER.search(text) is None:
        return first, stop
    return words[max(0, at - 1)][0], words[min(len(words) - 1, at + 1)][1]


def _is_doubtful(
    line: RecognizedLine, word: Span, charset: Sequence[str], params: ProfileParams, *, is_cramped: bool
) -> bool:
    steps = line.steps[slice(*word)]
    text = "".join(charset[step.label] for step in steps)
    doubts = [
        (1 - step.score) * (params.ideograph_weight if is_han(character) else 1)
        for step, character in zip(steps, text, strict=True)
    ]
    return (
        sum(doubts) > (1 - params.accept_score) * max(len(doubts), params.word_characters)
        or min(step.score for step in steps) < params.min_character_score
        or _QUOTE in text
        or text in _LONE_LOOKALIKES
        or any((a in "01" and b.islower()) or (a.islower() and b in "01") for a, b in pairwise(text))
        or _has_doubtful_space(steps, line.space_scores.tolist(), params)
        or _ABBREVIATED_NUMBER.search(text) is not None
        or (is_cramped and max(map(len, _LETTERS.findall(text)), default=0) >= params.cramped_word)
    )


def _has_doubtful_space(steps: Sequence[CtcStep], space_scores: Sequence[float], params: ProfileParams) -> bool:
    """Tell whether it is open, between two characters, if they are parted."""
    low, high = params.doubtful_space_scores
    between = (space_scores[int(a.position) + 1 : math.ceil(b.position)] for a, b in pairwise(steps))
    return any(scores and low <= max(scores) < high for scores in between)


def _pitch_of(line: RecognizedLine) -> float:
    return float(np.median(np.diff([step.position for step in line.steps])))


def choose_samples(
    crops: Sequence[LineCrop], texts: Sequence[str], asked_px: Mapping[int, int], params: ProfileParams
) -> tuple[int, ...]:
    """Return the indices of the lines that show in which characters a page is written.

    They are spread over its height. Only lines with letters beyond ASCII are samples: every language that the quick
    recogniser cannot write has some that it can. Accents come first, then width. `asked_px` are lines of which that
    much is read again anyway: a part of the page in which that is enough for half a sample needs no more.
    """
    top_to_bottom = sorted(range(len(crops)), key=lambda index: float(crops[index].quad[:, 1].mean()))
    total_px = sum(crop.width_px for crop in crops)
    shares = {index: crop.width_px / total_px for index, crop in enumerate(crops)}
    candidates = []
    for part in np.array_split(np.array(top_to_bottom, dtype=np.int32), max(1, min(params.samples, len(crops)))):
        lines = [int(index) for index in part]
        beyond_ascii = [index for index in lines if _has_letters_from(_FIRST_ACCENTED, texts[index])]
        best = max(beyond_ascii, key=lambda index: (_has_accents(texts[index]), shares[index]), default=None)
        if best is not None and 2 * max(asked_px.get(index, 0) for index in lines) < crops[best].width_px:
            candidates.append(best)
    chosen: list[int] = []
    for index in sorted(candidates, key=lambda index: (not _has_accents(texts[index]), -shares[index])):
        if not (chosen or asked_px) or sum(shares[each] for each in (*chosen, index)) <= params.max_sample_share:
            chosen.append(index)
    return tuple(sorted(chosen))


def foreign_letters(charset: Sequence[str], writes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (C,) bool over `charset`: the letters and ideographs that a recogniser cannot write."""
    return ~writes & np.array([is_letter(text) for text in charset], dtype=np.bool_)


def is_foreign(
    lines: Iterable[RecognizedLine], charset: Sequence[str], writes: NDArray[np.bool_], params: ProfileParams
) -> bool:
    """Tell whether lines of a page, read by the sure recogniser, are in letters that the quick one cannot write.

    `writes` is (C,) bool over `charset`: what the quick one can.
    """
    witnesses = [line for line in lines if line.confidence >= params.min_witness_confidence]
    labels = [step.label for line in witnesses for step in line.steps if is_letter(charset[step.label])]
    return bool(labels) and int((~writes[labels]).sum()) >= params.min_foreign_share * len(labels)


def _has_accents(text: str) -> bool:
    return any(_FIRST_ACCENTED <= ord(character) < _FIRST_HAN and character.isalpha() for character in text)


def _has_letters_from(first: int, text: str) -> bool:
    return any(ord(character) >= first and character.isalpha() for character in text)
