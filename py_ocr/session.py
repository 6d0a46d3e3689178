"""The seam between the engine and whatever runs a model, and the models that read a page together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from py_ocr.errors import Stage

Tensor = NDArray[Any]
"""A C-contiguous array of dtype float32, int32 or uint8."""

Role = Literal["detector", "recognizer", "classifier", "sure_recognizer"]
"""What a model does for a page. The sure recogniser reads again what the recogniser is not sure of."""

ROLES: Final[tuple[Role, ...]] = ("detector", "recognizer", "classifier")
"""The roles that are always filled, in the order in which models are loaded and checked."""

STAGE_OF: Final[Mapping[Role, Stage]] = {
    "detector": "detect",
    "recognizer": "recognize",
    "classifier": "orient",
    "sure_recognizer": "recognize",
}
"""The stage in which the model of a role runs, and which its failures name."""


class Runs(Protocol):
    """What a stage needs of a model."""

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run the model once; see InferenceSession.run."""


class InferenceSession(Protocol):
    """A loaded model. The engine knows models only through this, so a fake is enough to test it."""

    @property
    def input_names(self) -> tuple[str, ...]:
        """Names of the inputs, in the graph's order."""

    @property
    def output_names(self) -> tuple[str, ...]:
        """Names of the outputs, in the graph's order."""

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run the model once and return every output by name.

        The arrays returned belong to the caller. Raises BackendError when the backend fails.
        """


class LateSession:
    """A model that is loaded when it is first needed, and not before. Whoever only runs it need not know."""

    def __init__(self, load: Callable[[], Awaitable[InferenceSession]]) -> None:
        self._load = load
        self._turn = asyncio.Lock()
        self._session: InferenceSession | None = None

    async def loaded(self) -> InferenceSession:
        """Return the model, loading it now unless it is there. Raises what loading it raises."""
        async with self._turn:
            if self._session is None:
                self._session = await self._load()
            return self._session

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run the model once; see InferenceSession.run."""
        return await (await self.loaded()).run(feeds)

    def then(self, prepare: Callable[[InferenceSession], Awaitable[InferenceSession]]) -> LateSession:
        """Return the session that `prepare` makes of this one, as late as this one."""

        async def load() -> InferenceSession:
            return await prepare(await self.loaded())

        return LateSession(load)


@dataclass(frozen=True, slots=True)
class Batching:
    """How a backend likes its lines. The numbers here are a processor's: small batches, hardly padded.

    `lines`: most lines in a batch. `width_step_px`: line images are padded to a multiple of this; a small step computes
    less padding, a large one makes fewer batches. `width_growth`: widths that differ by less than this factor go into
    one batch; 1 pads to the next step and no further. `width_px`: most columns of all lines of a batch together, which
    bounds the memory of batches of long lines. `run_cost_px`: what a run costs beside its columns, in columns: lines of
    unlike widths are read together where padding the shorter ones costs less than a run. `join_growth`: only widths
    that differ by at most this factor are; what is padded more is read worse. `first_lines`: most lines in the first
    batch of a page; few of them have the top of the page read soon, which costs nothing where small batches do not.
    `in_flight`: how many batches run at once. `first_look`: a page takes so long that who waits for its text is shown a
    few lines before all of it is found.
    """

    lines: int = 8
    width_step_px: int = 32
    width_px: int = 8192
    first_lines: int = 4
    in_flight: int = 1
    first_look: bool = False
    width_growth: float = 1.0
    run_cost_px: int = 0
    join_growth: float = 1.0


def line_workers_batching(workers: int) -> Batching:
    """Return how so many workers that read lines beside each other like them.

    Lines cost a processor the same in batches of any size, so theirs are small: a worker needs memory by the columns of
    a batch, and they end together. One batch more than can run is ready for the worker that is free next.
    """
    return Batching(width_px=2048, in_flight=workers + 1)


@dataclass(frozen=True, slots=True)
class EngineSessions:
    """The models of a profile, one for each role, and how their backend likes its lines.

    All are loaded but the sure recogniser, which not every page needs.
    """

    detector: InferenceSession
    recognizer: InferenceSession
    classifier: InferenceSession
    sure_recognizer: LateSession | None = None
    batching: Batching = field(default=Batching(), kw_only=True)

    @classmethod
    async def load(cls, load: Callable[[Role], Awaitable[InferenceSession]], roles: Collection[Role]) -> EngineSessions:
        """Load the model of each role, one after the other, the sure one later. Raises what `load` raises."""
        sessions: dict[str, Any] = {role: await load(role) for role in ROLES}
        if "sure_recognizer" in roles:
            sessions["sure_recognizer"] = LateSession(lambda: load("sure_recognizer"))
        return cls(**sessions)

    async def of(self, role: Role) -> InferenceSession:
        """Return the model of a role, loading it where that is still to be done."""
        session: InferenceSession | LateSession = getattr(self, role)
        return await session.loaded() if isinstance(session, LateSession) else session

    def wrapped(self, wrap: Callable[[Role, InferenceSession], InferenceSession]) -> EngineSessions:
        """Return the sessions that `wrap` makes of these."""

        async def wrap_sure(session: InferenceSession) -> InferenceSession:
            return wrap("sure_recognizer", session)

        wrapped: dict[str, Any] = {role: wrap(role, getattr(self, role)) for role in ROLES}
        if self.sure_recognizer is not None:
            wrapped["sure_recognizer"] = self.sure_recognizer.then(wrap_sure)
        return replace(self, **wrapped)


def as_tensor(array: NDArray[Any]) -> Tensor:
    """Return `array` as a C-contiguous array, copying only when it is not one already."""
    return np.ascontiguousarray(array)
