"""Many pages at once in CPython: processes that each have an engine of their own.

Python does its part of a page on one core, so that one process leaves the others, and a GPU, with little to do.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Self

from py_ocr.engine import OcrOptions
from py_ocr.errors import BackendError, OcrError
from py_ocr.native import NativeChoice, NativeReader, open_models


class ParallelReader:
    """`jobs` warm engines in as many processes. Use it as a context manager.

    `models`: as for `open_models`. Where the choice leaves open the number of threads, the cores are shared out.
    Raises OcrError when an engine does not start.
    """

    def __init__(
        self, models: Path | None, choice: NativeChoice, options: OcrOptions = OcrOptions(), *, jobs: int
    ) -> None:
        threads = choice.threads or max(1, (os.cpu_count() or 1) // jobs)
        # A fork would take along the locks of whatever runs here, and a GPU cannot be used after one.
        context = get_context("spawn")
        started = context.Barrier(jobs)
        self._pool = ProcessPoolExecutor(
            jobs, context, _start, (models, replace(choice, threads=threads), options, started)
        )
        self._in_flight = 2 * jobs
        try:
            with _told_when_lost():
                for ready in [self._pool.submit(_wait_for_all) for _ in range(jobs)]:
                    ready.result()
        except BaseException:
            self.close()
            raise

    def read_many(self, images: Iterable[Path]) -> Iterator[dict[str, Any] | OcrError]:
        """Yield for each image, in their order, its page as `py_ocr.export.json.to_dict` gives it, or its error.

        Raises BackendError (`worker_failed`) when a process is lost: then all are.
        """
        waiting: deque[Future[dict[str, Any] | OcrError]] = deque()
        with _told_when_lost():
            for image in images:
                waiting.append(self._pool.submit(_read, image))
                if len(waiting) > self._in_flight:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def close(self) -> None:
        """End the processes; what they have not begun is not read."""
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


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
class _Process:
    """What a process of the pool keeps: its engine, or why it has none, and the point where all processes meet."""

    reader: NativeReader | OcrError
    started: Barrier

    def engine(self) -> NativeReader:
        if isinstance(self.reader, OcrError):
            raise self.reader
        return self.reader


_process: _Process
"""This process, once it has started."""


def _start(models: Path | None, choice: NativeChoice, options: OcrOptions, started: Barrier) -> None:
    global _process  # noqa: PLW0603  # a pool's process has no other place for what it keeps
    reader: NativeReader | OcrError
    # An interrupt goes to all processes; the one that has the pool ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        reader = NativeReader(open_models(models), choice, options)
    except OcrError as error:
        reader = error
    _process = _Process(reader, started)


def _wait_for_all() -> None:
    _process.started.wait()
    _process.engine()


def _read(image: Path) -> dict[str, Any] | OcrError:
    try:
        return _process.engine().read(image, lambda _stage, _done, _total: None)
    except OcrError as error:
        return error
