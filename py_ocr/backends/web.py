"""ONNX Runtime Web through the bridge, in Pyodide. The only module that imports `pyodide` and `py_ocr_bridge`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol

import numpy as np
import py_ocr_bridge  # type: ignore[import-not-found]  # the worker registers it: web/src/ort-bridge.ts
from numpy.typing import NDArray
from pyodide.ffi import JsException  # type: ignore[import-not-found]  # exists in Pyodide only

from py_ocr.engine import EngineSessions
from py_ocr.errors import BackendError, ModelError, Stage
from py_ocr.model_spec import FamilySpec
from py_ocr.session import Tensor, as_tensor

NAMES: Final = ("webgpu", "wasm")
"""The backends of a browser, in the order in which `auto` tries them."""

_MODELS: Final = "models/"
_JS_OCR_ERROR: Final = "OcrError"
_JS_CRASH: Final = "RuntimeError"
"""What WebAssembly throws when it traps, out of memory for one. The runtime cannot be used after it."""


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

    async def release(self) -> None: ...


class _Bridge(Protocol):
    def gpu_loss(self) -> str | None: ...

    async def probe_webgpu(self) -> str: ...

    async def read_text(self, path: str) -> str: ...

    async def create_session(self, backend: str, path: str) -> _JsSession: ...

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

    def __init__(self, backend: str, session: _JsSession) -> None:
        self._backend = backend
        self._session = session
        self.input_names: tuple[str, ...] = tuple(session.input_names)
        self.output_names: tuple[str, ...] = tuple(session.output_names)

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Run the model once; see InferenceSession.run."""
        inputs = [_to_js(name, as_tensor(array)) for name, array in feeds.items()]
        try:
            outputs = await self._session.run(*inputs)
        except JsException as error:
            raise _translated(error, "recognize", self._backend) from error
        return {output.name: _to_array(output) for output in outputs}

    async def release(self) -> None:
        """Free the model's memory."""
        try:
            await self._session.release()
        except JsException as error:
            raise _translated(error, "load", self._backend) from error


class WebBackend:
    """The backend `webgpu` or `wasm`, for the models of one family. `threads` is what the wasm runtime was given."""

    def __init__(self, name: str, family: FamilySpec, threads: int) -> None:
        self.name = name
        self._family = family
        self._threads = threads
        self._opened: list[WebSession] = []

    async def probe(self) -> str:
        """Return the adapter's name, or how many threads there are; see Backend.probe."""
        if self.name == "wasm":
            return f"{self._threads} thread{'s' if self._threads > 1 else ''}"
        try:
            return await _bridge.probe_webgpu()
        except JsException as error:
            raise BackendError(
                "backend_unavailable",
                f"WebGPU cannot be used: {error.message}.",
                "Choose the backend wasm or auto, or use a browser with WebGPU and a GPU that it supports.",
            ) from error

    async def open(self) -> EngineSessions:
        """Load the three models; see Backend.open."""
        family = self._family
        return EngineSessions(
            detector=await self._load(family.detector.product.file),
            recognizer=await self._load(family.recognizer.product.file),
            classifier=await self._load(family.classifier.product.file),
        )

    async def close(self) -> None:
        """Release the models; see Backend.close."""
        while self._opened:
            # A runtime that crashed cannot release, and its memory goes with the worker.
            with suppress(BackendError):
                await self._opened.pop().release()

    async def _load(self, file: str) -> WebSession:
        try:
            session = WebSession(self.name, await _bridge.create_session(self.name, _MODELS + file))
        except JsException as error:
            raise _translated(error, "load", self.name) from error
        self._opened.append(session)
        return session


def web_backends(family: FamilySpec, threads: int) -> tuple[WebBackend, ...]:
    """Return the backends of a browser, in the order in which `auto` tries them."""
    return tuple(WebBackend(name, family, threads) for name in NAMES)


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
        cause, remedy = f"The GPU device was lost: {loss}.", "Try again, or choose the backend wasm."
        return BackendError("backend_lost", cause, remedy, stage=stage)
    cause, remedy = f"ONNX Runtime Web failed on {backend}: {error.message}.", "Try a smaller image."
    code = "backend_crashed" if error.name == _JS_CRASH else "backend_failed"
    return BackendError(code, cause, remedy, stage=stage)
