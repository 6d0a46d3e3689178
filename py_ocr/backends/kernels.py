"""What happens when the faster kernels of a runtime fail: its own are used, and the device says why."""

from __future__ import annotations

from collections.abc import Callable

from py_ocr.backends.backend import Backend, Device, OpenSessions
from py_ocr.errors import BackendError

RefuseKernels = Callable[[str], None]
"""Makes the runtime that is opened next one with its own kernels, for the reason given."""


class KernelFallback:
    """Wraps a backend whose `probe` says which kernels it has. Failing to open with ours is not the backend's end."""

    def __init__(self, backend: Backend, refuse_kernels: RefuseKernels) -> None:
        self.name = backend.name
        self._backend = backend
        self._refuse_kernels = refuse_kernels

    async def probe(self) -> Device:
        """Return what it would run on, and with which kernels; see Backend.probe."""
        return await self._backend.probe()

    async def open(self, device: Device) -> OpenSessions:
        """Open it, a second time if it must be without our kernels; see Backend.open."""
        try:
            return await self._backend.open(device)
        except BackendError as error:
            if not device.has_own_kernels:
                raise
            await self._backend.close()
            self._refuse_kernels(f"With the faster kernels: {error.cause}")
        return await self._backend.open(await self._backend.probe())

    async def close(self) -> None:
        """Close it; see Backend.close. It keeps the kernels that it has."""
        await self._backend.close()
