"""Which backend runs: what `auto` tries in which order, what a failure leads to, and when a better one comes back.

Pure logic over the small protocol in `backend.py`. Whatever a backend cannot do is a BackendError. `auto` then goes
on to the next one and records why; an explicit choice fails with that error, and never changes silently. A backend
that failed while it was in use is tried again for a later page, after a pause that doubles with every failure in a
row, and no more once it has failed too often: no failure can lead to an endless loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from py_ocr.backends.backend import RUNTIME_OF, Backend, Device
from py_ocr.errors import BackendError
from py_ocr.parameters import Params, number
from py_ocr.session import EngineSessions
from py_ocr.types import BackendUse, Fallback

AUTO: Final = "auto"

CHOICES: Final = (AUTO, *RUNTIME_OF)
"""Every name that can be asked for, wherever that is: the policy says where it would work."""

_FINAL_CODES: Final = frozenset({"backend_unavailable", "operator_unsupported", "self_check_failed", "backend_crashed"})
"""What will not be better on the next page of this process."""


@dataclass(frozen=True, slots=True)
class RecoveryParams(Params):
    """When a backend that failed is tried again.

    It sits out 2^(n-1) - 1 pages after its n-th failure in a row, so none after the first: a lost device is back at
    once.
    """

    failures_in_a_row: int = number(5, least=1)
    """After so many it is given up: by then it has cost that many pages a second reading."""


@dataclass(frozen=True, slots=True)
class OpenBackend:
    """A backend that is ready, and how it came to be chosen."""

    sessions: EngineSessions
    use: BackendUse
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    host_operators: tuple[str, ...] = ()


@dataclass(slots=True)
class _Candidate:
    """A backend and its record."""

    backend: Backend
    failures: int = 0
    pause_pages: int = 0
    given_up: bool = False
    reason: str = ""

    @property
    def due(self) -> bool:
        """Tell whether it may be tried."""
        return not self.given_up and self.pause_pages == 0

    def fail(self, error: BackendError, params: RecoveryParams) -> None:
        """Note a failure."""
        self.failures += 1
        self.reason = error.cause
        self.pause_pages = 2 ** (self.failures - 1) - 1
        self.given_up = error.code in _FINAL_CODES or self.failures >= params.failures_in_a_row


class BackendPolicy:
    """Hands out an open backend for each page. With `auto`, `backends` are tried in their order."""

    def __init__(
        self,
        requested: str,
        backends: Sequence[Backend],
        opt_in: Sequence[Backend] = (),
        params: RecoveryParams = RecoveryParams(),
    ) -> None:
        """Take the backends of `auto` and those that must be asked for by name.

        Raise BackendError: `backend_unknown` for a name that there is not, `backend_unavailable` for one that does
        not exist here.
        """
        chosen = list(backends) if requested == AUTO else [_named(requested, [*backends, *opt_in])]
        self._requested = requested
        self._params = params
        self._candidates = [_Candidate(backend) for backend in chosen]
        self._index = len(chosen)
        self._opened: OpenBackend | None = None
        self._device = Device("")

    async def ready(self) -> OpenBackend:
        """Return the backend for the next page: the best one that works.

        That is the one in use, unless a better one is due again and proves good. Raise the BackendError of the last
        one when none does.
        """
        better = self._candidates[: self._index]
        due = [candidate for candidate in better if candidate.due]
        for candidate in better:
            candidate.pause_pages = max(0, candidate.pause_pages - 1)
        if self._opened is not None:
            return await self._improve(due, self._opened)
        # Nothing is open, so pauses do not count: the caller wants this page read.
        return await self._open_first(due or better)

    async def failed(self, error: BackendError) -> OpenBackend:
        """Close the backend in use, which `error` ended, and open the next one for the page in hand.

        Raise `error` when there is none, and the BackendError of the last one when none of them works. The next page
        then starts afresh.
        """
        failed = self._candidates[self._index]
        following = self._candidates[self._index + 1 :]
        failed.fail(error, self._params)
        self._opened, self._index = None, len(self._candidates)
        await failed.backend.close()
        if not following:
            raise error
        return await self._open_first(following)

    def succeeded(self) -> None:
        """Note that a page was read on the backend in use: earlier failures no longer count."""
        self._candidates[self._index].failures = 0

    async def _improve(self, due: Sequence[_Candidate], opened: OpenBackend) -> OpenBackend:
        """Replace the open backend by the first that is due and works, if there is one."""
        current = self._candidates[self._index]
        for candidate in due:
            try:
                better = await self._open(candidate)
            except BackendError:
                continue  # noted in the candidate's record, which the next result's fallbacks show
            await current.backend.close()
            return better
        use = self._use(self._index, self._device)
        if use != opened.use:
            self._opened = replace(opened, use=use)
        return self._opened or opened

    async def _open_first(self, candidates: Sequence[_Candidate]) -> OpenBackend:
        *others, last = candidates
        for candidate in others:
            try:
                return await self._open(candidate)
            except BackendError:
                continue  # as above
        return await self._open(last)

    async def _open(self, candidate: _Candidate) -> OpenBackend:
        backend = candidate.backend
        try:
            device = await backend.probe()
            opened = await backend.open(device)
        except BackendError as error:
            candidate.fail(error, self._params)
            await backend.close()
            raise
        except asyncio.CancelledError:
            await backend.close()
            raise
        self._index = self._candidates.index(candidate)
        self._device = opened.device or device
        use = self._use(self._index, self._device)
        self._opened = OpenBackend(opened.sessions, use, opened.timings_ms, opened.host_operators)
        return self._opened

    def _use(self, index: int, device: Device) -> BackendUse:
        names = [candidate.backend.name for candidate in self._candidates]
        passed = enumerate(self._candidates[:index])
        fallbacks = tuple(Fallback(names[i], names[i + 1], candidate.reason) for i, candidate in passed)
        refusals = {"faster kernels": device.kernels_refusal, "line workers": device.line_workers_refusal}
        fallbacks += tuple(
            Fallback(f"{names[index]} with {what}", names[index], reason)
            for what, reason in refusals.items()
            if reason is not None
        )
        return BackendUse(self._requested, names[index], fallbacks, device.detail, device.kernels)


def _named(name: str, backends: Sequence[Backend]) -> Backend:
    here = [AUTO, *(backend.name for backend in backends)]
    for backend in backends:
        if backend.name == name:
            return backend
    choices = f"Choose one of: {', '.join(here)}."
    if name in RUNTIME_OF:
        raise BackendError("backend_unavailable", f"The backend {name!r} runs only {RUNTIME_OF[name]}.", choices)
    raise BackendError("backend_unknown", f"There is no backend {name!r}.", choices)
