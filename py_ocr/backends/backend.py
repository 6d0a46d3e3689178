"""What a backend is to the policy: a name, a device, and sessions that can be opened and closed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from py_ocr.session import EngineSessions

_BROWSER: Final = "in a browser"
_CPYTHON: Final = "in CPython"
RUNTIME_OF: Final = {
    "webgpu": _BROWSER,
    "wasm": _BROWSER,
    "webnn": _BROWSER,
    "native": _CPYTHON,
    "native-cuda": _CPYTHON,
    "native-torch": _CPYTHON,
}
"""Every backend that there is, and where it runs."""

REFERENCES: Final = frozenset({"wasm", "native"})
"""Backends that compute with ONNX Runtime's own processor kernels: the others are measured by them."""


STOCK_KERNELS: Final = "stock"
"""The kernels that ONNX Runtime was shipped with."""


@dataclass(frozen=True, slots=True)
class Device:
    """What a backend runs on.

    `detail` is for people, such as the adapter's name. `identity` changes whenever another adapter, driver or
    runtime would compute, as far as that can be known: a self-check that was passed is good for this identity only.
    `kernels` names those of the WASM runtime, and `kernels_refusal` says why they are the stock ones where others
    were to be used; `line_workers_refusal` says why there are no line workers where there were to be some.
    """

    detail: str
    identity: str = ""
    kernels: str | None = None
    kernels_refusal: str | None = None
    line_workers_refusal: str | None = None

    @property
    def has_own_kernels(self) -> bool:
        """Tell whether kernels of ours compute, so that even a reference backend has to prove itself."""
        return self.kernels not in (None, STOCK_KERNELS)


@dataclass(frozen=True, slots=True)
class OpenSessions:
    """The models, loaded: with how long each part of that took, and which operators the processor computes."""

    sessions: EngineSessions
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    host_operators: tuple[str, ...] = ()
    device: Device | None = None
    """What they run on, where that is known better now than before they were opened."""


class Backend(Protocol):
    """A backend as the policy sees it. `probe` and `open` raise BackendError saying what is wrong."""

    @property
    def name(self) -> str:
        """Name by which it is chosen."""

    async def probe(self) -> Device:
        """Return what it would run on. Must be cheap: nothing is loaded."""

    async def open(self, device: Device) -> OpenSessions:
        """Load the models for the device that `probe` returned."""

    async def close(self) -> None:
        """Release what `probe` and `open` took, also after a failure. It can be opened again."""
