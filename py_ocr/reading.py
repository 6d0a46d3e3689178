"""Read: line images become readings, each line the right way round.

This is where orientation and recognition meet: what the classifier leaves open, the better reading settles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import LineCrop
from py_ocr.orientation import DirectionPlan
from py_ocr.recognition import RecognizedLine, TextRecognizer


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """A line image, the right way round, and what it says."""

    crop: LineCrop
    line: RecognizedLine


class LineReader:
    """Reads the lines of a page in at most two rounds of recognition."""

    def __init__(self, recognizer: TextRecognizer) -> None:
        self._recognizer = recognizer

    async def read(
        self,
        crops: Sequence[LineCrop],
        plans: Sequence[DirectionPlan],
        class_mask: NDArray[np.float32],
        on_progress: Callable[[int, int], None],
    ) -> tuple[LineReading, ...]:
        """Return a reading for every crop, in their order.

        Lines of a group without witnesses are read in one round with those that are read both ways. A group with
        witnesses waits for them, and is then read the way that they show.
        """
        readings: dict[int, LineReading] = {}
        done = 0

        async def round_of(tries: Sequence[tuple[int, bool]]) -> dict[tuple[int, bool], LineReading]:
            turned = [crops[index].flipped() if flip else crops[index] for index, flip in tries]
            offset = done
            lines = await self._recognizer.recognize(
                turned, class_mask, lambda part, _: on_progress(min(offset + part, len(crops)), len(crops))
            )
            return {key: LineReading(crop, line) for key, crop, line in zip(tries, turned, lines, strict=True)}

        first = [(index, flip) for plan in plans for index in plan.both for flip in (False, True)]
        first += [
            (index, plan.flip)
            for plan in plans
            if not plan.witnesses
            for index in plan.members
            if index not in plan.both
        ]
        results = await round_of(first)
        for index in {index for index, _ in results}:
            ways = [results[key] for key in ((index, False), (index, True)) if key in results]
            readings[index] = max(ways, key=lambda reading: reading.line.evidence)
        done = len(readings)

        second = [
            (index, flip)
            for plan in plans
            if plan.witnesses
            for flip in [_shown_by_witnesses(plan, results)]
            for index in plan.members
            if index not in plan.both
        ]
        if second:
            for (index, _), reading in (await round_of(second)).items():
                readings[index] = reading
        return tuple(readings[index] for index in range(len(crops)))


def _shown_by_witnesses(plan: DirectionPlan, results: dict[tuple[int, bool], LineReading]) -> bool:
    """Return which way the witnesses of a group read better: True for flipped."""
    evidence = {flip: sum(results[index, flip].line.evidence for index in plan.witnesses) for flip in (False, True)}
    return evidence[True] > evidence[False]
