"""A source model file → the prepared model: the graph edits of each role, and what they establish."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import onnx

from models import graph
from models.entry import CatalogModel, Role
from py_ocr.languages import writable_languages

_BLANK = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The files of one prepared model, by name, and the manifest fields that follow from them."""

    files: dict[str, bytes]
    established: dict[str, Any]


def prepare_model(
    model_id: str, entry: CatalogModel, source: bytes, *, weights: Literal["fp16", "fp32"] = "fp16"
) -> Prepared:
    """Return the prepared files of a model: `<id>.onnx`, and `<id>.charset.json` for a recogniser.

    `weights` is how they are stored; "fp32" is there to measure what storing fp16 costs and gains.

    Raises ValueError when the source graph is not built as its role says.
    """
    model = onnx.load_from_string(source)
    metadata = {item.key: item.value for item in model.metadata_props}
    graph.simplify(model)
    charset = _EDIT[entry.role](model, entry, metadata)
    graph.average_by_rows(model)
    if weights == "fp16":
        graph.store_weights_as_fp16(model)

    files: dict[str, bytes] = {}
    established: dict[str, Any] = {}
    if charset is not None:
        file_name = f"{model_id}.charset.json"
        files[file_name] = _json_lines(charset)
        established["charset"] = {
            **_file_entry(file_name, files[file_name]),
            "classes": len(charset),
            "blank": 0,
            "space": _space(charset),
            "languages": list(writable_languages(charset)),
        }
    file_name = f"{model_id}.onnx"
    files[file_name] = graph.serialize(model)
    established["product"] = _file_entry(file_name, files[file_name])
    (opset,) = (item.version for item in model.opset_import if item.domain == "")
    established["opset"] = opset
    established["operators"] = graph.operator_inventory(model)
    return Prepared(files, established)


def _edit_detector(model: onnx.ModelProto, entry: CatalogModel, _metadata: Mapping[str, str]) -> None:
    _image_input(model, entry, ["batch", "height", "width", 3])
    graph.name_output(model, "probability", ["batch", 1, "height", "width"])


def _edit_classifier(model: onnx.ModelProto, entry: CatalogModel, _metadata: Mapping[str, str]) -> None:
    _image_input(model, entry, ["batch", entry.params["height_px"], entry.params["width_px"], 3])
    graph.name_output(model, "probability", ["batch", 2])


def _edit_recognizer(model: onnx.ModelProto, entry: CatalogModel, metadata: Mapping[str, str]) -> list[str]:
    classes = model.graph.output[0].type.tensor_type.shape.dim[2].dim_value
    charset = read_charset(metadata["character"], classes)
    _image_input(model, entry, ["batch", entry.params["height_px"], "width", 3])
    graph.decode_ctc(model, space=_space(charset))
    return charset


_EDIT: Mapping[Role, Callable[[onnx.ModelProto, CatalogModel, Mapping[str, str]], list[str] | None]] = {
    "detector": _edit_detector,
    "classifier": _edit_classifier,
    "recognizer": _edit_recognizer,
}
"""The graph edits of a role, in place; they return the text of each class where the model reads characters."""


def read_charset(character: str, classes: int) -> list[str]:
    """Return the text of each class from the metadata of a source model: one character per line.

    Class 0 is the blank and is not in the metadata; nor is the space, which is the last class of a model with
    one class more than that. Raises ValueError when the numbers do not add up.
    """
    charset = [_BLANK, *character.rstrip("\n").split("\n")]
    if len(charset) == classes - 1:
        charset.append(" ")
    if len(charset) != classes:
        raise ValueError(f"The metadata names {len(charset)} classes; the graph has {classes}.")
    return charset


def _image_input(model: onnx.ModelProto, entry: CatalogModel, shape: list[Any]) -> None:
    graph.read_rgb_bytes(model, mean=entry.mean, std=entry.std, shape=shape)


def _space(charset: Sequence[str]) -> int | None:
    """Return the class of the space: the last one, where there is one."""
    return len(charset) - 1 if charset[-1] == " " else None


def _file_entry(name: str, data: bytes) -> dict[str, Any]:
    return {"file": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _json_lines(charset: list[str]) -> bytes:
    return (json.dumps(charset, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
