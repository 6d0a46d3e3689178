"""The engine: detect, crop, orient, recognize, layout, as code. Whoever composes it injects the sessions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from numpy.typing import NDArray

from py_ocr.crop import CropParams, LineCrop, crop_line
from py_ocr.detection import DetectionParams, TextDetector
from py_ocr.errors import Stage
from py_ocr.image import page_from_rgba
from py_ocr.languages import LATIN_LANGUAGES, class_mask, han_variant_conflict
from py_ocr.layout import LayoutParams, arrange
from py_ocr.lines import LineParams, assemble_line
from py_ocr.model_spec import FamilySpec
from py_ocr.orientation import (
    DirectionPlan,
    LineOrientationClassifier,
    OrientationParams,
    choose_voters,
    plan_directions,
)
from py_ocr.reading import LineReader, LineReading
from py_ocr.recognition import RecognitionParams, TextRecognizer
from py_ocr.rejection import RejectionParams, reject_non_text
from py_ocr.session import InferenceSession
from py_ocr.types import OcrPage, TextLine

OnProgress = Callable[[Stage, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""


def _silent(_stage: Stage, _done: int, _total: int) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True)
class OcrOptions:
    """What a caller may choose for one image."""

    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineParams:
    """The parameters of every stage."""

    detection: DetectionParams = DetectionParams()
    crop: CropParams = CropParams()
    orientation: OrientationParams = OrientationParams()
    recognition: RecognitionParams = RecognitionParams()
    lines: LineParams = LineParams()
    rejection: RejectionParams = RejectionParams()
    layout: LayoutParams = LayoutParams()


@dataclass(frozen=True, slots=True)
class EngineSessions:
    """The three loaded models of a family."""

    detector: InferenceSession
    recognizer: InferenceSession
    classifier: InferenceSession


class OcrEngine:
    """Reads images: owns the stages, knows nothing of where models run."""

    def __init__(
        self,
        sessions: EngineSessions,
        family: FamilySpec,
        charset: Sequence[str],
        params: EngineParams = EngineParams(),
    ) -> None:
        self._family = family
        self._params = params
        self._detector = TextDetector(sessions.detector, family.detector, params.detection)
        self._recognizer = TextRecognizer(sessions.recognizer, family.recognizer, charset, params.recognition)
        self._classifier = LineOrientationClassifier(sessions.classifier, family.classifier)

    async def recognize(
        self,
        rgba: NDArray[Any],
        options: OcrOptions = OcrOptions(),
        on_progress: OnProgress = _silent,
    ) -> OcrPage:
        """Read an image given as (H, W, 4) uint8 RGBA.

        Raises ImageError for pixels of another shape, BackendError when a model cannot be run.
        """
        timings: dict[str, float] = {}
        with _timed("decode", timings):
            page = page_from_rgba(rgba)
        on_progress("detect", 0, 1)
        with _timed("detect", timings):
            regions = await self._detector.detect(page)
        on_progress("detect", 1, 1)
        with _timed("crop", timings):
            height = self._family.recognizer.height_px
            crops = [crop_line(page, region.quad, height, self._params.crop) for region in regions]
        with _timed("orient", timings):
            plans = await self._directions(crops)
        with _timed("recognize", timings):
            lines = await self._read(crops, plans, options, partial(on_progress, "recognize"))
        with _timed("layout", timings):
            lines = reject_non_text(lines, self._params.rejection)
            ordered, blocks = arrange(lines, self._params.layout)
        return OcrPage(
            width=page.width,
            height=page.height,
            lines=ordered,
            blocks=blocks,
            timings_ms=timings,
            models={
                "family": self._family.name,
                "detector": self._family.detector.id,
                "recognizer": self._family.recognizer.id,
                "classifier": self._family.classifier.id,
            },
        )

    async def _directions(self, crops: Sequence[LineCrop]) -> tuple[DirectionPlan, ...]:
        voters = choose_voters(crops, self._params.orientation)
        votes = await self._classifier.upside_down([crops[index] for index in voters])
        upside_down = dict(zip(voters, votes, strict=True))
        return plan_directions(crops, upside_down, self._family.classifier.threshold, self._params.orientation)

    async def _read(
        self,
        crops: Sequence[LineCrop],
        plans: Sequence[DirectionPlan],
        options: OcrOptions,
        on_progress: Callable[[int, int], None],
    ) -> list[TextLine]:
        charset = self._recognizer.charset
        reader = LineReader(self._recognizer, self._params.orientation)
        readings = list(await reader.read(crops, plans, class_mask(charset, options.languages), on_progress))
        lines = [self._assemble(reading) for reading in readings]
        conflict = None if options.languages else han_variant_conflict(line.text for line in lines)
        if conflict is not None:
            variant, characters = conflict
            doubtful = [index for index, line in enumerate(lines) if not characters.isdisjoint(line.text)]
            again = await self._recognizer.recognize(
                [readings[index].crop for index in doubtful], class_mask(charset, (variant, *LATIN_LANGUAGES))
            )
            for index, line in zip(doubtful, again, strict=True):
                lines[index] = self._assemble(LineReading(readings[index].crop, line))
        return [line for line in lines if line.text]

    def _assemble(self, reading: LineReading) -> TextLine:
        stride = self._family.recognizer.stride_px
        return assemble_line(reading.crop, reading.line, self._recognizer.charset, stride, self._params.lines)


@contextmanager
def _timed(stage: Stage, timings: dict[str, float]) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        timings[stage] = timings.get(stage, 0.0) + (time.perf_counter() - started) * 1000
