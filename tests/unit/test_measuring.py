"""Measuring a backend: what is timed, what is left out, and what is said of a backend that fails or is wrong."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from py_ocr.backends.backend import Device, OpenSessions
from py_ocr.backends.measuring import QUICK, SIZES, BackendMeasurement, MeasureParams, measure_backend
from py_ocr.errors import BackendError
from py_ocr.golden import GoldenCase, golden_feeds, summarize
from py_ocr.model_spec import ProfileSpec
from py_ocr.session import EngineSessions, Tensor
from tests.unit.fakes import CHARSET, PROFILE, FakeClassifier, FakeDetector, FakeModel, FakeRecognizer

SMALL = {"fake-det": (1, 64, 128, 3), "fake-rec": (1, 48, 160, 3), "fake-cls": (2, 48, 192, 3)}
LARGEST = (1, 320, 640, 3)
MODELS = {"fake-det": FakeDetector, "fake-rec": FakeRecognizer, "fake-cls": FakeClassifier}


def golden_case(model_id: str, name: str, shape: tuple[int, int, int, int]) -> GoldenCase:
    """Return a case that the fake model passes."""
    blank = GoldenCase(model_id, name, shape, len(CHARSET) if model_id == "fake-rec" else 0, {})
    feeds = golden_feeds(blank)
    return replace(blank, expected=summarize(MODELS[model_id]().answer(feeds["image"], feeds)))


REFERENCES = {model_id: [golden_case(model_id, "small", shape)] for model_id, shape in SMALL.items()}
REFERENCES["fake-det"].append(golden_case("fake-det", "largest", LARGEST))


@dataclass
class Clock:
    """Stands still but for what the sessions add."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Timed:
    """A fake model that takes its time: so many seconds for each megapixel, three times as much at first."""

    model: FakeModel
    clock: Clock
    s_per_megapixel: float
    shapes: set[tuple[int, ...]] = field(default_factory=set)

    @property
    def input_names(self) -> tuple[str, ...]:
        return self.model.input_names

    @property
    def output_names(self) -> tuple[str, ...]:
        return self.model.output_names

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        shape = feeds["image"].shape
        factor = 1 if shape in self.shapes else 3
        self.shapes.add(shape)
        self.clock.now_s += factor * self.s_per_megapixel * feeds["image"].size / 3e6
        return await self.model.run(feeds)


class BlindDetector(FakeDetector):
    """Sees no text anywhere."""

    def answer(self, image_nhwc: Tensor, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        return {"probability": super().answer(image_nhwc, feeds)["probability"] * np.float32(0)}


@dataclass
class FakeBackend:
    """Two seconds to open."""

    clock: Clock
    detector: FakeDetector = field(default_factory=FakeDetector)
    s_per_megapixel: float = 0.1
    error: BackendError | None = None
    name: str = "wasm"
    closed: int = 0

    async def probe(self) -> Device:
        return Device("a processor")

    async def open(self, device: Device) -> OpenSessions:
        assert device == Device("a processor")
        if self.error is not None:
            raise self.error
        self.clock.now_s += 2
        models = (self.detector, FakeRecognizer(), FakeClassifier())
        detector, recognizer, classifier = (Timed(one, self.clock, self.s_per_megapixel) for one in models)
        return OpenSessions(EngineSessions(detector, recognizer, classifier))

    async def close(self) -> None:
        self.closed += 1


def measure(
    backend: FakeBackend,
    params: MeasureParams = MeasureParams(),
    steps: list[tuple[str, int, int]] | None = None,
    profile: ProfileSpec = PROFILE,
) -> BackendMeasurement:
    """Measure with the fake clock, and check that the backend was closed."""

    def on_step(what: str, done: int, total: int) -> None:
        if steps is not None:
            steps.append((what, done, total))

    work = measure_backend(backend, profile, REFERENCES, on_step, params=params, clock=backend.clock)
    measured = asyncio.run(work)
    assert backend.closed == 1
    return measured


def test_a_right_backend_is_timed_on_every_size() -> None:
    measured = measure(FakeBackend(Clock()))
    assert (measured.backend, measured.detail, measured.error) == ("wasm", "a processor", None)
    assert measured.sessions_ms == 2000
    detector, recognizer, classifier = measured.models
    assert [model.difference for model in measured.models] == [None] * 3
    assert detector.cases == ("small", "largest")
    assert recognizer.cases == classifier.cases == ("small",)
    for model in measured.models:
        assert tuple(times.shape for times in model.times) == (SMALL[model.model], *SIZES[model.role])
        assert model.left_out == ()


def test_the_first_run_of_a_size_is_told_apart_from_the_warm_ones() -> None:
    times = measure(FakeBackend(Clock())).models[0].times[1]
    assert times.shape == (1, 320, 320, 3)
    assert times.runs == MeasureParams().runs
    assert round(times.warm_ms, 6) == round(times.best_ms, 6) == 10.24
    assert round(times.first_ms, 6) == 30.72


def test_a_slow_backend_is_measured_on_what_it_can_do_in_reasonable_time() -> None:
    detector = measure(FakeBackend(Clock(), s_per_megapixel=30)).models[0]
    assert [times.shape for times in detector.times] == [SMALL["fake-det"], (1, 320, 320, 3)]
    assert detector.left_out == ((1, 640, 640, 3), (1, 960, 960, 3))
    # 0.2 megapixels: affordable, since right results are worth more time than one more size.
    assert detector.cases == ("small", "largest")
    hopeless = measure(FakeBackend(Clock(), s_per_megapixel=3000)).models[0]
    assert hopeless.cases == ("small",)
    assert [times.runs for times in hopeless.times] == [1]


def test_the_quick_way_runs_one_size_of_each_model() -> None:
    for model in measure(FakeBackend(Clock()), QUICK).models:
        assert [times.shape for times in model.times] == [SMALL[model.model], SIZES[model.role][0]]
        assert model.cases == ("small",)


def test_wrong_outputs_are_told_and_the_other_models_are_measured_all_the_same() -> None:
    detector, *others = measure(FakeBackend(Clock(), detector=BlindDetector())).models
    assert detector.difference is not None
    assert "fake-det, small input" in detector.difference
    assert detector.times
    assert [model.difference for model in others] == [None, None]


def test_a_backend_that_fails_is_a_result_with_its_reason() -> None:
    error = BackendError("backend_unavailable", "There is no GPU.", "Choose wasm.")
    measured = measure(FakeBackend(Clock(), error=error))
    assert measured.error == error.to_dict()
    assert measured.models == ()
    assert measured.sessions_ms is None


def test_an_operator_that_the_backend_lacks_is_named_before_anything_is_opened() -> None:
    profile = replace(PROFILE, detector=replace(PROFILE.detector, operators={"GridSampleOfTomorrow": 1}))
    measured = measure(FakeBackend(Clock(), name="webgpu"), profile=profile)
    assert measured.error is not None
    assert "GridSampleOfTomorrow" in measured.error["cause"]
    assert measured.sessions_ms is None


def test_progress_counts_every_step_to_the_end() -> None:
    for backend in (FakeBackend(Clock()), FakeBackend(Clock(), s_per_megapixel=3000)):
        steps: list[tuple[str, int, int]] = []
        measure(backend, steps=steps)
        (total,) = {total for _, _, total in steps}
        assert steps[0] == ("sessions", 0, total)
        assert steps[-1] == ("", total, total)
        assert all(before < after for (_, before, _), (_, after, _) in pairwise(steps))
