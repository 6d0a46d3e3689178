"""The stored references are those of the prepared models, and a corrupted model fails the self-check."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from models.golden import GOLDEN_PATH, SHAPES
from models.manifest import read_manifest
from py_ocr.backends.onnx_runtime import ort
from py_ocr.golden import GoldenCase, first_difference, load_golden
from tests.unit.models.prepared_models import PREPARED, manifest_entry, prepared_bytes


class Session:
    """A model on native ONNX Runtime, as the self-check sees it."""

    def __init__(self, model: bytes) -> None:
        self._session = ort.InferenceSession(model)
        self.input_names = tuple(node.name for node in self._session.get_inputs())
        self.output_names = tuple(node.name for node in self._session.get_outputs())

    async def run(self, feeds: Mapping[str, NDArray[Any]]) -> Mapping[str, NDArray[Any]]:
        return dict(zip(self.output_names, self._session.run(self.output_names, feeds), strict=True))


def cases(model_id: str) -> tuple[GoldenCase, ...]:
    return load_golden(GOLDEN_PATH.read_text(encoding="utf-8"))[model_id]


def test_references_belong_to_the_models_of_the_manifest() -> None:
    references = json.loads(GOLDEN_PATH.read_text(encoding="utf-8"))["models"]
    assert list(references) == PREPARED
    products = {model_id: read_manifest()["models"][model_id]["product"]["sha256"] for model_id in PREPARED}
    assert {model_id: entry["sha256"] for model_id, entry in references.items()} == products, (
        "the models have changed: run `python -m models.golden`"
    )


@pytest.mark.parametrize("model_id", PREPARED)
def test_the_prepared_model_passes_its_own_check(model_id: str) -> None:
    small = cases(model_id)[:1]
    assert [case.name for case in small] == ["small"]
    assert asyncio.run(first_difference(Session(prepared_bytes(model_id)), small)) is None


@pytest.mark.parametrize("model_id", PREPARED)
def test_references_are_of_inputs_on_which_the_model_finds_something(model_id: str) -> None:
    role = manifest_entry(model_id)["role"]
    assert [case.name for case in cases(model_id)] == list(SHAPES[role])
    for case in cases(model_id):
        summary = next(iter(case.expected.values()))
        assert summary.max() > 0.1, "the tolerance for wrong outputs is a tenth of this"


@pytest.mark.parametrize("model_id", PREPARED)
def test_a_model_with_one_corrupted_layer_fails(model_id: str) -> None:
    model = onnx.load_from_string(prepared_bytes(model_id))
    kinds = (onnx.TensorProto.FLOAT16, onnx.TensorProto.INT8)
    stored = [tensor for tensor in model.graph.initializer if tensor.data_type in kinds]
    corrupted = stored[len(stored) // 2]
    weights = numpy_helper.to_array(corrupted)
    corrupted.CopyFrom(numpy_helper.from_array(np.roll(weights, 1, axis=0), corrupted.name))

    assert asyncio.run(first_difference(Session(model.SerializeToString()), cases(model_id)[:1]))
