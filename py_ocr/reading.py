"""Read: line images become readings, each line the right way round and a Chinese page in one form of its script.

This is where orientation and recognition meet: what the classifier leaves open, the better reading settles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import LineCrop, Rotation
from py_ocr.languages import LATIN_LANGUAGES, class_mask
from py_ocr.orientation import Attempt, ReadingPlan
from py_ocr.recognition import RecognizedLine, TextRecognizer
from py_ocr.variants import VariantParams, han_variant_conflict

OnLines = Callable[[int, int], None]
"""Called with how many lines have a reading, and how many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """A line image, the right way round, and what it says."""

    crop: LineCrop
    line: RecognizedLine


class LineReader:
    """Reads the lines of a page, some of them more than once."""

    def __init__(self, recognizer: TextRecognizer, variants: VariantParams = VariantParams()) -> None:
        self._recognizer = recognizer
        self._variants = variants

    async def read(
        self, crops: Sequence[LineCrop], plans: Sequence[ReadingPlan], languages: Sequence[str], on_lines: OnLines
    ) -> tuple[LineReading, ...]:
        """Return a reading for every crop, in their order: the better one where several rotations were tried.

        Raises OptionError for a language that there is not.
        """
        mask = class_mask(self._recognizer.charset, languages)
        attempts = _Attempts(self._recognizer, crops, mask, on_lines)
        await attempts.make(
            [attempt for plan in plans for attempt in plan.probing()]
            + [attempt for plan in plans if not plan.probes for attempt in plan.reading(plan.rotation)]
        )
        rotated = [(plan, attempts.better_rotation(plan)) for plan in plans]
        await attempts.make(
            [attempt for plan, rotation in rotated if plan.probes for attempt in plan.reading(rotation)]
        )
        confidences = {index: attempts.best(index).line.confidence for index in range(len(crops))}
        await attempts.make([attempt for plan, rotation in rotated for attempt in plan.retrying(rotation, confidences)])
        readings = tuple(attempts.best(index) for index in range(len(crops)))
        # Who names languages has said which form of Chinese it is.
        return readings if languages else await self._in_one_variant(readings)

    async def _in_one_variant(self, readings: tuple[LineReading, ...]) -> tuple[LineReading, ...]:
        """Read lines again that have characters of the other form of Chinese than their page, without those."""
        charset = self._recognizer.charset
        texts = ["".join(charset[step.label] for step in reading.line.steps) for reading in readings]
        conflict = han_variant_conflict(texts, self._variants)
        if conflict is None:
            return readings
        variant, foreign = conflict
        doubtful = [index for index, text in enumerate(texts) if not foreign.isdisjoint(text)]
        mask = class_mask(charset, (variant, *LATIN_LANGUAGES))
        again = await self._recognizer.recognize([readings[index].crop for index in doubtful], mask)
        replaced = dict(zip(doubtful, again, strict=True))
        return tuple(
            LineReading(reading.crop, replaced.get(index, reading.line)) for index, reading in enumerate(readings)
        )


class _Attempts:
    """What came out of the attempts at the lines of one page."""

    def __init__(
        self,
        recognizer: TextRecognizer,
        crops: Sequence[LineCrop],
        class_mask_c: NDArray[np.float32],
        on_lines: OnLines,
    ) -> None:
        self._recognizer = recognizer
        self._crops = crops
        self._class_mask_c = class_mask_c
        self._on_lines = on_lines
        self._readings: dict[int, dict[Rotation, LineReading]] = {}

    async def make(self, attempts: Sequence[Attempt]) -> None:
        """Read lines in rotations."""
        read_before, total = len(self._readings), len(self._crops)
        rotated = [self._crops[index].rotated(rotation) for index, rotation in attempts]
        lines = await self._recognizer.recognize(
            rotated, self._class_mask_c, lambda done, _: self._on_lines(min(read_before + done, total), total)
        )
        for (index, rotation), crop, line in zip(attempts, rotated, lines, strict=True):
            self._readings.setdefault(index, {})[rotation] = LineReading(crop, line)

    def best(self, index: int) -> LineReading:
        """Return the best reading of a line; of equals, that of the first attempt."""
        return max(self._readings[index].values(), key=lambda reading: reading.line.net_score)

    def better_rotation(self, plan: ReadingPlan) -> Rotation:
        """Return the rotation in which the probes of a group read better, or that of the plan."""
        if not plan.probes:
            return plan.rotation
        upright = sum(self._readings[index][0].line.net_score for index in plan.probes)
        flipped = sum(self._readings[index][180].line.net_score for index in plan.probes)
        return 180 if flipped > upright else 0
