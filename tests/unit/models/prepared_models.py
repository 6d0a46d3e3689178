"""The prepared models and their sources, run by native ONNX Runtime."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.catalog import MODELS
from models.entry import WheelMember
from models.fetch import fetch_source
from models.manifest import read_manifest
from models.prepare import DEFAULT_FOLDER, ensure_prepared
from py_ocr.backends.onnx_runtime import ort

PREPARED = [model_id for model_id, model in MODELS.items() if isinstance(model.source, WheelMember)]


def prepared_of_role(role: str) -> list[str]:
    """Return the ids of the models of the set-up that have this role."""
    return [model_id for model_id in PREPARED if MODELS[model_id].role == role]


def manifest_entry(model_id: str) -> dict[str, Any]:
    """Return what the committed manifest says of a model."""
    entry: dict[str, Any] = read_manifest()["models"][model_id]
    return entry


def prepared_bytes(model_id: str) -> bytes:
    """Return the prepared file, made now if it is not there."""
    ensure_prepared()
    return (DEFAULT_FOLDER / f"{model_id}.onnx").read_bytes()


@cache
def source_bytes(model_id: str) -> bytes:
    """Return the source file."""
    return fetch_source(MODELS[model_id].source)


def run_prepared(model: bytes, **feeds: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Run a prepared model and return its outputs by name."""
    session = ort.InferenceSession(model)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds), strict=True))


@cache
def _source_session(model_id: str) -> ort.InferenceSession:
    return ort.InferenceSession(source_bytes(model_id))


def run_source(model_id: str, image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Run a source model on uint8 RGB (N, H, W, 3), preprocessed as its publisher does: BGR in [-1, 1], NCHW."""
    bgr = image[..., ::-1].astype(np.float32) / 255
    tensor = np.ascontiguousarray(((bgr - np.float32(0.5)) / np.float32(0.5)).transpose(0, 3, 1, 2))
    output: NDArray[np.float32] = _source_session(model_id).run(None, {"x": tensor})[0]
    return output
