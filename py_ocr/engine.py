"""The engine: detect, crop, orient, recognize, layout, as code. Whoever composes it injects the sessions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from py_ocr.alternatives import AlternativesParams, find_alternatives, with_alternatives
from py_ocr.attempts import LineReading, ReadingStep
from py_ocr.calibration import CalibrationParams, calibrated
from py_ocr.columns import LayoutParams
from py_ocr.condensed import CondensedParams
from py_ocr.crop import CropParams, crop_line, crop_lines
from py_ocr.cutting import CuttingParams
from py_ocr.detection import DetectionParams, TextDetector
from py_ocr.drafts import DraftTeller, OnLines
from py_ocr.errors import ModelError, Stage
from py_ocr.first_look import FirstLook, FirstLookParams
from py_ocr.glance import GlanceParams
from py_ocr.image import page_from_rgba
from py_ocr.initials import InitialParams, join_initials
from py_ocr.languages import check_languages, class_mask
from py_ocr.layout import analyze_layout
from py_ocr.leaders import LeaderParams, LeaderReader
from py_ocr.lines import LineAssembler, LineParams
from py_ocr.lone import LoneParams, find_lone
from py_ocr.model_spec import ProfileSpec
from py_ocr.orientation import LineOrientationClassifier, OrientationParams
from py_ocr.passages import PassageParams
from py_ocr.profiles import ProfileParams
from py_ocr.reading import LineReader
from py_ocr.recognition import RecognitionParams, TextRecognizer
from py_ocr.rejection import RejectionParams, reject_non_text
from py_ocr.repeats import RepeatParams
from py_ocr.ruling import RulingParams, find_grids
from py_ocr.session import EngineSessions, Role
from py_ocr.shapes import ShapeParams
from py_ocr.spacing import SpacingParams
from py_ocr.stacks import StackParams, find_stacks
from py_ocr.streaming import PageStream, stream_page
from py_ocr.text_map import TextMapParams
from py_ocr.types import Notice, OcrPage, TextLine, TextOptions
from py_ocr.unread import UnreadParams, find_unread
from py_ocr.variants import VariantParams
from py_ocr.vertical import VerticalLineReader

OnProgress = Callable[[Stage, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""


def _silent(_stage: Stage, _done: int, _total: int) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True)
class OcrOptions:
    """What a caller may choose for one image: `languages` are of those that the profile offers, none means all.

    With `alternatives`, doubtful characters are read again to tell what else they may be, which takes a while. `text`
    says how whoever hands on the page writes its text; lines are the same with all of them.
    """

    languages: tuple[str, ...] = ()
    text: TextOptions = TextOptions()
    alternatives: bool = False


@dataclass(frozen=True, slots=True)
class EngineParams:
    """The parameters of every stage."""

    detection: DetectionParams = DetectionParams()
    glance: GlanceParams = GlanceParams()
    text_map: TextMapParams = TextMapParams()
    lone: LoneParams = LoneParams()
    leaders: LeaderParams = LeaderParams()
    ruling: RulingParams = RulingParams()
    stacks: StackParams = StackParams()
    first_look: FirstLookParams = FirstLookParams()
    crop: CropParams = CropParams()
    cutting: CuttingParams = CuttingParams()
    orientation: OrientationParams = OrientationParams()
    recognition: RecognitionParams = RecognitionParams()
    profile: ProfileParams = ProfileParams()
    passages: PassageParams = PassageParams()
    condensed: CondensedParams = CondensedParams()
    variants: VariantParams = VariantParams()
    repeats: RepeatParams = RepeatParams()
    spacing: SpacingParams = SpacingParams()
    shapes: ShapeParams = ShapeParams()
    lines: LineParams = LineParams()
    unread: UnreadParams = UnreadParams()
    rejection: RejectionParams = RejectionParams()
    initials: InitialParams = InitialParams()
    layout: LayoutParams = LayoutParams()
    calibration: CalibrationParams = CalibrationParams()
    alternatives: AlternativesParams = AlternativesParams()


class OcrEngine:
    """Reads images: owns the stages, knows nothing of where models run."""

    def __init__(
        self,
        sessions: EngineSessions,
        profile: ProfileSpec,
        charsets: Mapping[Role, Sequence[str]],
        params: EngineParams = EngineParams(),
    ) -> None:
        """Compose the stages. `charsets` are the characters of each recogniser of the profile, by role and class.

        Raises ModelError where they do not go together.
        """
        self._profile = profile
        self._params = params
        self._detector = TextDetector(
            sessions.detector, profile.detector, params.detection, params.text_map, params.glance
        )
        self._classifier = LineOrientationClassifier(sessions.classifier, profile.classifier, params.orientation)
        sure = None
        if profile.sure_recognizer is not None and sessions.sure_recognizer is not None:
            sure = TextRecognizer(
                sessions.sure_recognizer,
                profile.sure_recognizer,
                charsets["sure_recognizer"],
                params.recognition,
                sessions.batching,
            )
        recognizer = TextRecognizer(
            sessions.recognizer,
            profile.recognizer,
            charsets["recognizer"],
            params.recognition,
            sessions.batching,
            written_in=None if sure is None else sure.charset,
        )
        self._charset = frozenset(recognizer.charset)
        self._recognizers = [recognizer] if sure is None else [recognizer, sure]
        self._reader = LineReader(
            recognizer, params.variants, sure, params.profile, params.condensed, passages=params.passages
        )
        self._first_look = None
        if sessions.batching.first_look:
            self._first_look = FirstLook(self._detector, self._reader, params.first_look, params.crop, params.cutting)
        self._assembler = LineAssembler(
            recognizer.charset,
            profile.recognizer.stride_px,
            params.lines,
            params.repeats,
            params.spacing,
            shape=params.shapes,
        )
        self._vertical = VerticalLineReader(self._classifier, self._reader, recognizer.charset, params.stacks)
        self._leaders = LeaderReader(self._reader, recognizer.charset, profile.recognizer.stride_px, params.leaders)

    async def recognize(
        self,
        rgba: NDArray[Any],
        options: OcrOptions = OcrOptions(),
        on_progress: OnProgress = _silent,
        on_lines: OnLines | None = None,
    ) -> OcrPage:
        """Read an image given as (H, W, 4) uint8 RGBA. `on_lines` hears of lines as they are read, the top ones first.

        Raises ImageError for pixels of another shape, OptionError for a language that the profile does not offer,
        BackendError when a model cannot be run.
        """
        check_languages(self._charset, options.languages)
        params, model = self._params, self._profile.recognizer
        progress = _Progress(on_progress)
        report = partial(calibrated, calibrations=self._profile.calibrations, params=params.calibration)
        with progress.stage("decode", steps=0):  # whoever decoded the file has told that
            page = page_from_rgba(rgba)
        drafts = None if on_lines is None else DraftTeller(self._assembler, params.rejection, on_lines, report)
        with progress.stage("detect"):
            if drafts is not None and self._first_look is not None:
                drafts.tell_first(await self._first_look.read(page, model.height_px, options.languages))
            regions = await self._detector.detect(page)
            regions = (*regions, *find_lone(page, regions, params.lone))
        with progress.stage("crop"):
            quads = [region.quad for region in regions]
            crops = crop_lines(page, quads, model.height_px, params.crop, params.cutting)
        with progress.stage("orient"):
            plans = await self._classifier.plan(crops)
        with progress.stage("recognize", len(crops)) as tell:
            if drafts is not None:
                drafts.found(quads)

            def on_step(step: ReadingStep) -> None:
                tell(step.done, step.total)
                if drafts is not None:
                    drafts.tell(step)

            missing: list[ModelError] = []
            readings = await self._reader.read(crops, plans, options.languages, on_step, missing.append)
            cut_out = partial(crop_line, page, height_px=model.height_px, params=params.crop)
            stacks = find_stacks(regions, params.stacks)
            readings = await self._vertical.join(stacks, readings, options.languages, cut_out)
            readings = await self._leaders.join(page, readings, options.languages, cut_out)
            lines = self._assembler.assemble(readings)
            if options.alternatives:
                lines = await self._with_alternatives(lines, readings, options.languages)
        lines, notices = find_unread(lines, params.unread)
        with progress.stage("layout"):
            ordered, blocks = analyze_layout(
                reject_non_text(join_initials(lines, params.initials), params.rejection), params.layout
            )
            # A grid of two rows and two columns has texts in it.
            grids = find_grids(np.asarray(page.getchannel("G")), params.ruling) if len(ordered) > 2 else ()
        return OcrPage(
            width=page.width,
            height=page.height,
            lines=report(ordered),
            blocks=blocks,
            timings_ms=progress.timings_ms,
            models={"profile": self._profile.name, **{role: self._profile.of(role).id for role in self._profile.roles}},
            notices=(*(_without_sure_recognizer(error) for error in missing), *notices),
            grids=grids,
        )

    def stream(
        self,
        rgba: NDArray[Any],
        options: OcrOptions = OcrOptions(),
        on_progress: OnProgress = _silent,
    ) -> PageStream:
        """Read an image as `recognize` does, and iterate over its lines as they are read; the page comes last."""
        return stream_page(lambda on_lines: self.recognize(rgba, options, on_progress, on_lines))

    async def _with_alternatives(
        self, lines: Sequence[TextLine], readings: Sequence[LineReading], languages: Sequence[str]
    ) -> list[TextLine]:
        charset, stride_px = self._recognizers[0].charset, self._profile.recognizer.stride_px
        mask = class_mask(charset, languages)
        found = await find_alternatives(readings, self._recognizers, mask, stride_px, self._params.alternatives)
        return with_alternatives(lines, readings, found, charset)


def _without_sure_recognizer(error: ModelError) -> Notice:
    consequence = "Lines that were read with doubt are as the quick model read them, and so is writing that it lacks."
    return Notice("sure_recognizer_missing", f"The second model could not be loaded. {consequence} {error}")


@dataclass(frozen=True, slots=True)
class _Progress:
    """Tells when each stage of a reading begins and ends, and keeps how long it took."""

    tell: OnProgress
    timings_ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, stage: Stage, steps: int = 1) -> Iterator[Callable[[int, int], None]]:
        """Time a stage of so many steps, and tell its beginning and end. What it yields tells steps in between.

        A stage without steps, such as the recognition of a page without text, is not told.
        """
        if steps:
            self.tell(stage, 0, steps)
        started = time.perf_counter()
        yield partial(self.tell, stage)
        self.timings_ms[stage] = (time.perf_counter() - started) * 1000
        if steps:
            self.tell(stage, steps, steps)
