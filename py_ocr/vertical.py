"""Vertical lines: stacks of single characters are read as one line each, where that is the better reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from py_ocr.crop import LineCrop
from py_ocr.languages import is_unspaced
from py_ocr.orientation import LineOrientationClassifier
from py_ocr.reading import LineReader, LineReading
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

        Only stacks whose members read as a character each, or as none, are looked at: `crop` cuts their lines out.
        """
        single = [stack for stack in stacks if all(len(self._text(readings[i])) <= 1 for i in stack.members)]
        if not single:
            return tuple(readings)
        crops = [crop(stack.quad) for stack in single]
        plans = await self._classifier.plan(crops)
        lines = await self._reader.read(crops, plans, languages, lambda _done, _total: None)
        joined = [
            (stack, line) for stack, line in zip(single, lines, strict=True) if self._is_line(stack, readings, line)
        ]
        gone = {index for stack, _ in joined for index in stack.members}
        kept = [reading for index, reading in enumerate(readings) if index not in gone]
        return (*kept, *(line for _, line in joined))

    def _is_line(self, stack: Stack, readings: Sequence[LineReading], line: LineReading) -> bool:
        parts = [readings[index] for index in stack.members]
        unspaced = sum(any(is_unspaced(character) for character in self._text(part)) for part in parts)
        scores = [part.line.net_score for part in parts]
        return is_vertical_line(scores, line.line.net_score, 2 * unspaced >= len(parts), self._params)

    def _text(self, reading: LineReading) -> str:
        return "".join(self._charset[step.label] for step in reading.line.steps).strip()
