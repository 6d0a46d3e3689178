"""The operator tables against what they come from, and against graphs: real ones, and one made to fail."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from models.graph import operator_inventory
from models.manifest import MANIFEST_PATH
from py_ocr.backends.backend import Device
from py_ocr.backends.checked import CheckedBackend
from py_ocr.backends.native import NativeBackend
from py_ocr.backends.operators import SUPPORT, check_operators
from py_ocr.backends.self_check import ForgetfulStore
from py_ocr.errors import BackendError
from py_ocr.model_spec import AssetFile, load_manifest
from tests.unit.fakes import PROFILE

DOCS = Path(__file__).parents[3] / "node_modules" / "onnxruntime-web" / "docs"


@pytest.mark.parametrize("backend", ["webgpu", "webnn"])
def test_the_table_is_that_of_the_installed_runtime(backend: str) -> None:
    if not DOCS.is_dir():
        pytest.skip("the JavaScript packages are not installed")
    text = (DOCS / f"{backend}-operators.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| *(\w+) *\|", text, re.MULTILINE)) - {"Operator", "MemcpyFromHost", "MemcpyToHost"}
    without_kernel = set(re.findall(r"^\| *(\w+) *\|.*no GPU kernel", text, re.MULTILINE))
    support = SUPPORT[backend]
    assert len(listed) > 90
    assert support.device == listed - without_kernel
    assert without_kernel <= support.host


@pytest.mark.parametrize("backend", sorted(SUPPORT))
def test_every_prepared_model_is_supported(backend: str) -> None:
    manifest = load_manifest(MANIFEST_PATH.read_text(encoding="utf-8"))
    assert len(manifest.prepared) >= 2
    for name in manifest.prepared:
        profile = manifest.profile(name)
        host = check_operators(backend, profile.models)
        assert set(host) <= {"Reshape", "Shape"}


def test_a_graph_with_an_unsupported_operator_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    graph = helper.make_graph(
        [
            helper.make_node("Relu", ["image"], ["activated"]),
            helper.make_node("AdaptiveAvgPool2d", ["activated"], ["pooled"], domain="org.pytorch"),
        ],
        "pooling",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("pooled", TensorProto.FLOAT, [1, 3, 1, 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("org.pytorch", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.save(model, tmp_path / "pooling.onnx")
    file = AssetFile("pooling.onnx", "0" * 64, 1)
    pooling = replace(PROFILE.detector, id="pooling", product=file, operators=operator_inventory(model))
    profile = replace(PROFILE, detector=pooling)
    native = NativeBackend("native", tmp_path, profile)

    async def references() -> str:
        raise AssertionError("nothing is checked before the operators are")

    class Gpu(NativeBackend):
        """Stands for a GPU backend: it would run the graph, were it asked to."""

        async def probe(self) -> Device:
            raise AssertionError("the adapter is not asked for before the operators are checked")

    with pytest.raises(BackendError, match="webgpu lacks the operator AdaptiveAvgPool2d, which pooling needs"):
        asyncio.run(CheckedBackend(Gpu("webgpu", tmp_path, profile), profile, references, ForgetfulStore()).probe())
    # And it is right to refuse it: ONNX Runtime cannot load it either.
    with pytest.raises(BackendError, match="AdaptiveAvgPool2d"):
        asyncio.run(native.open(Device("")))
