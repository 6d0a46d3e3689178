"""ONNX Runtime Web through the bridge, in Pyodide. The only module that imports `pyodide` and `py_ocr_bridge`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

import numpy as np
import py_ocr_bridge  # type: ignore[import-not-found]  # registered by web/src/worker/ort-bridge.ts
from numpy.typing import NDArray
from pyodide.ffi import JsException  # type: ignore[import-not-found]  # exists in Pyodide only

from py_ocr.backends.backend import REFERENCES, Backend, Device, OpenSessions
from py_ocr.backends.checked import CheckedBackend, CheckParams
from py_ocr.backends.kernels import KernelFallback
from py_ocr.backends.policy import BackendPolicy
from py_ocr.backends.self_check import SelfCheckParams
from py_ocr.errors import BackendError, ErrorCode, ModelError, Stage
from py_ocr.model_spec import ProfileSpec
from py_ocr.session import STAGE_OF, Batching, EngineSessions, Role, Tensor, as_tensor, line_workers_batching

AUTOMATIC: Final = ("webgpu", "wasm")
"""The backends of a browser, in the order in which `auto` tries them."""

OPT_IN: Final = ("webnn",)
"""Those that must be asked for by name: browsers have them behind a flag, if at all."""

_MODELS: Final = "models/"
_JS_OCR_ERROR: Final = "OcrError"
_JS_CRASH: Final = "RuntimeError"
"""What WebAssembly throws when it traps. The runtime cannot be used after it."""

_OUT_OF_MEMORY: Final = re.compile(
    r"bad_alloc|out.?of.?memory|allocation failed|failed to allocate|cannot enlarge", re.I
)


class JsBuffer(Protocol):
    """A typed array of JavaScript."""

    length: int

    def assign_to(self, target: NDArray[Any]) -> None:
        """Copy the data into `target`, which has the same size and type."""


class _JsTensor(Protocol):
    name: str
    dtype: str
    dims: Sequence[int]
    data: JsBuffer


class _JsSession(Protocol):
    input_names: Sequence[str]
    output_names: Sequence[str]

    async def run(self, *inputs: _JsTensor) -> Sequence[_JsTensor]: ...


class _JsDevice(Protocol):
    detail: str
    identity: str
    kernels: str | None
    kernels_refusal: str | None
    line_workers_refusal: str | None


class _Bridge(Protocol):
    def gpu_loss(self) -> str | None: ...

    async def probe(self, backend: str) -> _JsDevice: ...

    async def read_text(self, path: str) -> str: ...

    async def read_verdict(self, key: str) -> str | None: ...

    async def write_verdict(self, key: str, verdict: str) -> None: ...

    async def create_session(self, backend: str, path: str, for_lines: bool) -> _JsSession: ...

    def line_workers(self, backend: str) -> int: ...

    async def close_backend(self, backend: str) -> None: ...

    def refuse_kernels(self, reason: str) -> None: ...

    def copy_tensor(self, name: str, array: NDArray[Any], dtype: str, *dims: int) -> _JsTensor: ...


_bridge: _Bridge = py_ocr_bridge


def copy_bytes(data: JsBuffer, *shape: int) -> NDArray[np.uint8]:
    """Return the bytes of a JavaScript Uint8Array as a new array of that shape."""
    array = np.empty(shape, dtype=np.uint8)
    data.assign_to(array.reshape(-1))
    return array


async def read_text(path: str) -> str:
    """Return a text file of the site. Raises ModelError when it cannot be fetched or is corrupted."""
    try:
        return await _bridge.read_text(path)
    except JsException as error:
        raise ModelError(error.code, error.cause, error.remedy) from error


class WebSession:
    """A model on ONNX Runtime Web."""

    def __init__(self, backend: str, stage: Stage, session: _JsSession) -> None:
        self._backend = backend
        self._stage: Stage = stage
        self._session = session
        self.input_names: tuple[str, ...] = tuple(session.input_names)
        self.output_names: tuple[str, ...] = tuple(session.output_names)

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run the model once; see InferenceSession.run."""
        inputs = [_to_js(name, as_tensor(array)) for name, array in feeds.items()]
        try:
            outputs = await self._session.run(*inputs)
        except JsException as error:
            raise _translated(error, self._stage, self._backend) from error
        return {output.name: _to_array(output) for output in outputs}


class CachedVerdicts:
    """Keeps the verdicts of self-checks in the browser's Cache Storage; see VerdictStore."""

    async def read(self, key: str) -> str | None:
        """Return what was written under `key`, or None."""
        return await _bridge.read_verdict(key)

    async def write(self, key: str, verdict: str) -> None:
        """Keep `verdict`, where the browser keeps anything."""
        await _bridge.write_verdict(key, verdict)


