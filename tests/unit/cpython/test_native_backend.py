"""The native backend on real ONNX Runtime, with a graph small enough to be made here."""

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from py_ocr.backends.backend import Device
from py_ocr.backends.native import NativeBackend, native_backends
from py_ocr.backends.onnx_runtime import ort
from py_ocr.errors import BackendError
from py_ocr.model_spec import AssetFile, ProfileSpec
from py_ocr.session import EngineSessions, Role
from tests.unit.fakes import PROFILE

MODEL = "doubling.onnx"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model that doubles its input, which stands for all three."""
    graph = helper.make_graph(
        [helper.make_node("Add", ["image", "image"], ["doubled"])],
        "doubling",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 2])],
        [helper.make_tensor_value_info("doubled", TensorProto.FLOAT, ["n", 2])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, tmp_path / MODEL)
    return tmp_path


@pytest.fixture
def profile() -> ProfileSpec:
    file = AssetFile(MODEL, "0" * 64, 1)
    return replace(
        PROFILE,
        detector=replace(PROFILE.detector, product=file),
        recognizer=replace(PROFILE.recognizer, product=file),
        classifier=replace(PROFILE.classifier, product=file),
    )


def opened(backend: NativeBackend) -> EngineSessions:
    return asyncio.run(backend.open(Device(""))).sessions


async def no_references() -> str:
    raise AssertionError("native is what the references were made with")


def test_a_session_runs_and_names_its_tensors(folder: Path, profile: ProfileSpec) -> None:
    session = opened(NativeBackend("native", folder, profile, threads=1)).detector
    assert (session.input_names, session.output_names) == (("image",), ("doubled",))
    # A transposed view is not contiguous: the adapter must see to that.
    image = np.arange(6, dtype=np.float32).reshape(2, 3).T
    outputs = asyncio.run(session.run({"image": image}))
    np.testing.assert_array_equal(outputs["doubled"], image * 2)


def test_a_run_that_fails_is_a_backend_error(folder: Path, profile: ProfileSpec) -> None:
    session = opened(NativeBackend("native", folder, profile)).detector
    with pytest.raises(BackendError) as caught:
        asyncio.run(session.run({"image": np.zeros((1, 5), dtype=np.float32)}))
    assert caught.value.code == "backend_failed"


@pytest.mark.parametrize(
    ("role", "stage"), [("detector", "detect"), ("recognizer", "recognize"), ("classifier", "orient")]
)
def test_a_run_that_fails_names_its_stage(folder: Path, profile: ProfileSpec, role: Role, stage: str) -> None:
    session = asyncio.run(opened(NativeBackend("native", folder, profile)).of(role))
    with pytest.raises(BackendError) as caught:
        asyncio.run(session.run({"image": np.zeros((1, 5), dtype=np.float32)}))
    assert caught.value.stage == stage


def test_a_damaged_model_is_named(folder: Path, profile: ProfileSpec) -> None:
    (folder / MODEL).write_bytes(b"")
    with pytest.raises(BackendError) as caught:
        opened(NativeBackend("native", folder, profile))
    assert caught.value.code == "backend_failed"
    assert MODEL in caught.value.cause


def test_the_probe_names_provider_and_version(folder: Path, profile: ProfileSpec) -> None:
    detail = asyncio.run(NativeBackend("native", folder, profile).probe()).detail
    assert "CPUExecutionProvider" in detail


def test_cuda_is_refused_where_the_runtime_lacks_it(
    folder: Path, profile: ProfileSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(BackendError) as caught:
        asyncio.run(NativeBackend("native-cuda", folder, profile).probe())
    assert caught.value.code == "backend_unavailable"
    assert "native" in caught.value.remedy


def test_auto_prefers_the_processor(folder: Path, profile: ProfileSpec) -> None:
    assert [backend.name for backend in native_backends(folder, profile, no_references)] == ["native", "native-cuda"]


def test_a_provider_that_the_runtime_leaves_out_in_silence_is_an_error(
    folder: Path, profile: ProfileSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ort.InferenceSession

    def without_cuda_libraries(path: Path, options: ort.SessionOptions, **_: object) -> ort.InferenceSession:
        """Do as onnxruntime-gpu does where CUDA does not load: warn in the log, and take the processor."""
        return real(path, options, providers=["CPUExecutionProvider"])

    monkeypatch.setattr(ort, "InferenceSession", without_cuda_libraries)
    with pytest.raises(BackendError, match="could not start its CUDAExecutionProvider") as raised:
        opened(NativeBackend("native-cuda", folder, profile))
    assert raised.value.code == "backend_unavailable"
