"""The backend `native-torch`: the prepared ONNX graphs on PyTorch, on a GPU where there is one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Final

from py_ocr.backends.backend import Device, OpenSessions
from py_ocr.errors import BackendError
from py_ocr.model_spec import ProfileSpec
from py_ocr.session import STAGE_OF, Batching, EngineSessions

_GPU_BATCHING: Final = Batching(lines=64, width_px=32768, first_lines=64)
"""A GPU takes as long for eight lines as for one, so it likes many of them.

They are padded as little as on a processor, so that the text is the same: on an H100, steps of 128 pixels read a
quarter more pages a second, but three and a half lines in a hundred otherwise. A width that is new costs nothing here.
"""


class TorchBackend:
    """The models of one profile on PyTorch, which is imported when the backend is asked for: that takes seconds.

    `folder` holds the prepared models. `threads` is how many work on one operator, in the whole process; None leaves
    it to PyTorch. `device` is a name of PyTorch's; None takes the first there is of CUDA, MPS and the processor.
    """

    name: Final = "native-torch"

    def __init__(
        self, folder: Path, profile: ProfileSpec, threads: int | None = None, device: str | None = None
    ) -> None:
        self._folder = folder
        self._profile = profile
        self._threads = threads
        self._device = device

    async def probe(self) -> Device:
        """Return the device and the version of PyTorch; see Backend.probe."""
        pytorch = await asyncio.to_thread(_pytorch)
        return Device(pytorch.describe(pytorch.choose_device(self._device)))

    async def open(self, device: Device) -> OpenSessions:  # noqa: ARG002  # `probe` chose it, by the same rule
        """Load the models; see Backend.open."""
        pytorch = _pytorch()
        if self._threads is not None:
            pytorch.use_threads(self._threads)
        chosen, profile = pytorch.choose_device(self._device), self._profile
        sessions = await EngineSessions.load(
            lambda role: asyncio.to_thread(
                pytorch.load_session, self._folder / profile.of(role).product.file, chosen, STAGE_OF[role]
            ),
            profile.roles,
        )
        return OpenSessions(sessions if chosen.type == "cpu" else replace(sessions, batching=_GPU_BATCHING))

    async def close(self) -> None:
        """Do nothing: tensors are freed with the objects that hold them."""


def _pytorch() -> ModuleType:
    try:
        from py_ocr.backends.torch import session  # noqa: PLC0415  # an extra, and slow to import
    except ModuleNotFoundError as error:
        if error.name not in ("torch", "onnx"):
            raise
        raise BackendError(
            "backend_unavailable",
            f"The package {error.name} is not installed.",
            "Install it with `pip install 'py-ocr[torch]'`, or choose the backend native.",
        ) from error
    # What the loader says when libraries of CUDA are missing.
    except OSError as error:
        raise BackendError(
            "backend_unavailable",
            f"PyTorch cannot be loaded: {error}.",
            "Install PyTorch for this machine (pytorch.org tells how), or choose the backend native.",
        ) from error
    return session
