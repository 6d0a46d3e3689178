"""Passages: parts of a line that are read again without the rest of it.

Where a few words of a line are in doubt, the others need not be read twice. So those are cut out between the words and
read by themselves, and what was read takes their place on the line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from py_ocr.crop import LineCrop
from py_ocr.parameters import Params, number
from py_ocr.recognition import RecognizedLine
from py_ocr.types import CtcStep

Span = tuple[int, int]
"""Half-open: characters of a reading, by their indices, or steps of a line."""


@dataclass(frozen=True, slots=True)
class PassageParams(Params):
    """When parts of a line are read again instead of all of it."""

    max_share: float = number(0.7, most=1)
    """Where more of a line's width is in doubt, it is read as a whole: what is left out costs less than what is lost at
    the cuts. Lower values read more of the line again, higher ones gain nothing."""

    reach_steps: int = number(4, least=1)
    """How far a passage goes beyond the centres of its outermost characters, in steps, unless another word is nearer.
    Lower values cut wide letters, higher ones read white space."""

    join_steps: int = number(6, least=0)
    """Passages that are no farther apart are one: what is between costs less than a run of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A part of a line image: `crop` shows its `steps`, and its reading replaces the `characters`."""

    crop: LineCrop
    steps: Span
    characters: Span


def words_of(line: RecognizedLine, charset: Sequence[str]) -> tuple[Span, ...]:
    """Return the words of a line, as spans of its characters: what stands between spaces."""
    is_ink = np.array([not charset[step.label].isspace() for step in line.steps], dtype=np.int8)
    bounds = np.flatnonzero(np.diff(is_ink, prepend=0, append=0)).tolist()
    return tuple(zip(bounds[::2], bounds[1::2], strict=True))


def cut_passages(
    crop: LineCrop,
    line: RecognizedLine,
    doubtful: Sequence[Span],
    *,
    stride_px: int,
    params: PassageParams = PassageParams(),
) -> tuple[Passage, ...]:
    """Return the parts of a line image that show its doubtful words, given as spans of characters from left to right.

    None is the answer where the line is better read as a whole.
    """
    width = math.ceil(line.width_px / stride_px)
    spans: list[tuple[Span, Span]] = []
    for word in doubtful:
        if word == (0, len(line.steps)):
            return ()
        first, start, stop = word[0], *_steps_of(line, word, width, params)
        if spans and start - spans[-1][0][1] <= params.join_steps:
            # What a short word is read with may be in the one before.
            (start, before), (first, _) = spans.pop()
            stop = max(stop, before)
        spans.append(((start, stop), (first, word[1])))
    if sum(stop - start for (start, stop), _ in spans) > params.max_share * width:
        return ()
    return tuple(Passage(_cut(crop, steps, stride_px), steps, characters) for steps, characters in spans)


def with_passages(line: RecognizedLine, read: Mapping[Passage, RecognizedLine]) -> RecognizedLine:
    """Return a line with its passages replaced by what was read of them."""
    steps: list[CtcStep] = []
    space_scores = line.space_scores.copy()
    copied = 0
    for passage, reading in sorted(read.items(), key=lambda item: item[0].steps):
        (start, stop), (first, last) = passage.steps, passage.characters
        steps += line.steps[copied:first]
        steps += [step._replace(position=step.position + start) for step in reading.steps]
        seen = reading.space_scores[: stop - start]
        space_scores[start : start + len(seen)] = seen
        copied = last
    return replace(line, steps=(*steps, *line.steps[copied:]), space_scores=space_scores)


def _steps_of(line: RecognizedLine, characters: Span, width: int, params: PassageParams) -> Span:
    """Return the steps that show a word: to the middle of the spaces beside it, as far as a passage may go."""
    first, stop = characters
    start, end = line.steps[first].position - params.reach_steps, line.steps[stop - 1].position + params.reach_steps
    if first > 0:
        start = max(start, line.steps[first - 1].position)
    if stop < len(line.steps):
        end = min(end, line.steps[stop].position)
    # A position is that of the middle of a step.
    return max(0, math.floor(start + 0.5)), min(width, math.ceil(end + 0.5))


def _cut(crop: LineCrop, steps: Span, stride_px: int) -> LineCrop:
    start, stop = (step * stride_px for step in steps)
    return replace(crop, image_hwc=np.ascontiguousarray(crop.image_hwc[:, start:stop]))
