"""`python -m models.golden`: make models/golden.json, the references of the golden self-check.

They come from native ONNX Runtime on a processor, the runtime in which the prepared models are proved equal to
their sources. Each model has a small input and one of the largest size that the engine gives it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.manifest import read_manifest
from models.prepare import DEFAULT_FOLDER, ensure_prepared
from py_ocr.backends.onnx_runtime import ort
from py_ocr.golden import GoldenCase, golden_feeds, summarize
from tools.store import atomic_file

GOLDEN_PATH = Path(__file__).with_name("golden.json")
DECIMALS = 4

Shape = tuple[int, int, int, int]

SHAPES: Mapping[str, Mapping[str, Shape]] = {
    "detector": {"small": (1, 96, 320, 3), "largest": (1, 1984, 1408, 3)},
    "recognizer": {"small": (1, 48, 160, 3), "largest": (8, 48, 1024, 3)},
    "classifier": {"small": (2, 48, 192, 3)},
}


def main() -> int:
    """Write models/golden.json; return the exit status."""
    ensure_prepared()
    models = {
        model_id: model_references(model_id, entry)
        for model_id, entry in read_manifest()["models"].items()
        if entry["product"] is not None
    }
    with atomic_file(GOLDEN_PATH) as temporary:
        temporary.write_text(_text({"schema": 1, "models": models}), encoding="utf-8")
    return 0


def model_references(model_id: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the references of a prepared model: its sha256, and each case with what it must give."""
    session = ort.InferenceSession(DEFAULT_FOLDER / entry["product"]["file"])
    classes = entry["charset"]["classes"] if "charset" in entry else 0
    return {
        "sha256": entry["product"]["sha256"],
        "classes": classes,
        "cases": {
            name: {"shape": list(shape), "expected": _expected(session, GoldenCase(model_id, name, shape, classes, {}))}
            for name, shape in SHAPES[entry["role"]].items()
        },
    }


def _expected(session: ort.InferenceSession, case: GoldenCase) -> dict[str, Any]:
    names = [output.name for output in session.get_outputs()]
    outputs = dict(zip(names, session.run(names, golden_feeds(case)), strict=True))
    return {name: _rounded(array) for name, array in summarize(outputs).items()}


def _rounded(array: NDArray[Any]) -> Any:
    return array.tolist() if array.dtype == np.int32 else array.astype(np.float64).round(DECIMALS).tolist()


def _text(golden: Mapping[str, Any]) -> str:
    """Return the JSON compactly, but with a line for each case, so that a change shows where it is."""
    text = json.dumps(golden, separators=(",", ":"))
    return text.replace('"expected":', '\n"expected":').replace("},", "},\n") + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
