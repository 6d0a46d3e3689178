"""Every prepared model computes what its source computes.

Two things change on the way: the graph is edited, which is exact but for the order of additions, and the
weights are stored as fp16, which rounds them. They are tested apart, each with its own tolerance.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from measure.line_images import TEXTS, line_images, page_image
from models.catalog import MODELS
from models.convert import prepare_model
from models.prepare import DEFAULT_FOLDER
from py_ocr.backends.onnx_runtime import ort
from tests.unit.models.prepared_models import (
    manifest_entry,
    prepared_bytes,
    prepared_of_role,
    run_prepared,
    run_source,
    source_bytes,
)

EDIT_TOLERANCE = 5e-4
"""Largest difference of a probability that the edits of the graph may make: rounding of fp32 (measured: 1.7e-4)."""

STORAGE_TOLERANCE = {"ppocr-v6-small": 0.05, "ppocr-v4-mobile": 0.1, "ppocr-v6-tiny": EDIT_TOLERANCE}
"""The same for a step's score after storing the weights as fp16 (measured: 0.022, 0.049); int8 stays what it was."""

MAP_TOLERANCE = {"ppocr-v6-small": 1e-3, "ppocr-v4-mobile": 2e-3, "ppocr-v6-tiny": 1e-3}
"""Mean difference of the text map, and share of its pixels that change sides (measured: 3.8e-4 and 5.8e-4)."""

NEAR_TIE = 0.01
"""Where the source's two best classes are closer than this, rounding may choose the other one."""

RECOGNIZERS = prepared_of_role("recognizer")
DETECTORS = prepared_of_role("detector")


def full_precision_bytes(model_id: str) -> bytes:
    """Return the prepared model with every edit but the storage of the weights."""
    prepared = prepare_model(model_id, MODELS[model_id], source_bytes(model_id), weights="fp32")
    return prepared.files[f"{model_id}.onnx"]


def decode(model_id: str, model: bytes) -> dict[str, NDArray[Any]]:
    mask = np.ones(manifest_entry(model_id)["charset"]["classes"], np.float32)
    return run_prepared(model, image=line_images(), class_mask=mask)


@cache
def source_probabilities(model_id: str) -> NDArray[np.float32]:
    return run_source(model_id, line_images())


def profile(model_id: str) -> str:
    return model_id.rpartition("-")[0]


def lead(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    best = np.partition(probabilities, -2, axis=2)[..., -2:]
    return best[..., 1] - best[..., 0]


@pytest.mark.parametrize("model_id", RECOGNIZERS)
def test_decoding_in_the_graph_gives_the_labels_and_probabilities_of_the_source(model_id: str) -> None:
    source = source_probabilities(model_id)
    outputs = decode(model_id, full_precision_bytes(model_id))

    np.testing.assert_array_equal(outputs["labels"], source.argmax(axis=2))
    np.testing.assert_allclose(outputs["scores"], source.max(axis=2), atol=EDIT_TOLERANCE)
    np.testing.assert_allclose(outputs["space_scores"], source[..., -1], atol=EDIT_TOLERANCE)


@pytest.mark.parametrize("model_id", RECOGNIZERS)
def test_a_prepared_recognizer_reads_what_its_source_reads(model_id: str) -> None:
    source = source_probabilities(model_id)
    outputs = decode(model_id, prepared_bytes(model_id))
    tolerance = STORAGE_TOLERANCE[profile(model_id)]

    differing = outputs["labels"] != source.argmax(axis=2)
    assert (lead(source)[differing] < NEAR_TIE).all()
    assert differing.mean() < 1e-3
    np.testing.assert_allclose(outputs["scores"], source.max(axis=2), atol=tolerance)
    np.testing.assert_allclose(outputs["space_scores"], source[..., -1], atol=tolerance)


def test_the_default_recognizer_gives_the_very_same_labels_and_reads_every_line() -> None:
    model_id = "ppocr-v6-small-rec"
    labels = decode(model_id, prepared_bytes(model_id))["labels"]

    np.testing.assert_array_equal(labels, source_probabilities(model_id).argmax(axis=2))
    charset = json.loads((DEFAULT_FOLDER / f"{model_id}.charset.json").read_text(encoding="utf-8"))
    texts = [best_path(row, charset) for row in labels[: len(TEXTS)]]
    assert texts == list(TEXTS)


@pytest.mark.parametrize("model_id", DETECTORS)
def test_the_edited_detector_gives_the_map_of_its_source(model_id: str) -> None:
    edited = run_prepared(full_precision_bytes(model_id), image=page_image())["probability"]
    np.testing.assert_allclose(edited, run_source(model_id, page_image()), atol=EDIT_TOLERANCE)


@pytest.mark.parametrize("model_id", DETECTORS)
def test_a_prepared_detector_gives_the_map_of_its_source(model_id: str) -> None:
    source = run_source(model_id, page_image())
    prepared = run_prepared(prepared_bytes(model_id), image=page_image())["probability"]
    threshold = manifest_entry(model_id)["params"]["binary_threshold"]
    tolerance = MAP_TOLERANCE[profile(model_id)]

    assert (source > threshold).mean() > 0.02, "the page must have text"
    assert np.abs(prepared - source).mean() < tolerance
    assert ((prepared > threshold) != (source > threshold)).mean() < tolerance


@pytest.mark.parametrize("degrees", [0, 180])
def test_the_prepared_classifier_gives_the_probabilities_of_its_source(degrees: int) -> None:
    (model_id,) = prepared_of_role("classifier")
    lines = np.ascontiguousarray(np.rot90(line_images()[:, :, :192], degrees // 90, axes=(1, 2)))
    source = run_source(model_id, lines)
    prepared = run_prepared(prepared_bytes(model_id), image=lines)["probability"]

    np.testing.assert_allclose(prepared, source, atol=0.01)
    labels = manifest_entry(model_id)["params"]["labels_degrees"]
    assert (prepared.argmax(axis=1) == labels.index(degrees)).mean() > 0.8


def test_the_weights_are_fp32_again_once_a_session_exists(tmp_path: Path) -> None:
    for model_id in (*RECOGNIZERS, *DETECTORS):
        options = ort.SessionOptions()
        options.optimized_model_filepath = str(tmp_path / f"{model_id}.onnx")
        options.log_severity_level = 3  # warns that the file is only good for this machine
        ort.InferenceSession(prepared_bytes(model_id), options)
        optimized = onnx.load(options.optimized_model_filepath).graph
        assert optimized.initializer
        stored = (onnx.TensorProto.FLOAT16, onnx.TensorProto.INT8)
        assert not [t.name for t in optimized.initializer if t.data_type in stored]


def test_weights_that_the_source_stores_as_int8_stay_so_but_for_the_first_convolution() -> None:
    def int8_values(model: bytes) -> list[bytes]:
        tensors = onnx.load_from_string(model).graph.initializer
        return [numpy_helper.to_array(t).tobytes() for t in tensors if t.data_type == onnx.TensorProto.INT8]

    model_id = "ppocr-v6-tiny-rec"
    first, *others = int8_values(source_bytes(model_id))
    assert others
    assert int8_values(prepared_bytes(model_id)) == others, "the first holds the scale of the image now"
    assert len(first) == 24 * 3 * 3 * 3


def best_path(labels: NDArray[np.int32], charset: list[str]) -> str:
    starts = np.r_[True, labels[1:] != labels[:-1]]
    return "".join(charset[label] for label in labels[starts])
