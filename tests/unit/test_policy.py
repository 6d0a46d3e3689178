"""The backend policy: what is tried in which order, what is recorded, what fails. Fakes stand for the backends."""

import asyncio
from dataclasses import dataclass, field

import pytest

from py_ocr.backends.policy import BackendPolicy, OpenBackend
from py_ocr.engine import EngineSessions
from py_ocr.errors import BackendError
from py_ocr.types import Fallback
from tests.unit.fakes import FakeClassifier, FakeDetector, FakeRecognizer


def failure(cause: str) -> BackendError:
    return BackendError("backend_unavailable", cause, "Do something.")


@dataclass
class FakeBackend:
    """A backend that fails where it is told to, and keeps a journal of what was asked of it."""

    name: str
    journal: list[str] = field(default_factory=list)
    probe_error: BackendError | None = None
    open_error: BackendError | None = None

    async def probe(self) -> str:
        self.journal.append(f"probe {self.name}")
        if self.probe_error:
            raise self.probe_error
        return f"{self.name} device"

    async def open(self) -> EngineSessions:
        self.journal.append(f"open {self.name}")
        if self.open_error:
            raise self.open_error
        return EngineSessions(FakeDetector(), FakeRecognizer(), FakeClassifier())

    async def close(self) -> None:
        self.journal.append(f"close {self.name}")


def browser(journal: list[str]) -> tuple[FakeBackend, FakeBackend]:
    return FakeBackend("webgpu", journal), FakeBackend("wasm", journal)


def opened(policy: BackendPolicy) -> OpenBackend:
    return asyncio.run(policy.open())


def test_auto_uses_the_first_backend_and_touches_no_other() -> None:
    journal: list[str] = []
    use = opened(BackendPolicy("auto", browser(journal))).use
    assert (use.requested, use.used, use.detail, use.fallbacks) == ("auto", "webgpu", "webgpu device", ())
    assert journal == ["probe webgpu", "open webgpu"]


@pytest.mark.parametrize("step", ["probe_error", "open_error"])
def test_auto_goes_on_to_the_next_backend_and_says_why(step: str) -> None:
    journal: list[str] = []
    webgpu, wasm = browser(journal)
    setattr(webgpu, step, failure("No adapter."))
    use = opened(BackendPolicy("auto", [webgpu, wasm])).use
    assert use.used == "wasm"
    assert use.fallbacks == (Fallback("webgpu", "wasm", "No adapter."),)
    assert journal[-3:] == ["close webgpu", "probe wasm", "open wasm"]


def test_auto_fails_with_the_last_error_when_nothing_works() -> None:
    webgpu, wasm = browser([])
    webgpu.probe_error, wasm.open_error = failure("No adapter."), failure("No memory.")
    with pytest.raises(BackendError, match=r"No memory\."):
        opened(BackendPolicy("auto", [webgpu, wasm]))


@pytest.mark.parametrize("step", ["probe_error", "open_error"])
def test_an_explicit_choice_fails_instead_of_changing(step: str) -> None:
    journal: list[str] = []
    webgpu, wasm = browser(journal)
    setattr(webgpu, step, failure("No adapter."))
    with pytest.raises(BackendError, match=r"No adapter\."):
        opened(BackendPolicy("webgpu", [webgpu, wasm]))
    assert "probe wasm" not in journal
    assert journal[-1] == "close webgpu"


def test_an_explicit_choice_does_not_try_what_comes_before_it() -> None:
    journal: list[str] = []
    assert opened(BackendPolicy("wasm", browser(journal))).use.used == "wasm"
    assert journal == ["probe wasm", "open wasm"]


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BackendError) as caught:
        BackendPolicy("vulkan", browser([]))
    assert caught.value.code == "backend_unknown"
    assert "'vulkan'" in caught.value.cause
    assert all(name in caught.value.remedy for name in ("auto", "webgpu", "wasm"))


def test_a_backend_of_the_other_runtime_is_refused_as_unavailable_here() -> None:
    with pytest.raises(BackendError) as caught:
        BackendPolicy("native", browser([]))
    assert caught.value.code == "backend_unavailable"
    assert "CPython" in caught.value.cause


def test_a_backend_that_fails_in_use_is_closed_and_replaced() -> None:
    journal: list[str] = []

    async def lose_the_gpu() -> OpenBackend:
        policy = BackendPolicy("auto", browser(journal))
        await policy.open()
        return await policy.replace(failure("The device was lost."))

    use = asyncio.run(lose_the_gpu()).use
    assert use.used == "wasm"
    assert use.fallbacks == (Fallback("webgpu", "wasm", "The device was lost."),)
    assert journal.index("close webgpu") < journal.index("open wasm")


def test_the_last_backend_that_fails_in_use_raises_its_own_error() -> None:
    async def run_out() -> None:
        policy = BackendPolicy("wasm", browser([]))
        await policy.open()
        await policy.replace(failure("Out of memory."))

    with pytest.raises(BackendError, match=r"Out of memory\."):
        asyncio.run(run_out())
