"""Native ONNX Runtime, in CPython."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from py_ocr.backends.backend import REFERENCES, Device, OpenSessions
from py_ocr.backends.checked import CheckedBackend, LoadText
from py_ocr.backends.onnx_runtime import ort
from py_ocr.backends.self_check import ForgetfulStore
from py_ocr.errors import BackendError, Stage
from py_ocr.model_spec import ProfileSpec
from py_ocr.session import STAGE_OF, EngineSessions, Role, Tensor, as_tensor

# The processor comes first, so `auto` takes it: cuDNN plans every new input size anew, which takes seconds a page.
_PROVIDERS: Final = {"native": "CPUExecutionProvider", "native-cuda": "CUDAExecutionProvider"}
_OPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    # Every new shape would cost an exhaustive search seconds, and TF32 rounds what the other backends do not.
    "native-cuda": {"cudnn_conv_algo_search": "HEURISTIC", "use_tf32": "0"},
    "native": {},
}
_LOG_ERRORS: Final = 3


class NativeSession:
    """A model on native ONNX Runtime. Runs in a thread, so that awaiting it can be cancelled."""

    def __init__(self, session: ort.InferenceSession, stage: Stage) -> None:
        self._session = session
        self._stage: Stage = stage
        self.input_names: tuple[str, ...] = tuple(node.name for node in session.get_inputs())
        self.output_names: tuple[str, ...] = tuple(node.name for node in session.get_outputs())

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run the model once; see InferenceSession.run."""
        tensors = {name: as_tensor(array) for name, array in feeds.items()}
        outputs = await asyncio.to_thread(self._run, tensors)
        return dict(zip(self.output_names, outputs, strict=True))

    def _run(self, tensors: Mapping[str, Tensor]) -> Sequence[Tensor]:
        try:
            outputs: Sequence[Tensor] = self._session.run(self.output_names, tensors)
        # onnxruntime raises many types, of which Exception is the only common base.
        except Exception as error:
            raise BackendError(
                "backend_failed",
                f"ONNX Runtime could not run the model: {error}.",
                "Try a smaller image.",
                stage=self._stage,
            ) from error
        return outputs


class NativeBackend:
    """The backend `native` (processor) or `native-cuda` (NVIDIA GPU), for the models of one profile.

    `folder` holds the prepared models. `threads` is how many work on one operator; None leaves it to the runtime.
    """

    def __init__(self, name: str, folder: Path, profile: ProfileSpec, threads: int | None = None) -> None:
        self.name = name
        self._folder = folder
        self._profile = profile
        self._threads = threads

    async def probe(self) -> Device:
        """Return the execution provider and the runtime's version; see Backend.probe."""
        provider = _PROVIDERS[self.name]
        if provider not in ort.get_available_providers():
            raise BackendError(
                "backend_unavailable",
                f"The installed onnxruntime {ort.__version__} has no {provider}.",
                "Install onnxruntime-gpu, or choose the backend native.",
            )
        if self.name == "native-cuda":
            # Finds CUDA and cuDNN where they were installed as Python packages.
            ort.preload_dlls()
        return Device(f"{provider}, onnxruntime {ort.__version__}")

    async def open(self, device: Device) -> OpenSessions:  # noqa: ARG002  # the provider chooses its device
        """Load the models; see Backend.open."""
        sessions = await EngineSessions.load(lambda role: asyncio.to_thread(self._load, role), self._profile.roles)
        on_processor = self.name in REFERENCES
        return OpenSessions(replace(sessions, batching=replace(sessions.batching, first_look=on_processor)))

    async def close(self) -> None:
        """Do nothing: sessions are freed with the objects that hold them."""

    def _load(self, role: Role) -> NativeSession:
        options = ort.SessionOptions()
        options.log_severity_level = _LOG_ERRORS
        # It plans a block of memory for each shape that was seen, beside the earlier ones, and every page has its own.
        options.enable_mem_pattern = False
        if self._threads is not None:
            options.intra_op_num_threads = self._threads
        path, provider = self._folder / self._profile.of(role).product.file, _PROVIDERS[self.name]
        try:
            session = ort.InferenceSession(path, options, providers=[(provider, dict(_OPTIONS[self.name]))])
        # As in `_run`: there is no narrower base.
        except Exception as error:
            raise BackendError(
                "backend_failed",
                f"The model {path} could not be loaded: {error}.",
                "Run `npm start` again to restore the models.",
            ) from error
        # ONNX Runtime takes the processor, without an error, where a provider's libraries do not load.
        if provider not in session.get_providers():
            raise BackendError(
                "backend_unavailable",
                f"ONNX Runtime could not start its {provider}: CUDA or cuDNN is missing, or the driver is too old.",
                "Install onnxruntime-gpu[cuda,cudnn] and a current driver, or choose the backend native.",
            )
        return NativeSession(session, STAGE_OF[role])


def native_backends(
    folder: Path, profile: ProfileSpec, load_references: LoadText, threads: int | None = None
) -> tuple[CheckedBackend, ...]:
    """Return the backends of CPython, in the order in which `auto` tries them.

    A self-check takes native ONNX Runtime a fraction of a second, so no verdict is kept.
    """
    store = ForgetfulStore()
    return tuple(
        CheckedBackend(NativeBackend(name, folder, profile, threads), profile, load_references, store)
        for name in _PROVIDERS
    )
