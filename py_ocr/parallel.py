"""Many pages at once in CPython: processes that each have an engine of their own.

Python does its part of a page on one core, so that one process leaves the others, and a GPU, with little to do.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Thread
from typing import Any, Generic, Self, TypeVar

from py_ocr.documents.page_source import DocumentOptions
from py_ocr.engine import OcrOptions
from py_ocr.errors import BackendError, OcrError
from py_ocr.native import NativeChoice, NativeReader, open_models

_Item = TypeVar("_Item")

Read = Callable[[Any], Any]
"""Reads an item with the engine of its process. Raises OcrError."""


class EnginePool(Generic[_Item]):
    """`jobs` warm engines in as many processes. Use it as a context manager.

    `start` begins an engine in each process and returns what reads with it; it is pickled, as items and results are.
    Raises OcrError when an engine does not start.
    """

    def __init__(self, start: Callable[[], Read], jobs: int) -> None:
        # A fork would take along the locks of whatever runs here, and a GPU cannot be used after one.
        context = get_context("spawn")
        self._pool = ProcessPoolExecutor(jobs, context, _start, (start, context.Barrier(jobs)))
        self._in_flight = 2 * jobs
        try:
            with _told_when_lost():
                for ready in [self._pool.submit(_wait_for_all) for _ in range(jobs)]:
                    ready.result()
        except BaseException:
            self.close()
            raise

    def run(self, items: Iterable[_Item], *, in_order: bool) -> Iterator[tuple[_Item, Any]]:
        """Yield each item with what was read, or its OcrError: in the order of the items, or as they are done.

        Raises BackendError (`worker_failed`) when a process is lost: then all are.
        """
        waiting: deque[tuple[_Item, Future[Any]]] = deque()
        with _told_when_lost():
            for item in items:
                waiting.append((item, self._pool.submit(_read, item)))
                if len(waiting) > self._in_flight:
                    yield _next(waiting, in_order=in_order)
            while waiting:
                yield _next(waiting, in_order=in_order)

    def close(self) -> None:
        """End the processes; what they have not begun is not read."""
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


class ParallelReader(EnginePool[Path]):
    """Engines that read image files, for the command line.

    `models`: as for `open_models`. Where the choice leaves open the number of threads, the cores are shared out.
    """

    def __init__(
        self,
        models: Path | None,
        choice: NativeChoice,
        options: OcrOptions = OcrOptions(),
        documents: DocumentOptions = DocumentOptions(),
        *,
        jobs: int,
    ) -> None:
        threads = choice.threads or max(1, (os.cpu_count() or 1) // jobs)
        super().__init__(_StartNative(models, replace(choice, threads=threads), options, documents), jobs)

    def read_many(self, images: Iterable[Path]) -> Iterator[dict[str, Any] | OcrError]:
        """Yield for each image, in their order, its page as `py_ocr.export.json.to_dict` gives it, or its error."""
        for _, outcome in self.run(images, in_order=True):
            yield outcome


def _next(waiting: deque[tuple[_Item, Future[Any]]], *, in_order: bool) -> tuple[_Item, Any]:
    """Take the next one that is done out of `waiting`."""
    if not in_order:
        wait([future for _, future in waiting], return_when=FIRST_COMPLETED)
        done = next(index for index, (_, future) in enumerate(waiting) if future.done())
        waiting.rotate(-done)
        item, future = waiting.popleft()
        waiting.rotate(done)
        return item, future.result()
    item, future = waiting.popleft()
    return item, future.result()


@contextmanager
def _told_when_lost() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise BackendError(
            "worker_failed",
            "A process that reads pages ended before it was done, perhaps for want of memory.",
            "Use fewer jobs.",
        ) from error


@dataclass(frozen=True)
class _StartNative:
    """Starts a NativeReader in a process of the pool."""

    models: Path | None
    choice: NativeChoice
    options: OcrOptions
    documents: DocumentOptions

    def __call__(self) -> Read:
        reader = NativeReader(open_models(self.models), self.choice, self.options, self.documents)
        return lambda image: reader.read(image, lambda _stage, _done, _total: None)


@dataclass(frozen=True)
class _Process:
    """What a process of the pool keeps: its engine, or why it has none, and the point where all processes meet."""

    reader: Read | OcrError
    started: Barrier

    def engine(self) -> Read:
        if isinstance(self.reader, OcrError):
            raise self.reader
        return self.reader


_process: _Process
"""This process, once it has started."""


def _start(start: Callable[[], Read], started: Barrier) -> None:
    global _process  # noqa: PLW0603  # a pool's process has no other place for what it keeps
    reader: Read | OcrError
    # An interrupt goes to all processes; the one that has the pool ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    try:
        reader = start()
    except OcrError as error:
        reader = error
    _process = _Process(reader, started)


def _end_with_parent() -> None:
    """End this process when the one that has the pool was killed: nobody would take what is read, nor ask for more."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _wait_for_all() -> None:
    _process.started.wait()
    _process.engine()


def _read(item: Any) -> Any:
    try:
        return _process.engine()(item)
    except OcrError as error:
        return error
