"""Alternatives: what a doubtful character may be instead, so that a person can pick.

The graphs give the best class of each step and no other. So the place of a doubtful character is read again with that
class forbidden, and once more without the second one; only who asks for it pays for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from py_ocr.attempts import LineReading
from py_ocr.crop import LineCrop
from py_ocr.parameters import Params, number
from py_ocr.recognition import TextRecognizer
from py_ocr.types import CharacterChoice, DoubtfulCharacter, TextLine, TextWord

Choices = Mapping[int, tuple[CharacterChoice, ...]]
"""What the doubtful characters of a line may be, by the index of their step: what was read, then the likeliest."""


_ALTERNATIVES = 2
"""How many a doubtful character has, beside what was read."""


@dataclass(frozen=True, slots=True)
class AlternativesParams(Params):
    """Which characters are doubtful, and how much of a line is read again around them."""

    doubtful_score: float = number(0.8, most=1)
    """A character with a lower score is doubtful: about one in eighty on receipts, one in four hundred on pages."""

    window_heights: float = number(2.5, above=0)
    """So many heights of the line around a character are read again: less cuts its neighbours, more costs time."""

    reach_steps: float = number(1.5, above=0)
    """A character that is read again stands at most so many steps from where it stood."""

    min_score: float = number(0.01, most=1)
    """What is less likely is no alternative."""


@dataclass(slots=True, eq=False)
class _Doubt:
    """A doubtful character: whose it is, the piece of the line around it, where it stands there, what it may be."""

    reading: int
    step: int
    window: LineCrop
    position: float
    choices: list[tuple[int, float]]


async def find_alternatives(
    readings: Sequence[LineReading],
    recognizers: Sequence[TextRecognizer],
    class_mask_c: NDArray[np.float32],
    stride_px: int,
    params: AlternativesParams = AlternativesParams(),
) -> tuple[Choices, ...]:
    """Return for each reading what its doubtful characters may be.

    The recognisers are those that read them, and share a charset; `class_mask_c` (C,) is 1 where a class may occur.
    """
    by_id = {recognizer.id: recognizer for recognizer in recognizers}
    charset = recognizers[0].charset
    doubts = [
        _doubt(index, nth, reading, stride_px, params)
        for index, reading in enumerate(readings)
        for nth, step in enumerate(reading.line.steps)
        if step.score < params.doubtful_score and not charset[step.label].isspace()
    ]
    for _ in range(_ALTERNATIVES):
        await _read_again(doubts, readings, by_id, class_mask_c, params)
    found: list[dict[int, tuple[CharacterChoice, ...]]] = [{} for _ in readings]
    for doubt in doubts:
        choices = tuple(CharacterChoice(charset[label], score) for label, score in doubt.choices)
        found[doubt.reading][doubt.step] = choices
    return tuple(found)


def with_alternatives(
    lines: Sequence[TextLine], readings: Sequence[LineReading], found: Sequence[Choices], charset: Sequence[str]
) -> list[TextLine]:
    """Return the lines, each made of the reading at its place, with the alternatives of their doubtful characters.

    A line that has not got the characters that were read, such as one with counted dots, has none.
    """
    return [
        _with_alternatives(line, [charset[step.label].isspace() for step in reading.line.steps], choices)
        for line, reading, choices in zip(lines, readings, found, strict=True)
    ]


def _with_alternatives(line: TextLine, is_space: Sequence[bool], choices: Choices) -> TextLine:
    inked = [step for step, space in enumerate(is_space) if not space]
    if not choices or sum(len(word.text) for word in line.words) != len(inked):
        return line
    words: list[TextWord] = []
    for word in line.words:
        own, inked = inked[: len(word.text)], inked[len(word.text) :]
        doubtful = [DoubtfulCharacter(place, choices[step]) for place, step in enumerate(own) if step in choices]
        words.append(replace(word, doubtful=tuple(doubtful)))
    return replace(line, words=tuple(words))


def _doubt(index: int, nth: int, reading: LineReading, stride_px: int, params: AlternativesParams) -> _Doubt:
    image, step = reading.crop.image_hwc, reading.line.steps[nth]
    reach_px = params.window_heights * image.shape[0] / 2
    # The windows begin at a step of the line.
    first = max(0, int(step.position + 0.5 - reach_px / stride_px))
    start, stop = first * stride_px, first * stride_px + round(2 * reach_px)
    window = replace(reading.crop, image_hwc=np.ascontiguousarray(image[:, start:stop]))
    return _Doubt(index, nth, window, step.position - first, [(step.label, step.score)])


async def _read_again(
    doubts: Sequence[_Doubt],
    readings: Sequence[LineReading],
    recognizers: Mapping[str, TextRecognizer],
    class_mask_c: NDArray[np.float32],
    params: AlternativesParams,
) -> None:
    """Read the places again, each without what it was read as before; a batch has one mask."""
    batches: dict[tuple[str, tuple[int, ...]], list[_Doubt]] = {}
    for doubt in doubts:
        known = tuple(sorted(label for label, _ in doubt.choices))
        batches.setdefault((readings[doubt.reading].recognizer, known), []).append(doubt)
    for (recognizer, known), batch in batches.items():
        mask = class_mask_c.copy()
        mask[list(known)] = 0
        lines = await recognizers[recognizer].recognize([doubt.window for doubt in batch], mask)
        for doubt, line in zip(batch, lines, strict=True):
            step = min(line.steps, key=lambda each: abs(each.position - doubt.position), default=None)
            if step is None or abs(step.position - doubt.position) > params.reach_steps:
                continue
            # The model shares out among the classes that are left what was not theirs.
            score = step.score * max(0.0, 1 - sum(score for _, score in doubt.choices))
            if score >= params.min_score:
                doubt.choices.append((step.label, score))
