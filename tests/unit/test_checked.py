"""A checked backend: what it checks before it hands out sessions, what it remembers, what it watches for then."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pytest

from py_ocr.backends.backend import Device, OpenSessions
from py_ocr.backends.checked import CheckedBackend, CheckParams
from py_ocr.backends.guards import GuardParams
from py_ocr.backends.self_check import SelfCheckParams, VerdictMemory, run_cases, verdict_key
from py_ocr.errors import BackendError
from py_ocr.golden import GoldenCase, GoldenTolerance, golden_feeds, load_golden, summarize
from py_ocr.model_spec import ProfileSpec
from py_ocr.session import EngineSessions, LateSession, Tensor
from tests.unit.fakes import CHARSET, PROFILE, FakeClassifier, FakeDetector, FakeModel, FakeRecognizer

Tensors = Mapping[str, Tensor]

SHAPES: Final[Mapping[str, Mapping[str, tuple[int, int, int, int]]]] = {
    "fake-det": {"small": (1, 64, 128, 3), "largest": (1, 320, 640, 3)},
    "fake-rec": {"small": (1, 48, 160, 3), "largest": (2, 48, 320, 3)},
    "fake-cls": {"small": (2, 48, 192, 3)},
    "fake-sure": {"small": (1, 48, 160, 3)},
}
MODELS: Final[Mapping[str, type[FakeModel]]] = {
    "fake-det": FakeDetector,
    "fake-rec": FakeRecognizer,
    "fake-cls": FakeClassifier,
    "fake-sure": FakeRecognizer,
}


def references() -> str:
    """Return golden references of the fake models, in the form of models/golden.json."""

    def expected(model_id: str, shape: tuple[int, int, int, int], classes: int) -> dict[str, Any]:
        feeds = golden_feeds(GoldenCase(model_id, "", shape, classes, {}))
        outputs = MODELS[model_id]().answer(feeds["image"], feeds)
        return {name: np.round(array, 4).tolist() for name, array in summarize(outputs).items()}

    return json.dumps(
        {
            "schema": 1,
            "models": {
                model_id: {
                    "sha256": "",
                    "classes": (classes := len(CHARSET) if MODELS[model_id] is FakeRecognizer else 0),
                    "cases": {
                        name: {"shape": shape, "expected": expected(model_id, shape, classes)}
                        for name, shape in shapes.items()
                    },
                }
                for model_id, shapes in SHAPES.items()
            },
        }
    )


GOLDEN: Final = references()


class ZeroDetector(FakeDetector):
    """Sees no text anywhere."""

    def answer(self, image_nhwc: Tensor, feeds: Tensors) -> Tensors:
        return {"probability": super().answer(image_nhwc, feeds)["probability"] * np.float32(0)}


SURE_PROFILE: Final = replace(PROFILE, sure_recognizer=replace(PROFILE.recognizer, id="fake-sure"))
"""With a sure recogniser, which computes as the other one does."""


@dataclass
class Gpu:
    """A backend with fake models, and a count of how often it was opened."""

    name: str = "webgpu"
    detector: FakeDetector = field(default_factory=FakeDetector)
    sure: FakeRecognizer | None = None
    loads: int = 0
    opened: int = 0
    closed: int = 0

    async def probe(self) -> Device:
        return Device("a gpu", "vendor driver")

    async def open(self, device: Device) -> OpenSessions:
        assert device == Device("a gpu", "vendor driver")
        self.opened += 1
        sure = None if self.sure is None else LateSession(self.load_sure)
        return OpenSessions(EngineSessions(self.detector, FakeRecognizer(), FakeClassifier(), sure), {"runtime": 1.0})

    async def load_sure(self) -> FakeModel:
        assert self.sure is not None
        self.loads += 1
        return self.sure

    async def close(self) -> None:
        self.closed += 1


class Store(dict[str, str]):
    """Keeps verdicts in memory."""

    async def read(self, key: str) -> str | None:
        return self.get(key)

    async def write(self, key: str, verdict: str) -> None:
        self[key] = verdict


def checked(gpu: Gpu, store: Store, profile: ProfileSpec = PROFILE, golden: str = GOLDEN) -> CheckedBackend:
    async def load() -> str:
        return golden

    return CheckedBackend(gpu, profile, load, store)


def opened(backend: CheckedBackend) -> OpenSessions:
    async def start() -> OpenSessions:
        return await backend.open(await backend.probe())

    return asyncio.run(start())


def test_a_right_backend_passes_and_is_not_checked_again() -> None:
    store = Store()
    first, second = Gpu(), Gpu()
    timings = opened(checked(first, store)).timings_ms
    assert {"runtime", "sessions", "self_check"} <= set(timings)
    assert first.detector.shapes == [(1, 64, 128, 3), (1, 320, 640, 3)]
    assert len(store) == 3

    opened(checked(second, store))
    assert second.detector.shapes == []


def test_a_wrong_backend_is_refused_with_what_differs_and_is_not_even_loaded_the_next_time() -> None:
    store = Store()
    with pytest.raises(BackendError) as caught:
        opened(checked(Gpu(detector=ZeroDetector()), store))
    assert caught.value.code == "self_check_failed"
    assert caught.value.cause.startswith("The backend webgpu failed its self-check: fake-det, small input: block_means")

    again = Gpu()
    with pytest.raises(BackendError, match="block_means"):
        opened(checked(again, store))
    assert again.opened == 0


def test_a_backend_that_was_closed_proves_itself_again_whatever_is_remembered() -> None:
    gpu, store = Gpu(), Store()
    backend = checked(gpu, store)
    opened(backend)
    asyncio.run(backend.close())
    gpu.detector = ZeroDetector()
    with pytest.raises(BackendError, match="self-check"):
        opened(backend)


@pytest.mark.parametrize(
    "change",
    [
        {"golden": GOLDEN + " "},
        {
            "profile": replace(
                PROFILE, detector=replace(PROFILE.detector, product=replace(PROFILE.detector.product, sha256="1" * 64))
            )
        },
    ],
    ids=["references", "model"],
)
def test_a_verdict_is_good_only_for_what_it_was_made_of(change: dict[str, Any]) -> None:
    store = Store()
    opened(checked(Gpu(), store))
    other = Gpu()
    opened(checked(other, store, **change))
    assert other.detector.shapes != []


def test_the_reference_backends_are_not_checked() -> None:
    store = Store()
    wasm = Gpu("wasm", ZeroDetector())
    assert "self_check" not in opened(checked(wasm, store, golden="not read")).timings_ms
    assert store == {}


def test_a_model_without_references_is_not_trusted_to_a_gpu() -> None:
    with pytest.raises(BackendError, match="no references for fake-det"):
        opened(checked(Gpu(), Store(), golden='{"schema": 1, "models": {}}'))


def test_a_detector_that_goes_blind_after_its_check_is_found() -> None:
    class LaterBlind(FakeDetector):
        def answer(self, image_nhwc: Tensor, feeds: Tensors) -> Tensors:
            outputs = super().answer(image_nhwc, feeds)
            return outputs if image_nhwc.shape[1] < 640 else {"probability": outputs["probability"] * 0}

    sessions = opened(checked(Gpu(detector=LaterBlind()), Store())).sessions
    page = np.full((1, 640, 640, 3), 255, np.uint8)
    page[:, 300:340, 100:500] = 0
    with pytest.raises(BackendError) as caught:
        asyncio.run(sessions.detector.run({"image": page}))
    assert caught.value.code == "output_wrong"


def the_cases() -> tuple[GoldenCase, ...]:
    return load_golden(GOLDEN)["fake-det"]


class Clock:
    """Goes on by a given time with every run, which takes two looks at it."""

    def __init__(self, *run_s: float) -> None:
        self.times = [0.0]
        for elapsed in run_s:
            self.times += [self.times[-1] + elapsed, self.times[-1] + elapsed]

    def __call__(self) -> float:
        return self.times.pop(0)


@pytest.mark.parametrize(
    ("run_s", "shapes"),
    [
        ([0.01, 9.0], ["small", "largest"]),
        ([3.0, 0.01, 9.0], ["small", "small", "largest"]),
        ([3.0, 1.0], ["small", "small"]),
    ],
    ids=["fast", "slow to compile", "slow"],
)
def test_the_largest_case_runs_where_it_is_affordable(run_s: list[float], shapes: list[str]) -> None:
    detector = FakeDetector()
    difference, done = asyncio.run(run_cases(detector, the_cases(), SelfCheckParams(), Clock(*run_s)))
    assert difference is None
    assert done == tuple(dict.fromkeys(shapes))
    assert detector.shapes == [SHAPES["fake-det"][name] for name in shapes]


def test_a_failure_lapses_and_a_success_does_not() -> None:
    store, params, key = Store(), SelfCheckParams(failed_for_days=1), verdict_key("it")
    checked_at = 1_800_000_000.0
    now = [checked_at]
    memory = VerdictMemory(store, params, lambda: now[0])

    async def later(detector: FakeDetector, days: float) -> bool:
        now[0] = checked_at
        await memory.check(key, detector, the_cases())
        now[0] = checked_at + days * 86_400
        return await memory.recall(key) is not None

    assert asyncio.run(later(ZeroDetector(), 0.9))
    assert not asyncio.run(later(ZeroDetector(), 1.1))
    assert asyncio.run(later(FakeDetector(), 1000))


@pytest.mark.parametrize("kept", ["", "null", "{}", "[1]", '{"difference": 3}', '{"cases": ["small"]}', "no JSON"])
def test_a_kept_verdict_of_another_form_is_none(kept: str) -> None:
    store, key = Store(), verdict_key("it")
    asyncio.run(store.write(key, kept))
    assert asyncio.run(VerdictMemory(store, SelfCheckParams()).recall(key)) is None


def test_the_tolerance_of_the_self_check_is_the_one_that_was_given() -> None:
    @dataclass
    class SlightlyOff(FakeDetector):
        def answer(self, image_nhwc: Tensor, feeds: Tensors) -> Tensors:
            return {"probability": super().answer(image_nhwc, feeds)["probability"] - np.float32(0.005)}

    for tolerance, right in ((GoldenTolerance(), True), (GoldenTolerance(block_mean=0.001), False)):
        params = SelfCheckParams(tolerance=tolerance)
        verdict = asyncio.run(VerdictMemory(Store(), params).check("it", SlightlyOff(), the_cases()))
        assert (verdict.difference is None) is right


@pytest.mark.parametrize("slack", [0.001, 0.5])
def test_the_guards_are_as_strict_as_they_were_told(slack: float) -> None:
    class BeyondOne(FakeDetector):
        def answer(self, image_nhwc: Tensor, feeds: Tensors) -> Tensors:
            return {"probability": super().answer(image_nhwc, feeds)["probability"] + np.float32(0.2)}

    class BeyondOneToo(FakeRecognizer):
        def answer(self, image_nhwc: Tensor, feeds: Tensors) -> Tensors:
            outputs = super().answer(image_nhwc, feeds)
            return {**outputs, "scores": outputs["scores"] + np.float32(0.2)}

    @dataclass
    class Wrong(Gpu):
        async def open(self, device: Device) -> OpenSessions:  # noqa: ARG002  # the protocol's
            return OpenSessions(EngineSessions(BeyondOne(), BeyondOneToo(), FakeClassifier()))

    params = CheckParams(guards=GuardParams(probability_slack=slack))
    backend = CheckedBackend(Wrong("wasm"), PROFILE, no_references, Store(), params)
    sessions = asyncio.run(backend.open(Device(""))).sessions
    blank: Mapping[str, Tensor] = {"image": np.zeros((1, 64, 64, 3), np.uint8)}
    line: Mapping[str, Tensor] = {
        "image": np.full((1, 48, 96, 3), 255, np.uint8),
        "class_mask": np.ones(len(CHARSET), np.float32),
    }
    for session, inputs in ((sessions.detector, blank), (sessions.recognizer, line)):
        if slack > 0.2:
            asyncio.run(session.run(inputs))
        else:
            with pytest.raises(BackendError, match="where they are probabilities"):
                asyncio.run(session.run(inputs))


async def no_references() -> str:
    raise AssertionError("wasm is a reference itself")


def test_a_key_is_of_the_form_in_which_verdicts_are_kept_now() -> None:
    assert verdict_key("it") != hashlib.sha256(json.dumps(["it"]).encode()).hexdigest()


def test_keys_tell_their_parts_apart() -> None:
    assert verdict_key("ab", "c") != verdict_key("a", "bc")
    assert len(verdict_key("a")) == 64


@dataclass
class Spliced(Gpu):
    """The reference backend with kernels of ours."""

    name: str = "wasm"
    kernels: str = "simd"

    async def probe(self) -> Device:
        return Device("2 threads", "runtime kernels", self.kernels)

    async def open(self, device: Device) -> OpenSessions:
        assert device == await self.probe()
        return OpenSessions(EngineSessions(self.detector, FakeRecognizer(), FakeClassifier()), device=device)


def test_the_reference_backend_must_prove_itself_with_kernels_of_ours() -> None:
    store = Store()
    with pytest.raises(BackendError) as failure:
        opened(checked(Spliced(detector=ZeroDetector()), store))
    assert failure.value.code == "self_check_failed"
    assert "wasm" in failure.value.cause
    assert len(store) == 1
    fine = Store()
    assert opened(checked(Spliced(), fine)).device == Device("2 threads", "runtime kernels", "simd")
    assert len(fine) == 3


def test_with_its_own_kernels_it_is_the_reference() -> None:
    store = Store()
    opened(checked(Spliced(detector=ZeroDetector(), kernels="stock"), store))
    assert store == {}
