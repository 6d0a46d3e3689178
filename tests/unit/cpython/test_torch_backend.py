"""The backend on PyTorch: whole models and pages against ONNX Runtime, its self-check, and what it says of failures."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from models.manifest import MANIFEST_PATH
from models.prepare import DEFAULT_FOLDER
from py_ocr.backends.checked import CheckedBackend
from py_ocr.backends.native import NativeBackend
from py_ocr.backends.self_check import ForgetfulStore
from py_ocr.backends.torch.backend import TorchBackend
from py_ocr.errors import BackendError
from py_ocr.golden import golden_image
from py_ocr.model_spec import AssetFile, ProfileSpec, load_manifest
from py_ocr.native import NativeChoice, NativeReader, open_models
from py_ocr.session import ROLES, Batching, EngineSessions, Role, Tensor
from tests.unit.fakes import PROFILE

GOLDEN = MANIFEST_PATH.with_name("golden.json")
MANIFEST = load_manifest(MANIFEST_PATH.read_text(encoding="utf-8"))
SAMPLES = Path(__file__).parents[3] / "web" / "samples"
PROBABILITY_TOLERANCE = 1e-4
SHAPES: Mapping[Role, list[tuple[int, int, int, int]]] = {
    "detector": [(1, 96, 160, 3), (1, 320, 224, 3)],
    "recognizer": [(1, 48, 64, 3), (3, 48, 224, 3)],
    "classifier": [(2, 48, 192, 3)],
}


async def references() -> str:
    return GOLDEN.read_text(encoding="utf-8")


def read(sessions: EngineSessions, role: Role, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Run the model of a role."""

    async def run() -> Mapping[str, Tensor]:
        return await (await sessions.of(role)).run(feeds)

    return asyncio.run(run())


def opened(backend: TorchBackend | NativeBackend | CheckedBackend) -> EngineSessions:
    async def probe_and_open() -> EngineSessions:
        return (await backend.open(await backend.probe())).sessions

    return asyncio.run(probe_and_open())


def devices() -> list[str]:
    try:
        import torch  # noqa: PLC0415  # not everywhere
    except ModuleNotFoundError:
        return ["cpu"]
    return ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.fixture
def torch() -> None:
    pytest.importorskip("torch", reason="torch is not installed")


@pytest.mark.usefixtures("torch")
@pytest.mark.parametrize("device", devices())
@pytest.mark.parametrize("name", MANIFEST.prepared)
def test_every_model_computes_what_it_does_on_onnx_runtime(name: str, device: str) -> None:
    profile = MANIFEST.profile(name)
    expected = opened(NativeBackend("native", DEFAULT_FOLDER, profile))
    actual = opened(TorchBackend(DEFAULT_FOLDER, profile, device=device))
    for role in ROLES:
        for shape in SHAPES[role]:
            feeds: dict[str, Tensor] = {"image": golden_image(shape)}
            if role == "recognizer":
                feeds["class_mask"] = np.ones(profile.recognizer.classes, np.float32)
                feeds["class_mask"][1::7] = 0
            right = read(expected, role, feeds)
            outputs = read(actual, role, feeds)
            assert outputs.keys() == right.keys()
            for output, values in right.items():
                assert outputs[output].dtype == values.dtype
                if output == "labels":
                    np.testing.assert_array_equal(outputs[output], values)
                else:
                    np.testing.assert_allclose(outputs[output], values, rtol=0, atol=PROBABILITY_TOLERANCE)


@pytest.mark.usefixtures("torch")
@pytest.mark.parametrize("device", devices())
def test_it_passes_the_self_check_and_says_how_it_likes_its_lines(device: str) -> None:
    profile = MANIFEST.profile()
    backend = CheckedBackend(
        TorchBackend(DEFAULT_FOLDER, profile, device=device), profile, references, ForgetfulStore()
    )
    batching = opened(backend).batching
    if device == "cpu":
        assert batching == Batching()
    else:
        assert batching.lines > Batching().lines
        assert batching.width_step_px == Batching().width_step_px


@pytest.mark.usefixtures("torch")
def test_a_page_has_the_text_that_it_has_natively() -> None:
    texts = {}
    for backend in ("native", "native-torch"):
        with NativeReader(open_models(None), NativeChoice(backend=backend)) as reader:
            page = reader.read(SAMPLES / "receipt.jpg", lambda _stage, _done, _total: None)
        assert page["backend"]["used"] == backend
        texts[backend] = page["text"]
    assert "Flat white" in texts["native"]
    assert texts["native-torch"] == texts["native"]


