"""Read: line images become readings, each line the right way round.

This is where orientation and recognition meet: what the classifier leaves open, the better reading settles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import LineCrop
from py_ocr.orientation import DirectionPlan, OrientationParams
from py_ocr.recognition import RecognizedLine, TextRecognizer


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """A line image, the right way round, and what it says."""

    crop: LineCrop
    line: RecognizedLine


class LineReader:
    """Reads the lines of a page in up to three rounds: witnesses and settled lines, the rest, second tries."""

    def __init__(self, recognizer: TextRecognizer, params: OrientationParams = OrientationParams()) -> None:
        self._recognizer = recognizer
        self._params = params

    async def read(
        self,
        crops: Sequence[LineCrop],
        plans: Sequence[DirectionPlan],
        class_mask: NDArray[np.float32],
        on_progress: Callable[[int, int], None],
    ) -> tuple[LineReading, ...]:
        """Return a reading for every crop, in their order: the better one where several ways were tried."""
        readings: dict[int, LineReading] = {}

        async def read_round(tries: Sequence[_Try]) -> dict[_Try, LineReading]:
            seen = [_seen(crops[index], way) for index, way in tries]
            before = len(readings)
            lines = await self._recognizer.recognize(
                seen, class_mask, lambda part, _: on_progress(min(before + part, len(crops)), len(crops))
            )
            results = {key: LineReading(crop, line) for key, crop, line in zip(tries, seen, lines, strict=True)}
            for (index, _), reading in results.items():
                best = readings.get(index)
                if best is None or reading.line.evidence > best.line.evidence:
                    readings[index] = reading
            return results

        shown = await read_round(
            [(index, way) for plan in plans for index in plan.witnesses for way in _ways(crops[index])]
            + [(index, _way(plan.flip)) for plan in plans if not plan.witnesses for index in plan.members]
        )
        ways = {plan: _shown_by_witnesses(plan, shown) if plan.witnesses else _way(plan.flip) for plan in plans}
        await read_round([(index, ways[plan]) for plan in plans for index in plan.members if index not in readings])
        await read_round(
            [
                (index, way)
                for plan in plans
                for index, enough in plan.enough.items()
                if index not in plan.witnesses and readings[index].line.confidence < enough
                for way in _ways(crops[index])
                if way != ways[plan]
            ]
        )
        return tuple(readings[index] for index in range(len(crops)))


_Way = Literal["as cut", "flipped", "stood up"]
_Try = tuple[int, _Way]


def _ways(crop: LineCrop) -> tuple[_Way, ...]:
    return ("as cut", "flipped", "stood up") if crop.could_stand else ("as cut", "flipped")


def _way(flip: bool) -> _Way:
    return "flipped" if flip else "as cut"


def _seen(crop: LineCrop, way: _Way) -> LineCrop:
    match way:
        case "as cut":
            return crop
        case "flipped":
            return crop.flipped()
        case "stood up":
            return crop.stood_up()


def _shown_by_witnesses(plan: DirectionPlan, results: Mapping[_Try, LineReading]) -> _Way:
    """Return which way the witnesses of a group read better."""
    evidence = {
        flip: sum(results[index, _way(flip)].line.evidence for index in plan.witnesses) for flip in (False, True)
    }
    return _way(evidence[True] > evidence[False])
