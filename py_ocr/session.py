"""The seam between the engine and whatever runs a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[Any]
"""A C-contiguous array of dtype float32, int32 or uint8."""


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


def as_tensor(array: NDArray[Any]) -> Tensor:
    """Return `array` as a C-contiguous array, copying only when it is not one already."""
    return np.ascontiguousarray(array)