@pytest.mark.usefixtures("torch")
def test_joined_nodes_compute_what_the_graph_spells_out() -> None:
    from py_ocr.backends.torch.fusion import fuse  # noqa: PLC0415  # as above
    from py_ocr.backends.torch.graph import read_graph  # noqa: PLC0415
    from py_ocr.backends.torch.operators import GELU, OPERATORS  # noqa: PLC0415

    graph = read_graph(onnx.load(DEFAULT_FOLDER / MANIFEST.profile().detector.product.file), "detector")
    joined = fuse(graph)
    count = {operator: sum(node.operator is operator for node in graph.nodes) for operator in OPERATORS.values()}
    left = {operator: sum(node.operator is operator for node in joined.nodes) for operator in (*count, GELU)}
    assert count[OPERATORS["Erf"]] == left[GELU] == 13
    assert left[OPERATORS["Erf"]] == 0
    assert left[OPERATORS["Conv"]] == count[OPERATORS["Conv"]]
    assert len(joined.nodes) == len(graph.nodes) - 4 * 13 - 75


@pytest.mark.usefixtures("torch")
def test_it_changes_no_setting_of_the_process() -> None:
    import torch  # noqa: PLC0415

    def settings() -> tuple[bool, ...]:
        cudnn = torch.backends.cudnn
        return cudnn.enabled, cudnn.benchmark, cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32

    before = settings()
    profile = MANIFEST.profile()
    asyncio.run(opened(TorchBackend(DEFAULT_FOLDER, profile)).detector.run({"image": golden_image((1, 64, 64, 3))}))
    assert settings() == before


def profile_of(folder: Path, operator: str) -> ProfileSpec:
    """Return a profile whose models are all a graph of one node."""
    graph = helper.make_graph(
        [helper.make_node(operator, ["image", "image"], ["result"])],
        "small",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", "m"])],
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, ["n", "m"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, folder / "small.onnx")
    file = AssetFile("small.onnx", "0" * 64, 1)
    models: dict[str, Any] = {role: replace(PROFILE.of(role), product=file) for role in ROLES}
    return replace(PROFILE, **models)


@pytest.mark.usefixtures("torch")
def test_a_run_that_fails_is_an_error_of_its_stage(tmp_path: Path) -> None:
    sessions = opened(TorchBackend(tmp_path, profile_of(tmp_path, "MatMul"), device="cpu"))
    with pytest.raises(BackendError, match="PyTorch could not run the model on cpu") as raised:
        asyncio.run(sessions.classifier.run({"image": np.zeros((2, 3), np.float32)}))
    assert (raised.value.code, raised.value.stage) == ("backend_failed", "orient")


@pytest.mark.usefixtures("torch")
def test_a_transposed_and_a_read_only_input_are_taken(tmp_path: Path) -> None:
    sessions = opened(TorchBackend(tmp_path, profile_of(tmp_path, "Add"), device="cpu"))
    image = np.arange(6, dtype=np.float32).reshape(2, 3).T
    image.flags.writeable = False
    outputs = asyncio.run(sessions.detector.run({"image": image}))
    np.testing.assert_array_equal(outputs["result"], image * 2)


@pytest.mark.usefixtures("torch")
def test_an_operator_that_it_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="native-torch lacks the operator PRelu, which small needs") as raised:
        opened(TorchBackend(tmp_path, profile_of(tmp_path, "PRelu"), device="cpu"))
    assert raised.value.code == "operator_unsupported"


@pytest.mark.usefixtures("torch")
def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, "Add")
    (tmp_path / "small.onnx").write_bytes(b"no model")
    with pytest.raises(BackendError, match=r"small\.onnx could not be loaded") as raised:
        opened(TorchBackend(tmp_path, profile, device="cpu"))
    assert raised.value.code == "backend_failed"


@pytest.mark.parametrize("package", ["torch", "onnx"])
def test_without_its_packages_it_says_what_to_install(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith("py_ocr.backends.torch.") and name != TorchBackend.__module__:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("py_ocr.backends.torch.session", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(BackendError, match=f"The package {package} is not installed") as raised:
        asyncio.run(TorchBackend(Path(), MANIFEST.profile()).probe())
    assert raised.value.code == "backend_unavailable"
    assert "pip install 'py-ocr[torch]'" in raised.value.remedy
