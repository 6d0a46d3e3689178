"""The seam between the engine and whatever runs a model, and the three models that read a page together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
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
class EngineSessions:
    """The three loaded models of a family, one for each role."""

    detector: InferenceSession
    recognizer: InferenceSession
    classifier: InferenceSession

    @classmethod
    async def load(cls, load: Callable[[Role], Awaitable[InferenceSession]]) -> EngineSessions:
        """Load the model of each role, one after the other. Raises what `load` raises."""
        return cls(**{role: await load(role) for role in ROLES})

    def of(self, role: Role) -> InferenceSession:
        """Return the model of a role."""
        session: InferenceSession = getattr(self, role)
        return session

    def wrapped(self, wrap: Callable[[Role, InferenceSession], InferenceSession]) -> EngineSessions:
        """Return the sessions that `wrap` makes of these."""
        return EngineSessions(**{role: wrap(role, self.of(role)) for role in ROLES})


def as_tensor(array: NDArray[Any]) -> Tensor:
    """Return `array` as a C-contiguous array, copying only when it is not one already."""
    return np.ascontiguousarray(array)
