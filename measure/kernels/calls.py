"""Every call of a model that reading a page makes, recorded natively, to be made again in the browser."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from py_ocr.backends.backend import Backend, Device, OpenSessions
from py_ocr.backends.native import native_backends
from py_ocr.backends.policy import BackendPolicy
from py_ocr.backends.running import RunningEngine
from py_ocr.decode import decode_image
from py_ocr.engine import OcrEngine, OcrOptions
from py_ocr.native import open_models
from py_ocr.session import EngineSessions, InferenceSession, Tensor


@dataclass(frozen=True, slots=True, eq=False)
class ModelCall:
    """A call of the model in `file`, while `image` was read."""

    image: str
    role: str
    file: str
    feeds: Mapping[str, Tensor]


def record_calls(images: list[Path]) -> list[ModelCall]:
    """Read the images natively with one thread and return every call, in its order."""
    return asyncio.run(_record(images))


async def _record(images: list[Path]) -> list[ModelCall]:
    models = open_models(None)
    profile = models.manifest.profile("best")
    recorder = _Recorder(
        {
            "detector": profile.detector.product.file,
            "recognizer": profile.recognizer.product.file,
            "classifier": profile.classifier.product.file,
        }
    )
    backends = native_backends(models.folder, profile, models.references, 1)
    policy = BackendPolicy("native", [_RecordedBackend(backend, recorder) for backend in backends])
    charsets = models.charsets(profile)
    engine = await RunningEngine.start(policy, partial(OcrEngine, profile=profile, charsets=charsets))
    for image in images:
        recorder.image = image.name
        await engine.recognize(decode_image(image.read_bytes()), OcrOptions(), lambda *_progress: None)
    return recorder.calls


class _Recorder:
    def __init__(self, files: Mapping[str, str]) -> None:
        self.image = ""
        self.calls: list[ModelCall] = []
        self._files = files

    def record(self, role: str, feeds: Mapping[str, Tensor]) -> None:
        # Copied: the engine may use its arrays again.
        copies = {name: array.copy() for name, array in feeds.items()}
        self.calls.append(ModelCall(self.image, role, self._files[role], copies))


class _RecordedSession:
    def __init__(self, session: InferenceSession, role: str, recorder: _Recorder) -> None:
        self.input_names = session.input_names
        self.output_names = session.output_names
        self._session = session
        self._role = role
        self._recorder = recorder

    async def run(self, feeds: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        self._recorder.record(self._role, feeds)
        return await self._session.run(feeds)


class _RecordedBackend:
    def __init__(self, backend: Backend, recorder: _Recorder) -> None:
        self.name = backend.name
        self._backend = backend
        self._recorder = recorder

    async def probe(self) -> Device:
        return await self._backend.probe()

    async def open(self, device: Device) -> OpenSessions:
        opened = await self._backend.open(device)
        sessions = EngineSessions(
            detector=_RecordedSession(opened.sessions.detector, "detector", self._recorder),
            recognizer=_RecordedSession(opened.sessions.recognizer, "recognizer", self._recorder),
            classifier=_RecordedSession(opened.sessions.classifier, "classifier", self._recorder),
        )
        return replace(opened, sessions=sessions)

    async def close(self) -> None:
        await self._backend.close()
