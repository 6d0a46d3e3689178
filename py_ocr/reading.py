"""Read: line images become readings, each line the right way round and a Chinese page in one form of its script.

This is where orientation and recognition meet: what the classifier leaves open, the better reading settles.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from py_ocr.condensed import CondensedParams, stretch_of
from py_ocr.crop import LineCrop, Rotation
from py_ocr.errors import ModelError
from py_ocr.languages import LATIN_LANGUAGES, class_mask
from py_ocr.orientation import Attempt, ReadingPlan
from py_ocr.profiles import ProfileParams, choose_samples, foreign_letters, is_doubtful, is_foreign
from py_ocr.recognition import RecognizedLine, TextRecognizer
from py_ocr.variants import VariantParams, han_variant_conflict

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


OnMissing = Callable[[ModelError], None]
"""Called when a model that was to read lines again cannot be had."""


def _silent(_news: object) -> None:
    """Tell nobody."""


class LineReader:
    """Reads the lines of a page, some of them more than once.

    With a `sure` recogniser, which shares the charset of the other, it reads again what that one may have wrong.
    """

    def __init__(
        self,
        recognizer: TextRecognizer,
        variants: VariantParams = VariantParams(),
        sure: TextRecognizer | None = None,
        profile: ProfileParams = ProfileParams(),
        condensed: CondensedParams = CondensedParams(),
    ) -> None:
        self._recognizer = recognizer
        self._variants = variants
        self._sure = sure
        self._profile = profile
        self._condensed = condensed
        self._charset = recognizer.charset
        self._foreign_c = foreign_letters(recognizer.charset, recognizer.writes)

    async def read(
        self,
        crops: Sequence[LineCrop],
        plans: Sequence[ReadingPlan],
        languages: Sequence[str],
        on_step: OnStep = _silent,
        on_missing: OnMissing = _silent,
    ) -> tuple[LineReading, ...]:
        """Return a reading for every crop, in their order: the better one where several rotations were tried.

        `on_step` hears of every batch. Where the file of the sure recogniser cannot be had, lines stay as the quick one
        read them, and `on_missing` hears why.

        Raises OptionError for a language that there is not, and ModelError where a language was named that only the
        sure recogniser can write.
        """
        mask = class_mask(self._charset, languages)
        reader = self._recognizer
        if self._sure is not None and languages and mask[self._foreign_c].any():
            # Who names a language that the quick one cannot write has said which of them reads it.
            reader = self._sure
        asks_again = self._sure is not None and reader is not self._sure
        attempts = _Attempts(reader, crops, mask, on_step, self._is_doubtful if asks_again else None)
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
        if self._sure is not None and asks_again:
            try:
                readings = await self._read_again(attempts, self._sure, plans, readings)
            except ModelError as error:
                on_missing(error)
                return readings
        readings = await self._read_condensed(readings, mask)
        # Who names languages has said which form of Chinese it is.
        return readings if languages else await self._in_one_variant(readings)

    async def _read_again(
        self,
        attempts: _Attempts,
        sure: TextRecognizer,
        plans: Sequence[ReadingPlan],
        readings: tuple[LineReading, ...],
    ) -> tuple[LineReading, ...]:
        """Let the sure recogniser read the doubtful lines and samples, and every line of a page that needs it."""
        doubtful = {index for index, reading in enumerate(readings) if self._is_doubtful(reading)}
        crops, texts = [reading.crop for reading in readings], [self._text(reading) for reading in readings]
        asked = sorted(doubtful.union(choose_samples(crops, texts, doubtful, self._profile)))
        attempts.hand_over(sure, doubtful)
        again = await attempts.again(asked, readings, plans)
        if is_foreign((reading.line for reading in again.values()), self._charset, self._foreign_c, self._profile):
            others = [index for index in range(len(readings)) if index not in again]
            attempts.hand_over(sure, others)
            again |= await attempts.again(others, readings, plans)
        return tuple(again.get(index, reading) for index, reading in enumerate(readings))

    async def _read_condensed(
        self, readings: tuple[LineReading, ...], mask: NDArray[np.float32]
    ) -> tuple[LineReading, ...]:
        """Read lines whose letters are too narrow again, stretched, and keep what reads better."""
        stretches = [stretch_of(reading.line, self._charset, self._condensed) for reading in readings]
        narrow = [index for index, stretch in enumerate(stretches) if stretch > 1]
        crops = [readings[index].crop.stretched(stretches[index]) for index in narrow]
        recognizer = self._sure or self._recognizer
        lines = await recognizer.recognize(crops, mask)
        better = {
            index: replace(readings[index], crop=crop, line=line, recognizer=recognizer.id)
            for index, crop, line in zip(narrow, crops, lines, strict=True)
            if line.net_score > readings[index].line.net_score
        }
        return tuple(better.get(index, reading) for index, reading in enumerate(readings))

    async def _in_one_variant(self, readings: tuple[LineReading, ...]) -> tuple[LineReading, ...]:
        """Read lines again that have characters of the other form of Chinese than their page, without those."""
        texts = [self._text(reading) for reading in readings]
        conflict = han_variant_conflict(texts, self._variants)
        if conflict is None:
            return readings
        variant, foreign = conflict
        doubtful = [index for index, text in enumerate(texts) if not foreign.isdisjoint(text)]
        mask = class_mask(self._charset, (variant, *LATIN_LANGUAGES))
        return await _replaced(self._sure or self._recognizer, readings, doubtful, mask)

    def _is_doubtful(self, reading: LineReading) -> bool:
        return is_doubtful(reading.line, self._charset, self._profile)

    def _text(self, reading: LineReading) -> str:
        return "".join(self._charset[step.label] for step in reading.line.steps)


async def _replaced(
    recognizer: TextRecognizer,
    readings: tuple[LineReading, ...],
    indices: Sequence[int],
    class_mask_c: NDArray[np.float32],
) -> tuple[LineReading, ...]:
    """Return the readings with those at `indices` replaced by what another recogniser, or mask, makes of them."""
    lines = await recognizer.recognize([readings[index].crop for index in indices], class_mask_c)
    replaced = dict(zip(indices, lines, strict=True))
    return tuple(
        replace(reading, line=replaced[index], recognizer=recognizer.id) if index in replaced else reading
        for index, reading in enumerate(readings)
    )


def _is_same_character(a: LineReading, b: LineReading) -> bool:
    labels = [[step.label for step in reading.line.steps] for reading in (a, b)]
    return len(labels[0]) == 1 and labels[0] == labels[1]


class _Attempts:
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
        self._waiting = set(range(len(crops)))

    async def make(self, attempts: Sequence[Attempt]) -> None:
        """Read lines in rotations."""
        rotated = [self._crops[index].rotated(rotation) for index, rotation in attempts]

        def keep(lines: Mapping[int, RecognizedLine]) -> None:
            for at, line in lines.items():
                index, rotation = attempts[at]
                reading = LineReading(rotated[at], line, rotation, self._recognizer.id)
                self._readings.setdefault(index, {})[rotation] = reading
            self._tell(dict.fromkeys(attempts[at][0] for at in lines))

        await self._recognizer.recognize(rotated, self._class_mask_c, keep)

    def _tell(self, indices: Iterable[int]) -> None:
        best = {index: self.best(index) for index in indices}
        doubtful = frozenset(
            index for index in best if self._is_doubtful is not None and self._is_doubtful(best[index])
        )
        self._waiting = (self._waiting - best.keys()) | doubtful
        self._on_step(ReadingStep(best, doubtful, len(self._crops) - len(self._waiting), len(self._crops)))

    def hand_over(self, recognizer: TextRecognizer, waiting: Collection[int]) -> None:
        """Forget what was read: from now on another recogniser reads, whose word counts. These lines wait for it."""
        self._recognizer = recognizer
        self._readings = {}
        self._is_doubtful = None
        self._waiting = set(waiting)

    async def again(
        self, indices: Sequence[int], readings: Sequence[LineReading], plans: Sequence[ReadingPlan]
    ) -> dict[int, LineReading]:
        """Read lines in the rotation of their readings, and in others where that is in doubt and does not read well."""
        await self.make([(index, readings[index].rotation) for index in indices])
        rotations = {index: readings[index].rotation for index in indices}
        confidences = {index: self.best(index).line.confidence for index in indices}
        await self.make([attempt for plan in plans for attempt in plan.turning(rotations, confidences)])
        return {index: self.best(index) for index in indices}

    def best(self, index: int) -> LineReading:
        """Return the best reading of a line: that of the first attempt, unless another one is clearly better.

        A single character that reads the same in another rotation, such as 0 or H, stands as in the first attempt.
        """
        first, *others = self._readings[index].values()
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
