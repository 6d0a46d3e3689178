"""Warm engines for scripts, notebooks and servers: one that waits for each page, and one to be awaited.

Either runs its engine in a thread with an event loop of its own, so that it works inside a running loop, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from queue import SimpleQueue
from typing import Self, Unpack

import numpy as np
from numpy.typing import NDArray

from py_ocr.api.many import read_at_once
from py_ocr.api.page import ReadPage
from py_ocr.api.source import Source, as_document
from py_ocr.api.warm import ReaderOptions, WarmEngine, wait_for
from py_ocr.backends.policy import AUTO
from py_ocr.documents.page_source import PdfText
from py_ocr.documents.reading import DocumentReading
from py_ocr.drafts import OnLines
from py_ocr.engine import OcrOptions, OnProgress
from py_ocr.errors import OcrError
from py_ocr.streaming import PageStream, stream_page
from py_ocr.types import BackendUse, LinesRead, OcrPage

OnError = Callable[[Source, OcrError], None]
"""Called with what could not be read, and why."""


class Reader:
    """A warm engine. Use it as a context manager, or call `close`; calls from several threads take turns.

    `profile`: which models read ("balanced", "fast", "best" …); ReaderOptions says what else there is to choose.
    Raises OcrError.
    """

    def __init__(self, profile: str | None = None, **options: Unpack[ReaderOptions]) -> None:
        self._choice = (profile, options)
        self._engine = WarmEngine(profile, **options)

    @property
    def use(self) -> BackendUse:
        """Which backend runs."""
        return self._engine.use

    def read(
        self,
        source: Source,
        *,
        languages: Iterable[str] | None = None,
        on_progress: OnProgress | None = None,
        on_lines: OnLines | None = None,
    ) -> ReadPage:
        """Read one image: a path, bytes, a binary file, an image of Pillow, an array, or a `data:` URL.

        `languages` overrule those of the reader. `on_lines` is called with lines as they are read, in the thread of the
        engine. Raises OcrError, after which the next image can be read.
        """
        return wait_for(self._engine.submit(source, _options(self._engine, languages), on_progress, on_lines))

    def stream(self, source: Source, *, languages: Iterable[str] | None = None) -> Iterator[LinesRead | ReadPage]:
        """Read one image and iterate over its lines as they are read; the page comes last. See `read`.

        Leaving the loop ends the reading.
        """
        # None says that there is no more to come.
        told: SimpleQueue[LinesRead | None] = SimpleQueue()
        reading = self._engine.submit(source, _options(self._engine, languages), None, told.put)
        reading.add_done_callback(lambda _: told.put(None))
        try:
            while (lines := told.get()) is not None:
                yield lines
            yield reading.result()
        finally:
            reading.cancel()

    def read_document(
        self,
        source: Source,
        *,
        pages: str | None = None,
        password: str | None = None,
        pdf_text: PdfText = "auto",
        languages: Iterable[str] | None = None,
        on_progress: OnProgress | None = None,
    ) -> DocumentReading:
        """Open a document and read it while it is iterated over, a page at a time; `read_all` gives all of it.

        A PDF, a TIFF of many pages, a ZIP archive of images, or a folder of them. `pages`: "1-3,7"; `pdf_text`: "auto"
        takes the text that a PDF has and reads the pictures that have none, "always" reads no picture, "never" takes
        no text. A page that cannot be read has its error. Raises OcrError for a file that cannot be opened.
        """
        document, name = as_document(source, password, pdf_text)

        def read(rgba: NDArray[np.uint8], _number: int) -> ReadPage:
            return self.read(rgba, languages=languages, on_progress=on_progress)

        return DocumentReading.begin(name, document, pages, read)

    def read_many(
        self, sources: Iterable[Source], *, jobs: int = 1, on_error: OnError | None = None
    ) -> Iterator[ReadPage]:
        """Read images and yield each page when it is there; its `source` tells which one it is.

        One after the other, in their order; or with `jobs`, so many at once, in as many processes (0: one for each
        core), as they are done. A program that uses `jobs` must begin under `if __name__ == "__main__"`, as all that
        start processes. What cannot be read goes to `on_error`, and the next is read; without it, the first OcrError
        is raised.
        """
        if jobs < 0:
            raise ValueError(f"jobs cannot be {jobs}: it is a number from 0")
        for source, outcome in self._outcomes(sources) if jobs == 1 else self._outcomes_at_once(sources, jobs):
            if isinstance(outcome, ReadPage):
                yield outcome
            elif on_error is None:
                raise outcome
            else:
                on_error(source, outcome)

    def _outcomes(self, sources: Iterable[Source]) -> Iterator[tuple[Source, ReadPage | OcrError]]:
        for source in sources:
            try:
                yield source, self.read(source)
            except OcrError as error:
                yield source, error

    def _outcomes_at_once(self, sources: Iterable[Source], jobs: int) -> Iterator[tuple[Source, ReadPage | OcrError]]:
        profile, options = self._choice
        return read_at_once(sources, jobs, profile, {**options, "languages": self._engine.options.languages})

    def close(self) -> None:
        """End the engine and its thread; what is being read is not finished."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


class AsyncReader:
    """A warm engine whose pages are awaited: `async with AsyncReader() as reader`. For what it takes, see Reader.

    The event loop goes on while a page is read. A reading that is cancelled ends at its next step.
    """

    def __init__(self, profile: str | None = None, **options: Unpack[ReaderOptions]) -> None:
        self._make = lambda: WarmEngine(profile, **options)
        self._engine: WarmEngine | None = None

    async def read(
        self,
        source: Source,
        *,
        languages: Iterable[str] | None = None,
        on_progress: OnProgress | None = None,
        on_lines: OnLines | None = None,
    ) -> ReadPage:
        """Read one image; see Reader.read. Both listeners are called in the thread of the engine."""
        if self._engine is None:
            raise RuntimeError("AsyncReader is used with `async with`")
        reading = self._engine.submit(source, _options(self._engine, languages), on_progress, on_lines)
        return await asyncio.wrap_future(reading)

    def stream(self, source: Source, *, languages: Iterable[str] | None = None) -> PageStream:
        """Read one image and iterate over its lines with `async for`; the page comes last. See Reader.stream."""

        async def read_telling(on_lines: OnLines) -> OcrPage:
            here = asyncio.get_running_loop()

            def tell(lines: LinesRead) -> None:
                here.call_soon_threadsafe(on_lines, lines)

            return await self.read(source, languages=languages, on_lines=tell)

        return stream_page(read_telling)

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
        self._engine = await asyncio.to_thread(self._make)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        if self._engine is not None:
            await asyncio.to_thread(self._engine.close)
            self._engine = None


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


def _options(engine: WarmEngine, languages: Iterable[str] | None) -> OcrOptions:
    return engine.options if languages is None else replace(engine.options, languages=tuple(languages))
