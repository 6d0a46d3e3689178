"""A backend whose kernels fail: opened again with its own, and the result says why. Fakes stand for the runtime."""

import asyncio
from dataclasses import dataclass, field

import pytest

from py_ocr.backends.backend import Device, OpenSessions
from py_ocr.backends.kernels import KernelFallback
from py_ocr.backends.policy import BackendPolicy, OpenBackend
from py_ocr.errors import BackendError
from py_ocr.session import EngineSessions
from py_ocr.types import Fallback
from tests.unit.fakes import FakeClassifier, FakeDetector, FakeRecognizer


@dataclass
class FakeRuntime:
    """A backend that computes wrong with the kernels named, and notes what is asked of it."""

    wrong: frozenset[str] = frozenset()
    kernels: str = "relaxed-simd"
    refusal: str | None = None
    found_when_opened: str | None = None
    journal: list[str] = field(default_factory=list)
    name: str = "wasm"

    async def probe(self) -> Device:
        return Device("2 threads", "key", self.kernels, self.refusal)

    async def open(self, device: Device) -> OpenSessions:
        assert device == await self.probe()
        self.journal.append(f"open {self.kernels}")
        if self.kernels in self.wrong:
            raise BackendError("self_check_failed", "Labels are wrong.", "Use another.")
        if self.found_when_opened is not None:
            self.refuse(self.found_when_opened)
        return OpenSessions(
            EngineSessions(FakeDetector(), FakeRecognizer(), FakeClassifier()), device=await self.probe()
        )

    async def close(self) -> None:
        self.journal.append("close")

    def refuse(self, reason: str) -> None:
        self.journal.append("refuse")
        self.kernels, self.refusal = "stock", reason


def opened(runtime: FakeRuntime, requested: str = "wasm") -> OpenBackend:
    policy = BackendPolicy(requested, [KernelFallback(runtime, runtime.refuse)])
    return asyncio.run(policy.ready())


def test_kernels_that_work_are_used() -> None:
    runtime = FakeRuntime()
    use = opened(runtime).use
    assert (use.used, use.kernels, use.fallbacks) == ("wasm", "relaxed-simd", ())
    assert runtime.journal == ["open relaxed-simd"]


@pytest.mark.parametrize("requested", ["wasm", "auto"])
def test_kernels_that_fail_are_refused_and_the_result_says_why(requested: str) -> None:
    runtime = FakeRuntime(frozenset({"relaxed-simd"}))
    use = opened(runtime, requested).use
    assert (use.used, use.kernels, use.detail) == ("wasm", "stock", "2 threads")
    reason = "With the faster kernels: Labels are wrong."
    assert use.fallbacks == (Fallback("wasm with faster kernels", "wasm", reason),)
    assert runtime.journal == ["open relaxed-simd", "close", "refuse", "open stock"]


def test_what_fails_with_stock_kernels_has_failed() -> None:
    runtime = FakeRuntime(frozenset({"relaxed-simd", "stock"}))
    with pytest.raises(BackendError, match=r"Labels are wrong\."):
        opened(runtime)
    assert runtime.journal == ["open relaxed-simd", "close", "refuse", "open stock", "close"]


def test_stock_kernels_that_were_asked_for_are_no_fallback() -> None:
    runtime = FakeRuntime(kernels="stock")
    use = opened(runtime).use
    assert (use.kernels, use.fallbacks) == ("stock", ())


def test_kernels_that_do_not_fit_are_told_of_after_opening() -> None:
    use = opened(FakeRuntime(found_when_opened="Another version.")).use
    assert use.kernels == "stock"
    assert use.fallbacks == (Fallback("wasm with faster kernels", "wasm", "Another version."),)
