"""An engine on the backend that a policy chose, replaced while a page is read when that backend fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from py_ocr.backends.policy import BackendPolicy, OpenBackend
from py_ocr.drafts import OnLines
from py_ocr.engine import OcrEngine, OcrOptions, OnProgress
from py_ocr.errors import BackendError, ModelError
from py_ocr.scaling import Pixels, at_full_size, lines_at_full_size
from py_ocr.session import EngineSessions, InferenceSession, LateSession
from py_ocr.streaming import PageStream, stream_page
from py_ocr.types import BackendUse, LinesRead, OcrPage

OnBackend = Callable[[BackendUse], None]
"""Called with what runs now, when that is no longer what ran before."""

MakeEngine = Callable[[EngineSessions], OcrEngine]
"""Makes an engine on the sessions of the backend that runs now."""


class RunningEngine:
    """Reads pages on an open backend. When it fails, the page in hand is read again on the policy's next one."""

    def __init__(
        self,
        policy: BackendPolicy,
        opened: OpenBackend,
        make_engine: MakeEngine,
        on_backend: OnBackend | None = None,
    ) -> None:
        self._policy = policy
        self._make_engine = make_engine
        self._on_backend = on_backend
        self._sure_failure: BackendError | None = None
        """Why the sure recogniser does not run on the only backend that is left. It is not tried again."""
        self._sure_retried = False
        self._take(opened)

    @classmethod
    async def start(
        cls,
        policy: BackendPolicy,
        make_engine: MakeEngine,
        on_backend: OnBackend | None = None,
    ) -> RunningEngine:
        """Open the policy's first backend that works. Raises its BackendError when none does."""
        return cls(policy, await policy.ready(), make_engine, on_backend)

    @property
    def opened(self) -> OpenBackend:
        """What runs now, and how it came to that."""
        return self._opened

    @property
    def use(self) -> BackendUse:
        """Which backend runs now, and every change on the way to it."""
        return self._opened.use

    async def read(
        self, pixels: Pixels, options: OcrOptions, on_progress: OnProgress, on_lines: OnLines | None = None
    ) -> OcrPage:
        """Read an image that may have been scaled down, and tell of it at its own size. Otherwise as `recognize`."""
        tell = None if on_lines is None else lines_at_full_size(on_lines, pixels)
        return at_full_size(await self.recognize(pixels.rgba, options, on_progress, tell), pixels)

    async def recognize(
        self,
        rgba: NDArray[np.uint8],
        options: OcrOptions,
        on_progress: OnProgress,
        on_lines: OnLines | None = None,
    ) -> OcrPage:
        """Read an image; see OcrEngine.recognize. Raises BackendError when no backend is left.

        Lines that a backend read which then failed are withdrawn: it may have been wrong before.
        """
        self._adopt(await self._policy.ready())
        while True:
            told = None if on_lines is None else _Told(on_lines)
            try:
                page = await self._engine.recognize(rgba, options, on_progress, told)
            except BackendError as error:
                if told is not None:
                    told.withdraw()
                self._adopt(await self._next(error))
                continue
            self._policy.succeeded()
            return replace(page, backend=self.use)

    def stream(self, rgba: NDArray[np.uint8], options: OcrOptions, on_progress: OnProgress) -> PageStream:
        """Read an image as `recognize` does, and iterate over its lines as they are read; the page comes last."""
        return stream_page(lambda on_lines: self.recognize(rgba, options, on_progress, on_lines))

    async def _next(self, error: BackendError) -> OpenBackend:
        """Return what reads the page in hand after `error`, which is raised where nothing can."""
        kernels = self.use.kernels
        try:
            return await self._policy.failed(error)
        except BackendError:
            # In the middle of a page only the sure recogniser is loaded, which it can do without.
            if error.stage != "load" or self._sure_failure is not None:
                raise
        opened = await self._policy.ready()
        # With other kernels, once, it may be well.
        if opened.use.kernels == kernels or self._sure_retried:
            self._sure_failure = error
        self._sure_retried = True
        return opened

    def _adopt(self, opened: OpenBackend) -> None:
        if opened is self._opened:
            return
        changed = opened.use != self._opened.use
        self._take(opened)
        if changed and self._on_backend is not None:
            self._on_backend(opened.use)

    def _take(self, opened: OpenBackend) -> None:
        self._opened = opened
        sessions = opened.sessions
        if self._sure_failure is not None and sessions.sure_recognizer is not None:
            sessions = replace(sessions, sure_recognizer=LateSession(self._without_sure))
        self._engine = self._make_engine(sessions)

    async def _without_sure(self) -> InferenceSession:
        assert self._sure_failure is not None
        raise ModelError("model_missing", self._sure_failure.cause, self._sure_failure.remedy) from self._sure_failure


class _Told:
    """Passes lines on, and remembers which of them stand."""

    def __init__(self, on_lines: OnLines) -> None:
        self._on_lines = on_lines
        self._ids: set[int] = set()

    def __call__(self, lines: LinesRead) -> None:
        self._ids = self._ids.union(draft.id for draft in lines.lines).difference(lines.withdrawn)
        self._on_lines(lines)

    def withdraw(self) -> None:
        """Withdraw all lines."""
        if self._ids:
            self._on_lines(LinesRead(withdrawn=tuple(sorted(self._ids))))
