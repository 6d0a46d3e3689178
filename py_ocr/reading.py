"""Read: line images become readings, each line the right way round and a Chinese page in one form of its script.

This is where orientation and recognition meet: what the classifier leaves open, the better reading settles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from py_ocr.attempts import Attempts, LineReading, OnStep, PartlyRead
from py_ocr.condensed import CondensedParams, stretch_of
from py_ocr.crop import LineCrop
from py_ocr.errors import ModelError
from py_ocr.languages import LATIN_LANGUAGES, class_mask
from py_ocr.orientation import ReadingPlan
from py_ocr.passages import PassageParams, cut_passages
from py_ocr.profiles import ProfileParams, choose_samples, doubtful_words, foreign_letters, is_foreign
from py_ocr.recognition import TextRecognizer
from py_ocr.variants import VariantParams, han_variant_conflict

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
        *,
        passages: PassageParams = PassageParams(),
    ) -> None:
        self._recognizer = recognizer
        self._variants = variants
        self._sure = sure
        self._profile = profile
        self._condensed = condensed
        self._passages = passages
        self._charset = recognizer.charset

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
        reader = self._first_reader(mask, languages)
        sure = None if reader is self._sure else self._sure
        attempts = Attempts(reader, crops, mask, on_step, None if sure is None else self._is_doubtful)
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
        if sure is not None:
            try:
                readings = await self._read_again(attempts, sure, plans, readings)
            except ModelError as error:
                on_missing(error)
                return readings
        readings = await self._read_condensed(readings, mask)
        # Who names languages has said which form of Chinese it is.
        return readings if languages else await self._in_one_variant(readings)

    def glances(self, languages: Sequence[str]) -> bool:
        """Tell whether the quick recogniser reads pages in these languages. Raises OptionError as `read` does."""
        return self._first_reader(class_mask(self._charset, languages), languages) is self._recognizer

    async def glance(self, crops: Sequence[LineCrop], languages: Sequence[str]) -> tuple[LineReading, ...]:
        """Return what the quick recogniser reads on each line image as it is. Raises OptionError as `read` does."""
        lines = await self._recognizer.recognize(crops, class_mask(self._charset, languages))
        return tuple(LineReading(crop, line, 0, self._recognizer.id) for crop, line in zip(crops, lines, strict=True))

    def _first_reader(self, mask: NDArray[np.float32], languages: Sequence[str]) -> TextRecognizer:
        if self._sure is not None and languages:
            foreign_c = foreign_letters(self._charset, self._recognizer.writes)
            # Who names a language that the quick one cannot write has said which of them reads it.
            return self._sure if mask[foreign_c].any() else self._recognizer
        return self._recognizer

    async def _read_again(
        self,
        attempts: Attempts,
        sure: TextRecognizer,
        plans: Sequence[ReadingPlan],
        readings: tuple[LineReading, ...],
    ) -> tuple[LineReading, ...]:
        """Let the sure recogniser read doubtful passages and lines, samples, and all of a page that needs it."""
        crops, texts = [reading.crop for reading in readings], [self._text(reading) for reading in readings]
        partly: dict[int, PartlyRead] = {}
        if sum(crop.width_px for crop in crops) <= self._profile.short_text_px:
            doubtful = set(range(len(readings)))
        else:
            doubtful = {index for index, reading in enumerate(readings) if self._is_doubtful(reading)}
            parts = [self._in_parts(index, readings[index], plans) for index in doubtful]
            partly = {part.index: part for part in parts if part is not None}
        asked_px = {index: crops[index].width_px for index in doubtful}
        asked_px |= {index: sum(each.crop.width_px for each in part.passages) for index, part in partly.items()}
        samples = choose_samples(crops, texts, asked_px, self._profile)
        whole = sorted(doubtful.difference(partly).union(samples))
        attempts.hand_over(sure, doubtful)
        again = await attempts.again(whole, readings, plans, [partly[i] for i in sorted(partly) if i not in samples])
        if is_foreign(attempts.witnesses, self._charset, self._recognizer.writes, self._profile):
            others = [index for index in range(len(readings)) if index not in whole]
            attempts.hand_over(sure, others)
            again |= await attempts.again(others, readings, plans)
        return tuple(again.get(index, reading) for index, reading in enumerate(readings))

    def _in_parts(self, index: int, reading: LineReading, plans: Sequence[ReadingPlan]) -> PartlyRead | None:
        """Return the line with the passages that are to be read again, or None where it is read as a whole or not."""
        confidences = {index: reading.line.confidence}
        if any(plan.turning({index: reading.rotation}, confidences) for plan in plans if index in plan.lines):
            return None
        line, stride_px = reading.line, self._recognizer.stride_px
        words = doubtful_words(line, self._charset, self._profile)
        passages = cut_passages(reading.crop, line, words, stride_px=stride_px, params=self._passages)
        return PartlyRead(index, reading, passages) if passages else None

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
        return bool(doubtful_words(reading.line, self._charset, self._profile))

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
