"""Ways to store the weights: files of each, how fast they run natively, and what they do to our own line images.

fp16 is what is shipped. fp32 is the same graph before its weights are rounded, so it is what the others are compared
with. int8 is ONNX Runtime's dynamic quantisation of that, with its default settings.
"""

import logging
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from measure.backends.figures import Measured, Storage
from measure.line_images import line_images, page_image
from models.catalog import MODELS
from models.convert import prepare_model
from models.fetch import fetch_source
from models.prepare import DEFAULT_FOLDER
from py_ocr.backends.onnx_runtime import ort
from py_ocr.model_spec import ProfileSpec
from py_ocr.native import open_models

Outputs = Mapping[str, NDArray[Any]]

_BLANK = 0


def write_variants(folder: Path) -> dict[str, Path]:
    """Return a folder with the models of the profile best for each way, those that are not shipped below `folder`."""
    profile = open_models(None).manifest.profile("best")
    folders = {"fp32": folder / "fp32", "fp16": DEFAULT_FOLDER, "int8": folder / "int8"}
    _write_fp32(profile, folders["fp32"])
    _write_int8(folders["fp32"], folders["int8"])
    return folders


def compare_variants(folders: Mapping[str, Path], measured: Mapping[str, Measured]) -> dict[str, Storage]:
    """Return what each way of `write_variants` costs and gains; `measured` has the times by the same names."""
    profile = open_models(None).manifest.profile("best")
    reference = _Reading.of(profile, folders["fp32"])
    return {
        name: _compare(reference, _Reading.of(profile, folder), measured[name], _size_mb(profile, folder))
        for name, folder in folders.items()
    }


class _Reading:
    """What the models of one folder make of our own images."""

    def __init__(self, labels: NDArray[np.int32], text_map: NDArray[np.float32], threshold: float) -> None:
        self.labels = labels
        self.is_text = text_map >= threshold

    @classmethod
    def of(cls, profile: ProfileSpec, folder: Path) -> "_Reading":
        """Run the recogniser on the line images, and the detector on a page of text."""
        read = _run(folder / profile.recognizer.product.file, image=line_images())
        found = _run(folder / profile.detector.product.file, image=page_image())
        return cls(read["labels"], found["probability"], profile.detector.binary_threshold)

    def lines(self) -> list[list[int]]:
        """Return the labels of each line as CTC reads them: repetitions and blanks dropped."""
        return [[label for label, _ in groupby(row) if label != _BLANK] for row in self.labels.tolist()]


def _compare(reference: _Reading, other: _Reading, measured: Measured, file_mb: float) -> Storage:
    pairs = list(zip(reference.lines(), other.lines(), strict=True))
    return Storage(
        file_mb=file_mb,
        labels_changed=float((reference.labels != other.labels).mean()),
        lines_changed=sum(before != after for before, after in pairs),
        lines=len(pairs),
        map_changed=float((reference.is_text != other.is_text).mean()),
        measured=measured,
    )


def _write_fp32(profile: ProfileSpec, folder: Path) -> None:
    folder.mkdir()
    for file, model_id in _files(profile):
        entry = MODELS[model_id]
        prepared = prepare_model(model_id, entry, fetch_source(entry.source), weights="fp32")
        (folder / file).write_bytes(prepared.files[file])


def _write_int8(source: Path, folder: Path) -> None:
    from onnxruntime.quantization import quantize_dynamic  # noqa: PLC0415  # after ONNX Runtime, whose part it is

    folder.mkdir()
    # It warns of every tensor that it leaves as it is.
    logging.disable(logging.WARNING)
    try:
        for path in source.iterdir():
            quantize_dynamic(path, folder / path.name)
    finally:
        logging.disable(logging.NOTSET)


def _files(profile: ProfileSpec) -> list[tuple[str, str]]:
    return [(model.product.file, model.id) for model in (profile.detector, profile.recognizer, profile.classifier)]


def _size_mb(profile: ProfileSpec, folder: Path) -> float:
    return sum((folder / file).stat().st_size for file, _ in _files(profile)) / 1e6


def _run(path: Path, **feeds: NDArray[Any]) -> Outputs:
    session = ort.InferenceSession(path)
    for node in session.get_inputs():
        if node.name == "class_mask":
            feeds[node.name] = np.ones(node.shape, np.float32)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds), strict=True))
