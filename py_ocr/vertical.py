"""Vertical lines: stacks of single characters are read as one line each, where that is the better reading."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from py_ocr.attempts import LineReading
from py_ocr.crop import LineCrop
from py_ocr.orientation import LineOrientationClassifier
from py_ocr.reading import LineReader
from py_ocr.stacks import Stack, StackParams, is_vertical_line
from py_ocr.types import Quad


class VerticalLineReader:
    """Decides by reading which stacks of characters are lines."""

    def __init__(
        self,
        classifier: LineOrientationClassifier,
        reader: LineReader,
        charset: Sequence[str],
        params: StackParams = StackParams(),
    ) -> None:
        self._classifier = classifier
        self._reader = reader
        self._charset = tuple(charset)
        self._params = params

    async def join(
        self,
        stacks: Sequence[Stack],
        readings: Sequence[LineReading],
        languages: Sequence[str],
        crop: Callable[[Quad], LineCrop],
    ) -> tuple[LineReading, ...]:
        """Return the readings, with those of the characters of vertical lines replaced by the lines, at the end.

        Only stacks whose members mostly read as a character each, or as none, are looked at; `crop` cuts them out.
        """
        likely = [stack for stack in stacks if self._may_be_line(stack, readings)]
        if not likely:
            return tuple(readings)
        crops = [crop(stack.quad) for stack in likely]
        plans = await self._classifier.plan(crops)
        lines = await self._reader.read(crops, plans, languages)
        joined = [
            (stack, line) for stack, line in zip(likely, lines, strict=True) if self._is_line(stack, readings, line)
        ]
        gone = {index for stack, _ in joined for index in stack.members}
        kept = [reading for index, reading in enumerate(readings) if index not in gone]
        return (*kept, *(line for _, line in joined))

    def _may_be_line(self, stack: Stack, readings: Sequence[LineReading]) -> bool:
        """Tell whether to read a stack as a line: whether any line at all could be better than its parts."""
        return is_vertical_line(*self._parts(stack, readings), math.inf, self._params)

    def _is_line(self, stack: Stack, readings: Sequence[LineReading], line: LineReading) -> bool:
        return is_vertical_line(*self._parts(stack, readings), line.line.net_score, self._params)

    def _parts(self, stack: Stack, readings: Sequence[LineReading]) -> tuple[list[float], list[int]]:
        parts = [readings[index] for index in stack.members]
        return [part.line.net_score for part in parts], [len(self._text(part)) for part in parts]

    def _text(self, reading: LineReading) -> str:
        return "".join(self._charset[step.label] for step in reading.line.steps).strip()
