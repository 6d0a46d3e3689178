"""A warm engine in a thread with an event loop of its own: what both readers, and the servers, are made of.

So it works where a loop is running already, as in notebooks and in Playwright's tests.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import Future
from os import PathLike
from pathlib import Path
from typing import Any, TypedDict, TypeVar

from py_ocr.api.page import ReadPage
from py_ocr.api.source import Source, load_image
from py_ocr.backends.policy import AUTO
from py_ocr.backends.running import RunningEngine
from py_ocr.drafts import OnLines
from py_ocr.engine import OcrOptions, OnProgress
from py_ocr.errors import Stage
from py_ocr.native import NativeChoice, open_models, start_engine
from py_ocr.tuning import tuned
from py_ocr.types import BackendUse, TextOptions

_Result = TypeVar("_Result")


class ReaderOptions(TypedDict, total=False):
    """What Reader and AsyncReader take beside the profile."""

    languages: Iterable[str]
    """BCP 47 tags to expect; none means all that the profile offers."""
    alternatives: bool
    """Whether to tell what doubtful characters may be otherwise, which takes a while."""
    text: TextOptions
    """How a page's text is written."""
    backend: str
    """Which backend runs: "auto", "native", "native-cuda" or "native-torch"."""
    threads: int | None
    """Processor threads; None leaves it to the backend."""
    params: Mapping[str, Mapping[str, float]] | None
    """Parameters of stages, such as {"detection": {"long_side_px": 1280}}."""
    models: str | PathLike[str] | None
    """The folder of the models, where they are not those of the package."""


class WarmEngine:
    """One engine that reads a page at a time, for whoever asks from whichever thread. Raises OcrError."""

    def __init__(
        self,
        profile: str | None = None,
        *,
        languages: Iterable[str] = (),
        alternatives: bool = False,
        text: TextOptions = TextOptions(),
        backend: str = AUTO,
        threads: int | None = None,
        params: Mapping[str, Mapping[str, float]] | None = None,
        models: str | PathLike[str] | None = None,
    ) -> None:
        overrides = {stage: dict(values) for stage, values in (params or {}).items()}
        choice = NativeChoice(profile, backend, threads, tuned(overrides))
        self.options = OcrOptions(tuple(languages), text, alternatives)
        folder = None if models is None else Path(models)
        self._thread = _LoopThread()
        try:
            self._engine: RunningEngine = self._thread.run(start_engine(open_models(folder), choice))
        except BaseException:
            self._thread.close()
            raise

    @property
    def use(self) -> BackendUse:
        """Which backend runs."""
        return self._engine.use

    def submit(
        self,
        source: Source,
        options: OcrOptions | None = None,
        on_progress: OnProgress | None = None,
        on_lines: OnLines | None = None,
    ) -> Future[ReadPage]:
        """Begin to read an image in its turn; both listeners are called in the thread of the engine.

        Cancelling the future ends the reading at its next step. Raises RuntimeError when this engine is closed.
        """
        return self._thread.submit(self._read(source, options or self.options, on_progress or _silent, on_lines))

    async def _read(
        self, source: Source, options: OcrOptions, on_progress: OnProgress, on_lines: OnLines | None
    ) -> ReadPage:
        image = load_image(source)
        page = await self._engine.read(image.pixels, options, on_progress, on_lines)
        return ReadPage.of(page, image.name, image.rgba, options.text)

    def close(self) -> None:
        """End the engine and its thread; what is being read is not finished."""
        self._thread.close()


def wait_for(reading: Future[_Result]) -> _Result:
    """Return the result of `reading`; whatever ends the waiting ends the reading."""
    try:
        return reading.result()
    except BaseException:
        reading.cancel()
        raise


def _silent(_stage: Stage, _done: int, _total: int) -> None:
    """Report progress to nobody."""


class _LoopThread:
    """An event loop in a thread of its own, which does not keep the program from ending."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="py-ocr", daemon=True)
        self._thread.start()
        self._turn = asyncio.Lock()

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Wait for the result of `work`."""
        return wait_for(self.submit(work))

    def submit(self, work: Coroutine[Any, Any, _Result]) -> Future[_Result]:
        """Begin `work` in its turn."""
        if self._loop.is_closed():
            work.close()
            raise RuntimeError("this reader is closed")
        return asyncio.run_coroutine_threadsafe(self._in_turn(work), self._loop)

    async def _in_turn(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        try:
            async with self._turn:
                return await work
        finally:
            work.close()  # one that never had its turn would complain of that

    def close(self) -> None:
        """Cancel what is under way, and end the thread."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
