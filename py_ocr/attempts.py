"""Attempts: what came out of reading the lines of a page, some of them in several rotations or in parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from py_ocr.crop import LineCrop, Rotation
from py_ocr.orientation import Attempt, ReadingPlan
from py_ocr.passages import Passage, with_passages
from py_ocr.recognition import RecognizedLine, TextRecognizer

CLEAR_LEAD = 0.3
"""Net score by which a reading in another rotation has to be better: a 0 reads as well lying as standing, and digits
make numbers on their head, too."""


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """A line image, the right way round, what it says, in which rotation and by which recogniser it was read."""

    crop: LineCrop
    line: RecognizedLine
    rotation: Rotation = 0
    recognizer: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ReadingStep:
    """What a batch brought: readings by the index of their line, the best of each line so far.

    `provisional` are those of them that a surer recogniser will read again. `done` of the `total` lines of the page
    are read for good, as far as that is known.
    """

    readings: Mapping[int, LineReading]
    provisional: frozenset[int]
    done: int
    total: int


OnStep = Callable[[ReadingStep], None]
"""Called for each batch that was read."""


@dataclass(slots=True, eq=False)
class PartlyRead:
    """A line, by its index and its reading, of which passages are read again."""

    index: int
    reading: LineReading
    passages: tuple[Passage, ...]
    _read: dict[Passage, RecognizedLine] = field(default_factory=dict)

    def take(self, passage: Passage, line: RecognizedLine) -> bool:
        """Keep what was read of a passage, and tell whether all are read."""
        self._read[passage] = line
        return len(self._read) == len(self.passages)

    def put_together(self, recognizer: str) -> LineReading:
        """Return the line with its passages as this recogniser read them."""
        return replace(self.reading, line=with_passages(self.reading.line, self._read), recognizer=recognizer)


def _is_same_character(a: LineReading, b: LineReading) -> bool:
    labels = [[step.label for step in reading.line.steps] for reading in (a, b)]
    return len(labels[0]) == 1 and labels[0] == labels[1]


class Attempts:
    """What came out of the attempts at the lines of one page."""

    def __init__(
        self,
        recognizer: TextRecognizer,
        crops: Sequence[LineCrop],
        class_mask_c: NDArray[np.float32],
        on_step: OnStep,
        is_doubtful: Callable[[LineReading], bool] | None,
    ) -> None:
        """Take who reads. `is_doubtful` tells which readings another recogniser will be asked about, if one is."""
        self._recognizer = recognizer
        self._crops = crops
        self._class_mask_c = class_mask_c
        self._on_step = on_step
        self._is_doubtful = is_doubtful
        self._readings: dict[int, dict[Rotation, LineReading]] = {}
        self._asked: dict[int, dict[Rotation, None]] = {}  # in this order; readings come in that of their batches
        self._waiting = set(range(len(crops)))
        self.witnesses: list[RecognizedLine] = []
        """What was read by the recogniser that reads now."""

    async def make(self, attempts: Sequence[Attempt], partly: Sequence[PartlyRead] = ()) -> None:
        """Read lines in rotations, and passages of others, which are read when all of theirs are."""
        for index, rotation in attempts:
            self._asked.setdefault(index, {})[rotation] = None
        crops = [self._crops[index].rotated(rotation) for index, rotation in attempts]
        passages = [(part, passage) for part in partly for passage in part.passages]

        def keep(lines: Mapping[int, RecognizedLine]) -> None:
            told: dict[int, None] = {}
            for at, line in lines.items():
                self.witnesses.append(line)
                if at < len(attempts):
                    index, rotation = attempts[at]
                    reading = LineReading(crops[at], line, rotation, self._recognizer.id)
                else:
                    part, passage = passages[at - len(attempts)]
                    if not part.take(passage, line):
                        continue
                    index, rotation = part.index, part.reading.rotation
                    self._asked[index] = {rotation: None}
                    reading = part.put_together(self._recognizer.id)
                self._readings.setdefault(index, {})[rotation] = reading
                told[index] = None
            self._tell(told)

        cut_out = [passage.crop for _, passage in passages]
        await self._recognizer.recognize([*crops, *cut_out], self._class_mask_c, keep)

    def _tell(self, indices: Iterable[int]) -> None:
        best = {index: self.best(index) for index in indices}
        asks = self._is_doubtful
        doubtful = frozenset(index for index, line in best.items() if asks is not None and asks(line))
        self._waiting = (self._waiting - best.keys()) | doubtful
        self._on_step(ReadingStep(best, doubtful, len(self._crops) - len(self._waiting), len(self._crops)))

    def hand_over(self, recognizer: TextRecognizer, waiting: Collection[int]) -> None:
        """Forget what was read: from now on another recogniser reads, whose word counts. These lines wait for it."""
        self._recognizer = recognizer
        self._readings, self._asked, self.witnesses = {}, {}, []
        self._is_doubtful = None
        self._waiting = set(waiting)

    async def again(
        self,
        indices: Sequence[int],
        readings: Sequence[LineReading],
        plans: Sequence[ReadingPlan],
        partly: Sequence[PartlyRead] = (),
    ) -> dict[int, LineReading]:
        """Read lines in the rotation of their readings, and in others where that is in doubt and does not read well.

        Of the lines in `partly`, which are others, only passages are read.
        """
        await self.make([(index, readings[index].rotation) for index in indices], partly)
        rotations = {index: readings[index].rotation for index in indices}
        confidences = {index: self.best(index).line.confidence for index in indices}
        await self.make([attempt for plan in plans for attempt in plan.turning(rotations, confidences)])
        return {index: self.best(index) for index in (*indices, *(part.index for part in partly))}

    def best(self, index: int) -> LineReading:
        """Return the best reading of a line: that of the first attempt, unless another one is clearly better.

        A single character that reads the same in another rotation, such as 0 or H, stands as in the first attempt.
        """
        readings = self._readings[index]
        first, *others = (readings[rotation] for rotation in self._asked[index] if rotation in readings)
        if not others:
            return first
        best = max(others, key=self._net_score)
        if _is_same_character(first, best):
            return replace(first, line=max(first.line, best.line, key=lambda line: line.confidence))
        return best if self._net_score(best) > self._net_score(first) + CLEAR_LEAD else first

    def _net_score(self, reading: LineReading) -> float:
        """Return what speaks for a reading. Spaces do not: a number on its head falls into words."""
        charset = self._recognizer.charset
        return sum(step.score - 0.5 for step in reading.line.steps if not charset[step.label].isspace())

    def better_rotation(self, plan: ReadingPlan) -> Rotation:
        """Return the rotation in which the probes of a group read better, or that of the plan."""
        if not plan.probes:
            return plan.rotation
        upright = sum(self._net_score(self._readings[index][0]) for index in plan.probes)
        flipped = sum(self._net_score(self._readings[index][180]) for index in plan.probes)
        return 180 if flipped > upright else 0
