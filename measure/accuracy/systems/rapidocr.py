"""RapidOCR: native ONNX Runtime, the same PP-OCRv6 small weights, its own defaults."""

import importlib.metadata
from collections.abc import Iterator
from contextlib import contextmanager

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.readings import Settings
from measure.accuracy.systems.system import Page, Reader
from measure.rapidocr_engine import open_rapidocr

OPTIONS = "defaults, one thread a process"


class RapidOcrSystem:
    """The package `rapidocr` with nothing changed but its log level and threads."""

    name = "rapidocr"
    about = "RapidOCR in CPython, PP-OCRv6 small, its own defaults"

    def settings(self, _image: LabelledImage) -> Settings:
        """Return the versions that its results depend on."""
        packages = ("rapidocr", "onnxruntime", "opencv-python-headless", "numpy", "pillow")
        return {package: importlib.metadata.version(package) for package in packages} | {"options": OPTIONS}

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """Load the models."""
        engine = open_rapidocr(threads=1)

        def read(image: LabelledImage) -> Page:
            result = engine(image.path)
            if result.txts is None or result.boxes is None:
                return {"lines": [], "text": ""}
            lines = [
                {"text": text, "confidence": float(score), "quad": [[float(x), float(y)] for x, y in box]}
                for text, score, box in zip(result.txts, result.scores, result.boxes, strict=True)
            ]
            return {"lines": lines, "text": "\n".join(result.txts)}

        yield read
