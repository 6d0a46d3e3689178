"""Warm engines for scripts, notebooks and servers: one that waits for each page, and one to be awaited.

Either runs its engine in a thread with an event loop of its own, so that it works inside a running loop, too.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import Future
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, Self, TypeVar

from py_ocr.api.page import ReadPage
from py_ocr.api.source import Source, load_image
from py_ocr.backends.policy import AUTO
from py_ocr.backends.running import RunningEngine
from py_ocr.engine import OcrOptions, OnProgress
from py_ocr.errors import OcrError, Stage
from py_ocr.native import NativeChoice, open_models, start_engine
from py_ocr.tuning import Overrides, tuned
from py_ocr.types import BackendUse

OnError = Callable[[Source, OcrError], None]
"""Called with what could not be read, and why."""

_Result = TypeVar("_Result")


class Reader:
    """A warm engine. Use it as a context manager, or call `close`; calls from several threads take turns.

    `profile`: which models read ("balanced", "fast", "best" …); `languages`: BCP 47 tags to expect, none means all;
    `params`: parameters of stages, such as {"detection": {"long_side_px": 1280}}; `models`: the folder of the models,
    where they are not those of the package. Raises OcrError.
    """

    def __init__(
        self,
        profile: str | None = None,
        *,
        languages: Iterable[str] = (),
        backend: str = AUTO,
        threads: int | None = None,
        params: Mapping[str, Mapping[str, float]] | None = None,
        models: str | PathLike[str] | None = None,
    ) -> None:
        choice = NativeChoice(profile, backend, threads, tuned(_overrides(params)))
        self._options = OcrOptions(languages=tuple(languages))
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

    def read(
        self, source: Source, *, languages: Iterable[str] | None = None, on_progress: OnProgress | None = None
    ) -> ReadPage:
        """Read one image: a path, bytes, a binary file, an image of Pillow, an array, or a `data:` URL.

        `languages` overrule those of the reader. Raises OcrError, after which the next image can be read.
        """
        return self._thread.run(self._read(source, languages, on_progress))

    def read_many(self, sources: Iterable[Source], *, on_error: OnError | None = None) -> Iterator[ReadPage]:
        """Read images one after the other, and yield each page when it is there.

        What cannot be read goes to `on_error`, and the next is read; without it, the first OcrError is raised.
        """
        for source in sources:
            try:
                page = self.read(source)
            except OcrError as error:
                if on_error is None:
                    raise
                on_error(source, error)
            else:
                yield page

    async def _read(self, source: Source, languages: Iterable[str] | None, on_progress: OnProgress | None) -> ReadPage:
        options = self._options if languages is None else OcrOptions(languages=tuple(languages))
        image = load_image(source)
        page = await self._engine.recognize(image.rgba, options, on_progress or _silent)
        return ReadPage.of(page, image.name, image.rgba)

    def close(self) -> None:
        """End the engine and its thread; what is being read is not finished."""
        self._thread.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


class AsyncReader:
    """A warm engine whose pages are awaited: `async with AsyncReader() as reader`. For what it takes, see Reader.

    The event loop goes on while a page is read. A reading that is cancelled ends at its next step.
    """

    def __init__(
        self,
        profile: str | None = None,
        *,
        languages: Iterable[str] = (),
        backend: str = AUTO,
        threads: int | None = None,
        params: Mapping[str, Mapping[str, float]] | None = None,
        models: str | PathLike[str] | None = None,
    ) -> None:
        self._make = lambda: Reader(
            profile, languages=languages, backend=backend, threads=threads, params=params, models=models
        )
        self._reader: Reader | None = None

    async def read(
        self, source: Source, *, languages: Iterable[str] | None = None, on_progress: OnProgress | None = None
    ) -> ReadPage:
        """Read one image; see Reader.read. `on_progress` is called in the thread of the engine."""
        if self._reader is None:
            raise RuntimeError("AsyncReader is used with `async with`")
        return await self._reader._thread.await_here(self._reader._read(source, languages, on_progress))

    async def read_many(self, sources: Iterable[Source], *, on_error: OnError | None = None) -> AsyncIterator[ReadPage]:
        """Read images one after the other, and yield each page when it is there; see Reader.read_many."""
        for source in sources:
            try:
                page = await self.read(source)
            except OcrError as error:
                if on_error is None:
                    raise
                on_error(source, error)
            else:
                yield page

    async def __aenter__(self) -> Self:
        self._reader = await asyncio.to_thread(self._make)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._reader is not None:
            await asyncio.to_thread(self._reader.close)
            self._reader = None


def read(
    source: Source,
    *,
    profile: str | None = None,
    languages: Iterable[str] = (),
    backend: str = AUTO,
    on_progress: OnProgress | None = None,
) -> ReadPage:
    """Read one image. The engine is loaded with the first one and stays warm until the program ends.

    Raises OcrError. For other choices, or to end the engine, use a Reader.
    """
    return _warm_reader(profile, backend).read(source, languages=tuple(languages), on_progress=on_progress)


@cache
def _warm_reader(profile: str | None, backend: str) -> Reader:
    return Reader(profile, backend=backend)


def _overrides(params: Mapping[str, Mapping[str, float]] | None) -> Overrides:
    return {stage: dict(values) for stage, values in (params or {}).items()}


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
        """Wait for the result of `work`; whatever ends the waiting ends the work."""
        future = self._submitted(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def await_here(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Await the result of `work` in the running loop."""
        return await asyncio.wrap_future(self._submitted(work))

    def _submitted(self, work: Coroutine[Any, Any, _Result]) -> Future[_Result]:
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
