"""The backend policy: what is tried in which order, what is recorded, what fails. Fakes stand for the backends."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from py_ocr.backends.backend import Device, OpenSessions
from py_ocr.backends.policy import BackendPolicy, OpenBackend
from py_ocr.errors import BackendError, ErrorCode
from py_ocr.session import EngineSessions
from py_ocr.types import Fallback
from tests.unit.fakes import FakeClassifier, FakeDetector, FakeRecognizer


def failure(cause: str, code: ErrorCode = "backend_failed") -> BackendError:
    return BackendError(code, cause, "Do something.")


@dataclass
class FakeBackend:
    """A backend that fails where it is told to, and keeps a journal of what was asked of it."""

    name: str
    journal: list[str] = field(default_factory=list)
    probe_error: BackendError | None = None
    open_error: BackendError | None = None

    async def probe(self) -> Device:
        self.journal.append(f"probe {self.name}")
        if self.probe_error:
            raise self.probe_error
        return Device(f"{self.name} device")

    async def open(self, device: Device) -> OpenSessions:
        assert device.detail == f"{self.name} device"
        self.journal.append(f"open {self.name}")
        if self.open_error:
            raise self.open_error
        return OpenSessions(EngineSessions(FakeDetector(), FakeRecognizer(), FakeClassifier()))

    async def close(self) -> None:
        self.journal.append(f"close {self.name}")


def browser(journal: list[str]) -> tuple[FakeBackend, FakeBackend]:
    return FakeBackend("webgpu", journal), FakeBackend("wasm", journal)


def opened(policy: BackendPolicy) -> OpenBackend:
    return asyncio.run(policy.ready())


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


def test_a_backend_without_its_line_workers_is_used_and_the_result_says_why() -> None:
    class Alone(FakeBackend):
        async def probe(self) -> Device:
            return replace(await super().probe(), line_workers_refusal="They end.", kernels_refusal="They err.")

    use = opened(BackendPolicy("wasm", [Alone("wasm")])).use
    assert use.used == "wasm"
    assert use.fallbacks == (
        Fallback("wasm with faster kernels", "wasm", "They err."),
        Fallback("wasm with line workers", "wasm", "They end."),
    )


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


def test_an_opt_in_backend_is_used_only_when_it_is_named() -> None:
    webgpu, wasm = browser([])
    webnn = FakeBackend("webnn", probe_error=failure("No WebNN."))
    webgpu.probe_error = failure("No adapter.")
    assert opened(BackendPolicy("auto", [webgpu, wasm], [webnn])).use.used == "wasm"
    assert webnn.journal == []
    with pytest.raises(BackendError, match=r"No WebNN\."):
        opened(BackendPolicy("webnn", [webgpu, wasm], [webnn]))


async def page(policy: BackendPolicy, *errors: BackendError) -> OpenBackend:
    """Read a page during which the backends fail like this, one after the other, and return the one that read it."""
    backend = await policy.ready()
    for error in errors:
        backend = await policy.failed(error)
    policy.succeeded()
    return backend


LOST = failure("The device was lost.", "backend_lost")


def test_a_backend_that_fails_in_use_is_closed_and_replaced_for_the_page_in_hand() -> None:
    journal: list[str] = []
    use = asyncio.run(page(BackendPolicy("auto", browser(journal)), LOST)).use
    assert use.used == "wasm"
    assert use.fallbacks == (Fallback("webgpu", "wasm", "The device was lost."),)
    assert journal.index("close webgpu") < journal.index("open wasm")


def test_the_next_page_returns_to_the_better_backend_and_releases_the_other() -> None:
    journal: list[str] = []

    async def pages() -> OpenBackend:
        policy = BackendPolicy("auto", browser(journal))
        await page(policy, LOST)
        return await page(policy)

    use = asyncio.run(pages()).use
    assert (use.used, use.fallbacks) == ("webgpu", ())
    assert journal[-3:] == ["probe webgpu", "open webgpu", "close wasm"]


def test_each_failure_in_a_row_doubles_the_pause_and_there_is_a_last_one() -> None:
    """Every try fails: after so many the better backend is left alone, and every page was read."""
    journal: list[str] = []
    webgpu, wasm = browser(journal)

    async def pages() -> list[bool]:
        policy = BackendPolicy("auto", [webgpu, wasm])
        await page(policy, LOST)
        webgpu.open_error = failure("Still no good.")
        tried = []
        for _ in range(40):
            journal.clear()
            backend = await page(policy)
            assert backend.use.used == "wasm"
            assert backend.use.fallbacks[0].reason in ("The device was lost.", "Still no good.")
            tried.append("open webgpu" in journal)
        return tried

    tried = asyncio.run(pages())
    assert [index for index, again in enumerate(tried) if again] == [0, 2, 6, 14]


def test_a_page_that_was_read_makes_up_for_earlier_failures() -> None:
    async def pages() -> list[str]:
        policy = BackendPolicy("auto", browser([]))
        used = []
        for index in range(60):
            lost = index % 3 == 0
            used.append((await page(policy, *([LOST] if lost else []))).use.used)
        return used

    assert asyncio.run(pages()) == ["wasm", "webgpu", "webgpu"] * 20


@pytest.mark.parametrize("code", ["backend_unavailable", "operator_unsupported", "self_check_failed"])
def test_what_cannot_get_better_is_not_tried_again(code: ErrorCode) -> None:
    journal: list[str] = []
    webgpu, wasm = browser(journal)
    webgpu.open_error = failure("It cannot work.", code)

    async def pages() -> None:
        policy = BackendPolicy("auto", [webgpu, wasm])
        for _ in range(20):
            assert (await page(policy)).use.used == "wasm"

    asyncio.run(pages())
    assert journal.count("probe webgpu") == 1


def test_the_last_backend_that_fails_raises_its_own_error_and_starts_afresh_for_the_next_page() -> None:
    journal: list[str] = []

    async def run_out() -> OpenBackend:
        policy = BackendPolicy("wasm", browser(journal))
        with pytest.raises(BackendError, match=r"Out of memory\."):
            await page(policy, failure("Out of memory.", "out_of_memory"))
        return await page(policy)

    assert asyncio.run(run_out()).use.used == "wasm"
    assert journal == ["probe wasm", "open wasm", "close wasm", "probe wasm", "open wasm"]


def test_an_explicit_choice_is_opened_again_and_never_changes() -> None:
    journal: list[str] = []

    async def pages() -> OpenBackend:
        policy = BackendPolicy("webgpu", browser(journal))
        for _ in range(9):
            with pytest.raises(BackendError, match=r"lost\."):
                await page(policy, LOST)
        return await page(policy)

    assert asyncio.run(pages()).use.fallbacks == ()
    assert not any("wasm" in entry for entry in journal)


def test_opening_that_is_cancelled_leaves_nothing_open() -> None:
    journal: list[str] = []
    wasm = FakeBackend("wasm", journal)

    class Endless(FakeBackend):
        async def open(self, device: Device) -> OpenSessions:
            await asyncio.Event().wait()
            return await super().open(device)

    async def cancel() -> None:
        policy = BackendPolicy("auto", [Endless("webgpu", journal), wasm])
        opening = asyncio.ensure_future(policy.ready())
        while "probe webgpu" not in journal:
            await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening

    asyncio.run(cancel())
    assert journal == ["probe webgpu", "close webgpu"]