_BATCHING: Final = {
    "webgpu": Batching(
        lines=64,
        width_px=12_800,
        first_lines=64,
        in_flight=2,
        width_growth=1.25,
        run_cost_px=20_000,
        join_growth=1.7,
    )
}
"""A run on a GPU costs some 10 ms, however few lines it has: that long it takes to tell the GPU what to do. So it has
many, of unlike widths: a receipt has a third of the runs that it has on a processor. Padding up to that factor changes
a line in a hundred, and the mean of 18 sets is .8967 in place of .8971; 2.6 times costs scenes .013. The scores of more
columns would not fit into the largest buffer that every adapter has."""


class WebBackend:
    """A backend of a browser, for the models of one profile."""

    def __init__(self, name: str, profile: ProfileSpec) -> None:
        self.name = name
        self._profile = profile

    async def probe(self) -> Device:
        """Return the adapter's name, or how many threads there are; see Backend.probe."""
        try:
            device = await _bridge.probe(self.name)
        except JsException as error:
            cause = f"{_TITLES[self.name]} cannot be used: {error.message}."
            raise BackendError("backend_unavailable", cause, _REMEDIES[self.name]) from error
        return Device(
            device.detail, device.identity, device.kernels, device.kernels_refusal, device.line_workers_refusal
        )

    async def open(self, device: Device) -> OpenSessions:
        """Load the models; see Backend.open."""
        sessions = await EngineSessions.load(self._load, self._profile.roles)
        workers = _bridge.line_workers(self.name)
        batching = line_workers_batching(workers) if workers else _BATCHING.get(self.name, sessions.batching)
        sessions = replace(sessions, batching=replace(batching, first_look=self.name in REFERENCES))
        # Whether the kernels fit their file, and line workers start, is known only now.
        return OpenSessions(sessions, device=device if device.kernels is None else await self.probe())

    async def close(self) -> None:
        """Release the models and the device; see Backend.close."""
        await _bridge.close_backend(self.name)

    async def _load(self, role: Role) -> WebSession:
        path, stage = _MODELS + self._profile.of(role).product.file, STAGE_OF[role]
        try:
            return WebSession(self.name, stage, await _bridge.create_session(self.name, path, stage == "recognize"))
        except JsException as error:
            raise _translated(error, "load", self.name) from error


_TITLES: Final = {"webgpu": "WebGPU", "webnn": "WebNN", "wasm": "WASM"}

_REMEDIES: Final = {
    "webgpu": "Choose the backend wasm or auto, or use a browser with WebGPU and a GPU that it supports.",
    "webnn": "Choose the backend auto, or switch WebNN on in the browser's flags.",
    "wasm": "Use a browser with WebAssembly.",
}


def web_policy(requested: str, profile: ProfileSpec) -> BackendPolicy:
    """Return the policy over the backends of a browser. Raises BackendError; see BackendPolicy."""

    async def references() -> str:
        return await read_text(_MODELS + "golden.json")

    store = CachedVerdicts()

    def checked(name: str) -> Backend:
        backend = WebBackend(name, profile)
        if name != "wasm":
            return CheckedBackend(backend, profile, references, store)
        return KernelFallback(
            CheckedBackend(backend, profile, references, store, _KERNELS_CHECK), _bridge.refuse_kernels
        )

    return BackendPolicy(requested, [checked(name) for name in AUTOMATIC], [checked(name) for name in OPT_IN])


_KERNELS_CHECK: Final = CheckParams(self_check=SelfCheckParams(largest_within_s=0.0))
"""The smallest case runs every kernel with all that it can do; a larger one would only run them longer."""


def _to_js(name: str, array: Tensor) -> _JsTensor:
    return _bridge.copy_tensor(name, array.reshape(-1), array.dtype.name, *array.shape)


def _to_array(tensor: _JsTensor) -> Tensor:
    array = np.empty(tuple(tensor.dims), dtype=tensor.dtype)
    tensor.data.assign_to(array.reshape(-1))
    return array


def _translated(error: Any, stage: Stage, backend: str) -> ModelError | BackendError:
    """Return the typed error for what JavaScript threw: its own typed errors concern files, others the runtime."""
    if error.name == _JS_OCR_ERROR:
        return ModelError(error.code, error.cause, error.remedy, stage=error.stage)
    loss = _bridge.gpu_loss() if backend == "webgpu" else None
    if loss:
        cause, remedy = f"The GPU device was lost: {loss.rstrip('.')}.", "Try again, or choose the backend wasm."
        return BackendError("backend_lost", cause, remedy, stage=stage)
    message = error.message.rstrip(".")
    if _OUT_OF_MEMORY.search(message):
        cause = f"The memory does not suffice on {backend}: {message}."
        return BackendError("out_of_memory", cause, "Scale the image down, or cut it into parts.", stage=stage)
    code: ErrorCode = "backend_crashed" if error.name == _JS_CRASH else "backend_failed"
    cause = f"ONNX Runtime Web failed on {backend}: {message}."
    return BackendError(code, cause, "Try a smaller image, or another backend.", stage=stage)
