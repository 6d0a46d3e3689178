"""The seam between the engine and whatever runs a model, and the three models that read a page together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from py_ocr.errors import Stage

Tensor = NDArray[Any]
"""A C-contiguous array of dtype float32, int32 or uint8."""

Role = Literal["detector", "recognizer", "classifier"]
"""What a model does for a page."""

ROLES: Final[tuple[Role, ...]] = ("detector", "recognizer", "classifier")
"""Every role, in the order in which models are loaded and checked."""

STAGE_OF: Final[Mapping[Role, Stage]] = {"detector": "detect", "recognizer": "recognize", "classifier": "orient"}
"""The stage in which the model of a role runs, and which its failures name."""


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


@dataclass(frozen=True, slots=True)
class Batching:
    """How a backend likes its lines. The numbers here are a processor's: small batches, hardly padded.

    `lines`: most lines in a batch. `width_step_px`: line images are padded to a multiple of this; a small step computes
    less padding, a large one makes fewer batches. `width_px`: most columns of all lines of a batch together, which
    bounds the memory of batches of long lines.
    """

    lines: int = 8
    width_step_px: int = 32
    width_px: int = 8192


@dataclass(frozen=True, slots=True)
class EngineSessions:
    """The three loaded models of a family, one for each role, and how their backend likes its lines."""

    detector: InferenceSession
    recognizer: InferenceSession
    classifier: InferenceSession
    batching: Batching = field(default=Batching(), kw_only=True)

    @classmethod
    async def load(cls, load: Callable[[Role], Awaitable[InferenceSession]]) -> EngineSessions:
        """Load the model of each role, one after the other. Raises what `load` raises."""
        sessions: dict[str, Any] = {role: await load(role) for role in ROLES}
        return cls(**sessions)

    def of(self, role: Role) -> InferenceSession:
        """Return the model of a role."""
        session: InferenceSession = getattr(self, role)
        return session

    def wrapped(self, wrap: Callable[[Role, InferenceSession], InferenceSession]) -> EngineSessions:
        """Return the sessions that `wrap` makes of these."""
        wrapped: dict[str, Any] = {role: wrap(role, self.of(role)) for role in ROLES}
        return replace(self, **wrapped)


def as_tensor(array: NDArray[Any]) -> Tensor:
    """Return `array` as a C-contiguous array, copying only when it is not one already."""
    return np.ascontiguousarray(array)
