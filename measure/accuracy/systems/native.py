"""Ours in CPython: the reader of `python -m py_ocr`."""

import importlib.metadata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from measure.accuracy.dataset import LabelledImage
from measure.accuracy.readings import Settings
from measure.accuracy.systems.engine_identity import default_profile, engine_hash, models_hash, source_modules
from measure.accuracy.systems.system import Page, Reader, no_progress
from py_ocr.native import NativeChoice, NativeReader, open_models


@dataclass(frozen=True)
class NativeSystem:
    """py_ocr on native ONNX Runtime; one thread a process, so that `--jobs` decides how many cores are used."""

    root: Path
    name: str = "native"
    about: str = "the package in CPython, native ONNX Runtime on the processor, its own defaults"
    profile: str | None = None
    """Which models read; None is the default."""

    def settings(self, _image: LabelledImage) -> Settings:
        """Return the hashes of engine and models, and the versions of what they run on."""
        return self._settings

    @cached_property
    def _settings(self) -> Settings:
        manifest = (self.root / "models" / "manifest.json").read_text(encoding="utf-8")
        packages = ("onnxruntime", "numpy", "pillow", "pyclipper")
        return {
            "engine": engine_hash(source_modules(self.root)),
            "profile": self.profile or default_profile(manifest),
            "models": models_hash(manifest, self.profile),
        } | {package: importlib.metadata.version(package) for package in packages}

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """Load the models."""
        with NativeReader(open_models(None), NativeChoice(self.profile, "native", threads=1)) as reader:

            def read(image: LabelledImage) -> Page:
                return dict(reader.read(image.path, no_progress))

            yield read
