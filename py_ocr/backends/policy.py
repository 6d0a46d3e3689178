"""Which backend runs: what `auto` tries in which order, and what becomes of a choice that cannot work.

Pure logic over a small protocol. A backend is probed, then opened; whatever it cannot do is a BackendError. `auto`
goes on to the next one and records why; an explicit choice fails with that error, and never changes silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from py_ocr.engine import EngineSessions
from py_ocr.errors import BackendError
from py_ocr.types import BackendUse, Fallback

AUTO: Final = "auto"

_BROWSER: Final = "in a browser"
_CPYTHON: Final = "in CPython"
_WHERE: Final = {"webgpu": _BROWSER, "wasm": _BROWSER, "native": _CPYTHON, "native-cuda": _CPYTHON}
"""Every backend that there is, and where it runs."""


class Backend(Protocol):
    """A backend as the policy sees it. Both methods raise BackendError saying what is wrong."""

    @property
    def name(self) -> str:
        """Name by which it is chosen."""

    async def probe(self) -> str:
        """Return what it would run on, such as the adapter's name. Must be cheap: nothing is loaded."""

    async def open(self) -> EngineSessions:
        """Load the models."""

    async def close(self) -> None:
        """Release what `open` took, also after a failure."""


@dataclass(frozen=True, slots=True)
class OpenBackend:
    """A backend that is ready, and how it came to be chosen."""

    sessions: EngineSessions
    use: BackendUse


class BackendPolicy:
    """Opens the backend that was asked for. With `auto`, `backends` are tried in their order."""

    def __init__(self, requested: str, backends: Sequence[Backend]) -> None:
        """Raise BackendError: `backend_unknown` for a name that there is not, `backend_unavailable` for one
        that does not exist here."""
        self._requested = requested
        self._untried = list(backends if requested == AUTO else [_named(requested, backends)])
        self._fallbacks: list[Fallback] = []
        self._current: Backend | None = None

    async def open(self) -> OpenBackend:
        """Open the first backend that works. Raise the BackendError of the last one when none does."""
        while True:
            backend = self._untried.pop(0)
            self._current = backend
            try:
                detail = await backend.probe()
                sessions = await backend.open()
            except BackendError as error:
                await self._leave(error)
                continue
            use = BackendUse(self._requested, backend.name, tuple(self._fallbacks), detail)
            return OpenBackend(sessions, use)

    async def replace(self, error: BackendError) -> OpenBackend:
        """Open the next backend because `error` ended the one in use.

        Raise `error` when there is no next one; the one in use is then left open, for it may serve the next image.
        """
        if not self._untried:
            raise error
        await self._leave(error)
        return await self.open()

    async def _leave(self, error: BackendError) -> None:
        """Close the current backend and record the change to the next; raise `error` when there is none."""
        if self._current is None:
            raise error
        source, self._current = self._current, None
        await source.close()
        if not self._untried:
            raise error
        self._fallbacks.append(Fallback(source.name, self._untried[0].name, error.cause))


def _named(name: str, backends: Sequence[Backend]) -> Backend:
    here = [AUTO, *(backend.name for backend in backends)]
    for backend in backends:
        if backend.name == name:
            return backend
    choices = f"Choose one of: {', '.join(here)}."
    if name in _WHERE:
        raise BackendError("backend_unavailable", f"The backend {name!r} runs only {_WHERE[name]}.", choices)
    raise BackendError("backend_unknown", f"There is no backend {name!r}.", choices)
